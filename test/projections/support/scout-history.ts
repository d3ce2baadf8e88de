import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { taskLock } from '../../../src/domain/agent-task/agent-task.js';
import { shipResource } from '../../../src/domain/lease/resource.js';
import { examples } from '../../support/examples.js';

const markets = ['X1-GZ7-A1', 'X1-GZ7-B6', 'X1-GZ7-C3'];

/** What scouts write in some laps: tours, failures with a next attempt, effects, and ships that end up free. */
export function scoutHistory(ships: number, laps: number): DomainEvent[] {
  const { lease, container, instance, market, player, system, worker, agentTask, flow, atMs } = examples;
  const fleet = Array.from({ length: ships }, (_, index) => new Scout(`COOPER-${index + 1}`));
  const events: DomainEvent[] = [
    ...[instance.started(), instance.recovered(), instance.stopped(), instance.started({ instance: 'b' })],
    ...[system.charted(), player.registered(), market.scanned(), worker.registered()],
    ...[agentTask.queued(), agentTask.claimRefused(), agentTask.claimed(), agentTask.failed(), agentTask.reassigned()],
    ...[agentTask.queued({ taskId: '998', dependencies: [] }), agentTask.claimed({ taskId: '998' })],
    agentTask.completed({ taskId: '998' }),
    ...[flow.declared(), flow.started(), flow.progressed()],
    lease.granted({ resource: taskLock('orkestra', '999'), holder: examples.agent() }),
  ];
  for (const scout of fleet) events.push(...scout.begins());
  for (let lap = 1; lap <= laps; lap += 1) {
    for (const scout of fleet) {
      events.push(...scout.flies(lap));
      events.push(market.scanned({ ship: scout.ship, atMs: atMs + lap * 1_000 }));
      if (lap % 4 === 0) events.push(...scout.fails(lap));
    }
  }
  const [first, second] = fleet;
  if (first) events.push(container.completed({ containerId: first.containerId }), first.releases(atMs + laps * 1_000));
  if (second) events.push(lease.expired({ ...second.held(), atMs: atMs + laps * 1_000 }));
  return events;
}

class Scout {
  readonly containerId: string;
  #token = 1;
  #attempt = 1;

  constructor(readonly ship: string) {
    this.containerId = `scout-tour-${ship}-85834fb5`;
  }

  held() {
    const resource = shipResource(1, this.ship);
    return { resource, token: this.#token, holder: examples.holder({ id: this.containerId, attempt: this.#attempt }) };
  }

  begins(): DomainEvent[] {
    const { containerId, ship } = this;
    const config = { params: { system: 'X1-GZ7', ship_symbol: ship, markets }, iterations: -1 };
    const { container, lease } = examples;
    return [
      lease.granted(this.held()),
      container.created({ containerId, ships: [ship], config }),
      container.starting({ containerId }),
      container.started({ containerId, leases: [{ ship, token: 1 }] }),
    ];
  }

  flies(lap: number): DomainEvent[] {
    const atMs = examples.atMs + lap * 1_000;
    const { containerId } = this;
    const { resource, token } = this.held();
    const { container, lease } = examples;
    const attempt = this.#attempt;
    return [
      lease.effectIntended({ resource, token, atMs, effectId: `${this.ship}-${lap}` }),
      ...markets.map((waypoint) => container.marketVisited({ containerId, attempt, waypoint, atMs })),
      lease.effectObserved({ resource, token, atMs, effectId: `${this.ship}-${lap}` }),
      container.iterationCompleted({ containerId, attempt, iteration: lap, visited: markets, atMs: atMs + 1 }),
    ];
  }

  fails(lap: number): DomainEvent[] {
    const atMs = examples.atMs + lap * 1_000 + 2;
    const { containerId, ship } = this;
    const before = this.held();
    const { container, lease } = examples;
    const ended = container.attemptEnded({ containerId, attempt: this.#attempt, atMs, notBeforeMs: atMs + 5_000 });
    this.#token += 1;
    this.#attempt += 1;
    const attempt = this.#attempt;
    return [
      ended,
      lease.handedOver({ ...this.held(), from: { holder: before.holder, token: before.token }, atMs }),
      container.starting({ containerId, attempt, atMs }),
      container.started({ containerId, attempt, leases: [{ ship, token: this.#token }], atMs }),
    ];
  }

  releases(atMs: number): DomainEvent {
    return examples.lease.released({ ...this.held(), atMs });
  }
}
