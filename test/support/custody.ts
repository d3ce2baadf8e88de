import type { CommandContext } from '../../src/application/command-context.js';
import { StartContainer } from '../../src/application/containers/start-container.js';
import type { DecisionRules } from '../../src/application/decide-and-append.js';
import { decodeEvent } from '../../src/application/events/event-codec.js';
import { InstanceRecord } from '../../src/application/instance/instance-record.js';
import { AcquireLease } from '../../src/application/leases/acquire-lease.js';
import type { HeldWork } from '../../src/application/leases/held-work.js';
import type { LeaseMonitor, MonitorRun } from '../../src/application/liveness/lease-monitor.js';
import type { CargoReader } from '../../src/application/ports/cargo.js';
import type { Processes } from '../../src/application/ports/processes.js';
import { noGame } from '../../src/application/runtime/recovery/no-game.js';
import type { Policy } from '../../src/application/policy.js';
import type { EventStore, RecordedEvent } from '../../src/application/ports/event-store.js';
import { DatabaseUnavailable } from '../../src/application/ports/views.js';
import { ListAgents, ListDependants } from '../../src/application/queries/agent-tasks.js';
import { ListHolds, type HoldPair } from '../../src/application/queries/assignments.js';
import { ListUntoldWork, ListHeldLocks, type Lock } from '../../src/application/queries/locks.js';
import { container, containerStream, liveStatuses, type ContainerState } from '../../src/domain/container/container.js';
import { PlayerId } from '../../src/domain/ids.js';
import { lease, type LeaseState } from '../../src/domain/lease/lease.js';
import { leaseStream, shipResource, type Resource } from '../../src/domain/lease/resource.js';
import { InMemoryEventStore } from '../../src/infrastructure/eventstore/in-memory-event-store.js';
import { uuids } from '../../src/infrastructure/ids.js';
import { containers, type ContainerTableRow } from '../../src/projections/fleet/containers.js';
import { fleet } from '../../src/projections/fleet/fleet.js';
import { shipAssignments, type ShipAssignmentRow } from '../../src/projections/fleet/ship-assignments.js';
import { assignmentOf, containerRowOf } from '../../src/projections/reads/fleet-rows.js';
import { pairsOf } from '../../src/projections/reads/hold-queries.js';
import { Application, usualRules } from './application.js';
import { applyFact } from '../../src/projections/apply-fact.js';
import { RowSet } from '../../src/projections/rows/row-set.js';
import { foldView } from './fold-view.js';
import { HeartbeatsBehind, HeartbeatTable } from './heartbeat-table.js';
import { FakeClock } from './fake-clock.js';
import { locksIn, untoldIn, viewsOfWork } from './untold-work.js';

export const policy: Policy = {
  shipTtlMs: 30_000,
  shipRenewMs: 10_000,
  daemonTtlMs: 120_000,
  daemonRenewMs: 10_000,
  taskTtlMs: 1_800_000,
  phaseTtlMs: 300_000,
  drainMs: 30_000,
  amnestyMs: 60_000,
  monitorIntervalMs: 5_000,
  sweepIntervalMs: 60_000,
  repairGraceMs: 10_000,
  stopGraceMs: 10_000,
  lockDelayMs: 0,
  staleAlertMs: 600_000,
  maxRestarts: 3,
  restart: { delaysMs: [5_000, 30_000, 120_000], healthyAfterMs: 600_000 },
  recoveryBudgetMs: 30_000,
  crash: { suspectAfter: 5, parkAfter: 3, probationMs: 10_000, forgottenAfterMs: 600_000 },
  idempotencyTtlMs: 86_400_000,
  retentionMs: 14 * 86_400_000,
  gamePlayer: 1,
  health: {
    intervalMs: 60_000,
    stuckAfterMs: 300_000,
    healthyAfterMs: 120_000,
    attempts: 5,
    fastestIterationMs: 5_000,
  },
};

export const player = PlayerId(1);
export const ship = (symbol: string, of = player): Resource => shipResource(of, symbol);
export const operator = 'ada';

export interface InstanceOptions {
  readonly works?: readonly HeldWork[];
  readonly processes?: Processes;
  /** What stands between this instance and the log; the log itself by default. */
  readonly store?: EventStore;
  /** A clock of its own; the room's by default. */
  readonly clock?: FakeClock;
  readonly policy?: Partial<Policy>;
  /** Runs containers under this name. */
  readonly daemon?: string;
  readonly rules?: Partial<DecisionRules>;
  /** What the game says of holds; nobody to ask by default. */
  readonly cargo?: CargoReader;
}

