import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { AppModule } from '../../../dist/app.module.js';
import { ClaimTask } from '../../../dist/application/agent-tasks/claim-task.js';
import { CompleteTask, FailTask } from '../../../dist/application/agent-tasks/end-task.js';
import { EndContainer } from '../../../dist/application/containers/end-container.js';
import { RestartContainer } from '../../../dist/application/containers/restart-container.js';
import { StartContainer } from '../../../dist/application/containers/start-container.js';
import { ClaimPhase } from '../../../dist/application/flows/claim-phase.js';
import { CompletePhase } from '../../../dist/application/flows/finish-phase.js';
import { BreakLease } from '../../../dist/application/leases/operator-acts.js';
import { DatabaseUnavailable } from '../../../dist/application/ports/views.js';
import { shipResource } from '../../../dist/domain/lease/resource.js';
import { loadConfig } from '../../../dist/infrastructure/config/load-config.js';
import { systemClock } from '../../../dist/infrastructure/clock.js';
import { connectEventStore } from '../../../dist/infrastructure/eventstore/connect.js';
import { uuids } from '../../../dist/infrastructure/ids.js';
import { decisionRulesOf, policyOf } from '../../../dist/start/policy-of.js';

/** An instance of the application that dies at one append: nothing of that append, and nothing after it, is written. */
export class ShortLived {
  static async beside(product) {
    const instance = new ShortLived();
    instance.log = connectEventStore(product.eventStoreUrl);
    instance.config = loadConfig(product.settings);
    return instance;
  }

  start(containerId, ships) {
    const description = {
      containerId,
      player: 1,
      containerType: 'command',
      commandType: 'navigate',
      config: {},
      metadata: {},
      ships,
      maxIterations: 1,
      restartPolicy: 'on-failure',
      maxRestarts: 3,
      parentId: null,
    };
    return this.#command(
      (context) => new StartContainer(context, { ...description, adoptsObligations: false, takesOver: null }),
    );
  }

  restart = (containerId) =>
    this.#command((context) => new RestartContainer(context, { containerId, token: null, immediately: true }));
  complete = (containerId, token) =>
    this.#command((context) => new EndContainer(context, containerId, token, { type: 'completed' }));
  breakLease = (symbol) =>
    this.#command(
      (context) => new BreakLease(context, { resource: shipResource(1, symbol), operator: 'ada', reason: 'needed' }),
    );

  claimTask = (taskId, session) =>
    this.#command(
      (context) => new ClaimTask(context, { queue: 'orkestra', taskId, agent: session, session, ttlMs: 60_000 }),
    );
  completeTask = (taskId, token) =>
    this.#command(
      (context) => new CompleteTask(context, { queue: 'orkestra', taskId, token, notes: '', actualTime: null }),
    );
  failTask = (taskId, token) =>
    this.#command(
      (context) =>
        new FailTask(context, {
          ...{ queue: 'orkestra', taskId, token, errorType: 'timeout', details: '', reassign: false },
        }),
    );
  claimPhase = (flowId, phase, session) =>
    this.#command(
      (context) =>
        new ClaimPhase(context, { flowId, phase, holder: { kind: 'agent', id: session, attempt: 1 }, ttlMs: 60_000 }),
    );
  completePhase = (flowId, phase, token) =>
    this.#command((context) => new CompletePhase(context, { flowId, phase, token, result: { done: true } }));
  breakPhase = (flowId, phase) =>
    this.#command(
      (context) =>
        new BreakLease(context, {
          ...{ resource: { kind: 'phase', scope: flowId, name: phase }, operator: 'ada', reason: 'it hangs' },
        }),
    );

  close = () => this.log.close();

  #command(named) {
    return { cutBeforeAppendTo: (stream) => this.#die(named(newContext()), stream) };
  }

  async #die(command, stream) {
    const app = await NestFactory.createApplicationContext(AppModule.of(this.#partsDyingAt(stream)), { logger: false });
    try {
      await app.get(CommandBus).execute(command);
    } catch (error) {
      if (error instanceof Died) return;
      throw error;
    } finally {
      await app.close();
    }
    throw new Error(`nothing was appended to ${stream}`);
  }

  #partsDyingAt(stream) {
    const { log, config } = this;
    const away = () => Promise.reject(new DatabaseUnavailable('a short life needs no views'));
    return {
      store: {
        append: (to, ...rest) => (to === stream ? Promise.reject(new Died()) : log.append(to, ...rest)),
        readBackwards: log.readBackwards.bind(log),
        readForwards: log.readForwards.bind(log),
        readAll: log.readAll.bind(log),
        readAllBackwards: log.readAllBackwards.bind(log),
        headPosition: log.headPosition.bind(log),
      },
      database: { query: away, transaction: away, claim: away },
      projections: { statuses: () => [] },
      heartbeats: { record: () => undefined, latest: away, forget: () => undefined },
      clock: systemClock,
      ids: uuids,
      policy: policyOf(config),
      decisionRules: decisionRulesOf(config),
    };
  }
}

class Died extends Error {
  name = 'Died';
}

function newContext() {
  const commandId = randomUUID();
  const actor = { key: 'anonymous', role: 'operator', player: null };
  return { commandId, correlationId: commandId, causationId: commandId, actor, via: 'http', mayBeRepeat: false };
}
