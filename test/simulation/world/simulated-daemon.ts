import type { Command } from '@nestjs/cqrs';
import type { Answer } from '../../../src/application/answer.js';
import type { CommandContext } from '../../../src/application/command-context.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import { Liveness } from '../../../src/application/liveness/liveness.js';
import type { Policy } from '../../../src/application/policy.js';
import type { ContainerLines } from '../../../src/application/ports/container-lines.js';
import type { Processes } from '../../../src/application/ports/processes.js';
import { nextStep } from '../../../src/domain/operations/operation.js';
import { RunOperation } from '../../../src/application/runtime/operations/run-operation.js';
import { GameCargo } from '../../../src/application/runtime/recovery/game-cargo.js';
import type { RuntimeLimits, RuntimePorts } from '../../../src/application/runtime/runtime-ports.js';
import { Application, usualRules } from '../../support/application.js';
import { DaemonParts } from '../../support/daemons.js';
import type { Life } from './life.js';
import type { Planted } from './planted.js';
import { GameReached, gameLimits, type SimulatedGame } from './simulated-game.js';
import { LogReached, type SimulatedLog } from './simulated-log.js';
import { HeartbeatsReached, queriesOf, type SimulatedViews } from './simulated-views.js';
import type { Sky } from './weather.js';

export const player = 1;

/** The product's own proportions, in a shorter day. */
export const policy: Policy = {
  shipTtlMs: 15_000,
  shipRenewMs: 5_000,
  daemonTtlMs: 30_000,
  daemonRenewMs: 6_000,
  taskTtlMs: 20_000,
  phaseTtlMs: 20_000,
  drainMs: 8_000,
  amnestyMs: 20_000,
  monitorIntervalMs: 5_000,
  sweepIntervalMs: 20_000,
  repairGraceMs: 6_000,
  stopGraceMs: 5_000,
  lockDelayMs: 0,
  staleAlertMs: 600_000,
  maxRestarts: 3,
  restart: { delaysMs: [2_000, 5_000, 10_000], healthyAfterMs: 60_000 },
  recoveryBudgetMs: 30_000,
  crash: { suspectAfter: 5, parkAfter: 3, probationMs: 3_000, forgottenAfterMs: 60_000 },
  idempotencyTtlMs: 86_400_000,
  retentionMs: 86_400_000,
  gamePlayer: player,
  health: {
    intervalMs: 60_000,
    stuckAfterMs: 60_000,
    healthyAfterMs: 60_000,
    attempts: 5,
    fastestIterationMs: 1_000,
  },
};

export const limits: RuntimeLimits = {
  turnMs: gameLimits.turnMs,
  landsWithinMs: gameLimits.landsWithinMs,
  outageDelaysMs: [500, 1_000, 2_000, 5_000],
  outageMs: 60_000,
};

const noLines: ContainerLines = {
  write: () => undefined,
  read: () => Promise.resolve([]),
  latest: () => Promise.resolve(new Map<string, number>()),
};

/** What every process of the simulation shares. */
export interface Shared {
  readonly log: SimulatedLog;
  readonly views: SimulatedViews;
  readonly game: SimulatedGame;
  readonly sky: Sky;
  readonly planted: Planted;
  /** Whether the process that has this mark lives, for whoever is on the same machine. */
  lives(began: string): boolean;
  /** Somebody may want to know. */
  say(what: string): void;
}

/** One process of the product, put together as the composition root does it. */
export class SimulatedDaemon {
  readonly application: Application;
  readonly parts: DaemonParts;
  readonly liveness: Liveness;
  isServing = false;
  isStopping = false;

  constructor(
    readonly life: Life,
    private readonly shared: Shared,
  ) {
    const { log, views, sky, planted } = shared;
    const { clock, ids } = life;
    const game = new GameReached(life, shared.game, () => sky.turnMs());
    const cargo = new GameCargo(game, player);
    const reached = new LogReached(life, log, () => sky.lagMs());
    const store = planted.store?.(reached, life) ?? reached;
    const heartbeats = new HeartbeatsReached(life, views);
    const processes = this.#processes();
    const queries = queriesOf(life, views);
    const ports = { store, clock, ids, heartbeats, queries, cargo, policy, rules: usualRules, processes };
    this.application = new Application(ports, planted.parts);
    const { decisions } = this.application;
    const honest: RuntimePorts = {
      commands: this.#noting(game),
      decisions,
      game,
      player,
      clock,
      ids,
      decideStep: nextStep,
    };
    const operations = new RunOperation(planted.runtime?.(honest, life) ?? honest, limits);
    this.parts = new DaemonParts(this.application, { operations, lines: noLines, processes, cargo });
    const { monitor, sweep, locks } = this.application;
    this.liveness = new Liveness(monitor, sweep, locks, clock, policy);
  }

  get isUp(): boolean {
    return this.isServing && !this.life.isDead;
  }

  say(text: string): void {
    if (!this.life.isDead) this.shared.say(`${this.life.name}: ${text}`);
  }

  /** In the order of the product's own start. */
  async start(): Promise<void> {
    const { life, parts } = this;
    const process = { machine: life.machine.name, began: life.name };
    try {
      await parts.record.started({ instance: life.name, version: '0', host: life.machine.name, pid: 1, process });
      await parts.daemon.start(life.name, (sentence) => this.say(sentence));
    } catch (error) {
      this.say(`could not start: ${String(error)}`);
      return life.die();
    }
    void parts.daemon.recover();
    this.liveness.start((sentence) => this.say(sentence));
    this.isServing = true;
  }

  /** In the order of the product's own end. */
  async stop(): Promise<void> {
    if (!this.isUp || this.isStopping) return;
    this.isStopping = true;
    const { daemon, record } = this.parts;
    const manifest = await daemon
      .shutDown()
      .catch((error: unknown) => this.say(`the daemon did not stop: ${String(error)}`));
    await record
      .stopped('SIGTERM', manifest ?? undefined)
      .catch((error: unknown) => this.say(`the stop was not recorded: ${String(error)}`));
    await this.liveness.stop();
    this.life.die();
  }

  /** A request, as a door of this process takes it in. */
  async serve<Outcome>(command: Command<Answer<Outcome>>): Promise<Outcome> {
    const { application } = this;
    const asked = (await this.shared.planted.request?.(command, application.decisions)) ?? command;
    return application.outcome(asked as Command<Answer<Outcome>>);
  }

  #noting(game: GameReached): RuntimePorts['commands'] {
    return {
      execute: (command: Command<unknown>) => {
        if (command instanceof RecordEffect && command.record.type === 'intend') {
          game.intents.set(command.resource.name, command.record.effectId);
        }
        return this.application.execute(command);
      },
    } as RuntimePorts['commands'];
  }

  #processes(): Processes {
    const { life, shared } = this;
    return {
      mark: () => ({ machine: life.machine.name, began: life.name }),
      look: ({ mark }) => {
        if (mark?.machine !== life.machine.name) return 'unknown';
        return shared.lives(mark.began) ? 'alive' : 'dead';
      },
    };
  }
}

/** A name for one asking, which every repeat of it bears too. */
export function asking(name: string): CommandContext {
  return {
    commandId: name,
    correlationId: name,
    causationId: name,
    actor: { key: 'captain', role: 'operator', player: null },
    via: 'http',
    mayBeRepeat: true,
  };
}