/**
 * One log, one table of heartbeats, one view, and any number of instances of the application over them. No server and no
 * PostgreSQL: the view is the real fold, read from the log when asked.
 */
export class Custody {
  readonly clock: FakeClock;
  readonly log: InMemoryEventStore;
  readonly heartbeats = new HeartbeatTable();
  /** The view shows no more than what lies up to here; undefined: everything. */
  viewStopsAt: bigint | undefined;
  #instances = 0;
  #view: { readonly head: number; readonly upTo: bigint | undefined; readonly pairs: readonly HoldPair[] } | undefined;

  constructor(clock = new FakeClock()) {
    this.clock = clock;
    this.log = new InMemoryEventStore(() => this.clock.nowMs());
  }

  /** Neither the view nor the heartbeats can be read. */
  set postgresDown(down: boolean) {
    this.heartbeats.down = down;
  }

  instance(options: InstanceOptions = {}): Instance {
    return new Instance(this, `i${++this.#instances}`, options);
  }

  /** An instance that has come up as a process does. */
  async up(options: InstanceOptions = {}): Promise<Instance> {
    const instance = this.instance(options);
    await instance.comesUp();
    return instance;
  }

  /** Time goes by while every one of them looks for silent holders as often as it should. */
  async lookOn(ms: number, ...monitors: readonly Pick<LeaseMonitor, 'run'>[]): Promise<MonitorRun[]> {
    const runs: MonitorRun[] = [];
    for (let leftMs = ms; leftMs > 0; leftMs -= policy.monitorIntervalMs) {
      this.clock.pass(Math.min(leftMs, policy.monitorIntervalMs));
      for (const monitor of monitors) runs.push(await monitor.run());
    }
    return runs;
  }

  async events(): Promise<RecordedEvent[]> {
    const all: RecordedEvent[] = [];
    for await (const event of this.log.readAll({ streamPrefixes: [''] })) all.push(event);
    return all;
  }

  /** Types of events in one stream, oldest first. */
  async typesIn(stream: string): Promise<string[]> {
    return (await this.log.readForwards(stream, { max: 100_000 })).map(({ type }) => type);
  }

  async lease(of: Resource): Promise<LeaseState> {
    return this.#fold(lease.initial, lease.evolve, leaseStream(of));
  }

  async container(id: string): Promise<ContainerState> {
    return this.#fold(container.initial, container.evolve, containerStream(id));
  }

  /** What the view says of holds, as PostgreSQL would be asked it. */
  async holds(ofPlayer?: number): Promise<readonly HoldPair[]> {
    if (this.heartbeats.down) throw new DatabaseUnavailable('the view cannot be reached');
    const head = Number(await this.log.headPosition());
    if (this.#view?.head !== head || this.#view.upTo !== this.viewStopsAt) {
      this.#view = { head, upTo: this.viewStopsAt, pairs: holdsIn(await this.#events(this.viewStopsAt)) };
    }
    return this.#view.pairs.filter(
      ({ assignment, container }) => ofPlayer === undefined || (assignment?.player ?? container?.player) === ofPlayer,
    );
  }

  /** What the views say of locks, and of the work under them. */
  async locks(query: ListHeldLocks | ListUntoldWork): Promise<readonly Lock[]> {
    if (this.heartbeats.down) throw new DatabaseUnavailable('the view cannot be reached');
    const rows = new RowSet(viewsOfWork.flatMap(({ tables }) => tables));
    for (const event of await this.#events(this.viewStopsAt)) {
      const view = viewsOfWork.find((one) => one.streamPrefixes.some((prefix) => event.stream.startsWith(prefix)));
      if (view) applyFact(view, { ...event, event: decodeEvent(event) }, rows);
    }
    return query instanceof ListUntoldWork ? untoldIn(rows) : locksIn(rows).filter(({ status }) => status !== 'idle');
  }

  async #events(upTo: bigint | undefined): Promise<RecordedEvent[]> {
    return (await this.events()).filter(({ position }) => upTo === undefined || position <= upTo);
  }

  async #fold<State, Event>(initial: State, evolve: (state: State, event: Event) => State, stream: string) {
    const events = await this.log.readForwards(stream, { max: 100_000 });
    return events.map((event) => decodeEvent(event) as Event).reduce(evolve, initial);
  }
}

function holdsIn(events: readonly RecordedEvent[]): readonly HoldPair[] {
  const facts = events
    .filter(({ stream }) => stream.startsWith('ship-') || stream.startsWith('container-'))
    .map((event) => ({ ...event, event: decodeEvent(event) }));
  const rows = foldView(fleet, facts);
  const known = (rows.sorted(containers) as ContainerTableRow[]).map(containerRowOf);
  const byId = new Map(known.map((row) => [row.containerId, row]));
  const held = (rows.sorted(shipAssignments) as ShipAssignmentRow[])
    .filter(({ status }) => status !== 'idle')
    .map((row) => assignmentOf(row, byId.get(row.container_id ?? '') ?? null));
  return pairsOf(
    held,
    known.filter(({ status }) => liveStatuses.includes(status)),
  );
}

/** One instance of the application in this room. */
export class Instance extends Application {
  readonly heartbeats: HeartbeatsBehind;
  readonly #name: string;
  #named = 0;

  constructor(room: Custody, name: string, options: InstanceOptions) {
    const heartbeats = new HeartbeatsBehind(room.heartbeats);
    const drawn = { count: 0 };
    super({
      store: options.store ?? room.log,
      clock: options.clock ?? room.clock,
      ids: { uuid: () => uuids.derived(name, String(++drawn.count)), derived: uuids.derived },
      heartbeats,
      queries: { execute: (query: unknown) => answered(room, query) },
      cargo: options.cargo ?? noGame,
      policy: { ...policy, ...options.policy },
      rules: { ...usualRules, ...options.rules },
      works: options.works,
      processes: options.processes,
    });
    this.#name = name;
    this.heartbeats = heartbeats;
    if (options.daemon !== undefined) this.identity.assume(options.daemon);
  }

  /** A name of its own for one command; a given one may be asked again. */
  context(named?: string): CommandContext {
    const commandId = named ?? `${this.#name}-${++this.#named}`;
    return {
      commandId,
      correlationId: commandId,
      causationId: commandId,
      actor: { key: 'test', role: 'operator', player: null },
      via: 'test',
      mayBeRepeat: named !== undefined,
    };
  }

  /** As each process does when it starts: with what it writes then it learns the log's time. */
  async comesUp(): Promise<void> {
    const { queries, ids, policy: rules } = this.parts;
    const facts = {
      instance: this.#name,
      version: '0',
      host: 'here',
      pid: 1,
      process: { machine: 'here', began: this.#name },
    };
    await new InstanceRecord(this.decisions, queries, ids, rules).started(facts);
  }

  /** Starts a container that must start; its token is that of its first ship. */
  async started(ask: Partial<StartAsk> & Pick<StartAsk, 'containerId'>): Promise<number> {
    const outcome = await this.outcome(new StartContainer(this.context(), startOf(ask)));
    if (outcome.type !== 'Started') throw new Error(`not started: ${JSON.stringify(outcome)}`);
    return outcome.container.leases[0]?.token ?? outcome.container.attempt;
  }

  /** A lease of a session, which must be granted. */
  async acquired(symbol: string, agent: string): Promise<number> {
    const outcome = await this.outcome(new AcquireLease(this.context(), acquiring(symbol, agent)));
    if (outcome.type !== 'Granted') throw new Error(`not granted: ${JSON.stringify(outcome)}`);
    return outcome.hold.token;
  }
}

function answered(room: Custody, query: unknown): Promise<unknown> {
  const seen = { type: 'Answered', position: 0n, head: null, ageMs: 0, parked: 0 } as const;
  if (query instanceof ListHeldLocks || query instanceof ListUntoldWork) {
    return room.locks(query).then((value) => ({ ...seen, value }));
  }
  if (query instanceof ListAgents || query instanceof ListDependants) {
    return Promise.reject(new DatabaseUnavailable('the room has no view of agents and their tasks'));
  }
  if (!(query instanceof ListHolds)) throw new Error('the room answers for holds and locks only');
  return room.holds(query.ask.player).then((value) => ({ ...seen, value }));
}

export type StartAsk = StartContainer['ask'];

export function startOf(ask: Partial<StartAsk> & Pick<StartAsk, 'containerId'>): StartAsk {
  return {
    player,
    containerType: 'SCOUT_TOUR',
    commandType: 'ScoutTourCommand',
    config: {},
    metadata: {},
    ships: [],
    maxIterations: -1,
    restartPolicy: 'on-failure',
    maxRestarts: 3,
    parentId: null,
    adoptsObligations: false,
    takesOver: null,
    ...ask,
  };
}

export function acquiring(symbol: string, agent: string): AcquireLease['ask'] {
  return {
    resource: ship(symbol),
    holder: { kind: 'agent', id: agent, attempt: 1 },
    operation: 'trade',
    ttlMs: policy.shipTtlMs,
    adoptsObligations: false,
  };
}
