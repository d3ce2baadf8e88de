import type { QueryBus } from '@nestjs/cqrs';
import { decodeEvent } from '../../../src/application/events/event-codec.js';
import type { Heartbeat, Heartbeats } from '../../../src/application/ports/heartbeats.js';
import { DatabaseUnavailable } from '../../../src/application/ports/views.js';
import { ListHolds, type HoldPair } from '../../../src/application/queries/assignments.js';
import { ListAgents, ListDependants } from '../../../src/application/queries/agent-tasks.js';
import { ListUntoldWork, ListHeldLocks, type Lock } from '../../../src/application/queries/locks.js';
import type { ContainerRow } from '../../../src/application/queries/containers.js';
import { liveStatuses } from '../../../src/domain/container/container.js';
import { applyFact } from '../../../src/projections/apply-fact.js';
import { containers, type ContainerTableRow } from '../../../src/projections/fleet/containers.js';
import { fleet } from '../../../src/projections/fleet/fleet.js';
import { shipAssignments, type ShipAssignmentRow } from '../../../src/projections/fleet/ship-assignments.js';
import { assignmentOf, containerRowOf } from '../../../src/projections/reads/fleet-rows.js';
import { pairsOf } from '../../../src/projections/reads/hold-queries.js';
import { RowSet } from '../../../src/projections/rows/row-set.js';
import { locksIn, untoldIn, viewsOfWork } from '../../support/untold-work.js';
import type { Life } from './life.js';
import type { Scheduler } from './scheduler.js';
import type { SimulatedLog } from './simulated-log.js';

const views = [fleet, ...viewsOfWork];

/** The place of views and heartbeats, one for all processes: the real fold, which follows the log a little behind it. */
export class SimulatedViews {
  readonly heartbeats = new Map<string, Heartbeat>();
  /** Told of every heartbeat that is kept here, and when it was heard. */
  onHeard: (heartbeat: Heartbeat, heardAtMs: number) => void = () => undefined;
  isDown = false;
  #reached = 0;
  readonly #rows = new RowSet(views.flatMap(({ tables }) => tables));
  #isUnderWay = false;
  #pairs: { readonly at: number; readonly pairs: readonly HoldPair[] } | undefined;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly log: SimulatedLog,
    private readonly lagMs: () => number,
  ) {
    log.onWritten(() => this.#wake());
  }

  /** Since the storm began, by no machine's clock. Milliseconds. */
  get nowMs(): number {
    return this.scheduler.nowMs;
  }

  get position(): bigint {
    return BigInt(this.#reached);
  }

  requireUp(): void {
    if (this.isDown) throw new DatabaseUnavailable('the database does not answer');
  }

  keep(heartbeat: Heartbeat, heardAtMs: number): void {
    const known = this.heartbeats.get(heartbeat.subject);
    if (known && !isNewer(heartbeat, known)) return;
    this.heartbeats.set(heartbeat.subject, heartbeat);
    this.onHeard(heartbeat, heardAtMs);
  }

  holds(): readonly HoldPair[] {
    if (this.#pairs?.at !== this.#reached) this.#pairs = { at: this.#reached, pairs: pairsIn(this.#rows) };
    return this.#pairs.pairs;
  }

  held(): readonly Lock[] {
    return locksIn(this.#rows).filter(({ status }) => status !== 'idle');
  }

  untold(): readonly Lock[] {
    return untoldIn(this.#rows);
  }

  #wake(): void {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.scheduler.after(this.lagMs(), 'views', () => this.#follow(), false);
  }

  #follow(): void {
    this.#isUnderWay = false;
    if (this.isDown) return this.#wake();
    for (; this.#reached < this.log.events.length; this.#reached++) {
      const recorded = this.log.events[this.#reached]!;
      const view = views.find(({ streamPrefixes: all }) => all.some((prefix) => recorded.stream.startsWith(prefix)));
      if (view) applyFact(view, { ...recorded, event: decodeEvent(recorded) }, this.#rows);
    }
  }
}

const read = new WeakMap<ContainerTableRow, ContainerRow>();

/** A row never changes: what it says is read once. */
function readOf(row: ContainerTableRow): ContainerRow {
  const known = read.get(row) ?? containerRowOf(row);
  read.set(row, known);
  return known;
}

function pairsIn(rows: RowSet): readonly HoldPair[] {
  const known = (rows.sorted(containers) as ContainerTableRow[]).map(readOf);
  const byId = new Map(known.map((row) => [row.containerId, row]));
  const held = (rows.sorted(shipAssignments) as ShipAssignmentRow[])
    .filter(({ status }) => status !== 'idle')
    .map((row) => assignmentOf(row, byId.get(row.container_id ?? '') ?? null));
  const live = known.filter(({ status }) => liveStatuses.includes(status));
  return pairsOf(held, live);
}

function isNewer(one: Heartbeat, other: Heartbeat): boolean {
  return one.token > other.token || (one.token === other.token && one.sequence > other.sequence);
}

const withinMs = 2_000;
const away = () => new DatabaseUnavailable('the database does not answer');
const unanswered = { withinMs, away, unknown: away };

/** What the views say, as one process asks them. */
export function queriesOf(life: Life, views: SimulatedViews): Pick<QueryBus, 'execute'> {
  const read = <T>(what: string, value: () => T) =>
    life.call(
      'views',
      what,
      () => {
        views.requireUp();
        return { position: views.position, value: value() };
      },
      unanswered,
    );
  const answered = async ({ ask }: ListHolds) => {
    const { minPosition, waitMs = 5_000 } = ask;
    for (let waitedMs = 0; ; waitedMs += 250) {
      const found = await read('holds', () => views.holds());
      if (minPosition === undefined || found.position >= minPosition) {
        return { type: 'Answered', ...found, head: null, ageMs: null, parked: 0 };
      }
      if (waitedMs >= waitMs) return { type: 'NotThereYet', view: 'fleet', ...found, minPosition, waitedMs };
      await life.clock.sleep(250);
    }
  };
  const atOnce = async (what: string, value: () => readonly Lock[]) => {
    return { type: 'Answered', ...(await read(what, value)), head: null, ageMs: null, parked: 0 };
  };
  return {
    execute: (query: unknown) => {
      if (query instanceof ListHolds) return answered(query);
      if (query instanceof ListHeldLocks) return atOnce('locks', () => views.held());
      if (query instanceof ListUntoldWork) return atOnce('untold work', () => views.untold());
      // The commands that ask for these can do without.
      if (query instanceof ListAgents || query instanceof ListDependants) return Promise.reject(away());
      return Promise.reject(new Error('only holds and locks are known here'));
    },
  };
}

/** Written behind, about once a second; what is not written when the process dies is lost. */
export class HeartbeatsReached implements Heartbeats {
  readonly #unwritten = new Map<string, { readonly heartbeat: Heartbeat; readonly heardAtMs: number }>();
  #isUnderWay = false;

  constructor(
    private readonly life: Life,
    private readonly views: SimulatedViews,
  ) {}

  record(heartbeat: Heartbeat): void {
    if (this.life.isDead) return;
    this.#unwritten.set(heartbeat.subject, { heartbeat, heardAtMs: this.views.nowMs });
    this.#wake();
  }

  async latest(): Promise<readonly Heartbeat[]> {
    const kept = await this.life.call(
      'views',
      'heartbeats',
      () => {
        this.views.requireUp();
        return [...this.views.heartbeats.values()];
      },
      unanswered,
    );
    return [...kept, ...[...this.#unwritten.values()].map(({ heartbeat }) => heartbeat)];
  }

  forget(subject: string): void {
    if (this.life.isDead) return;
    this.#unwritten.delete(subject);
    if (!this.views.isDown) this.views.heartbeats.delete(subject);
  }

  #wake(): void {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    this.life.after(1_000, `${this.life.name} writes heartbeats`, () => this.#write());
  }

  #write(): void {
    this.#isUnderWay = false;
    if (this.views.isDown) return this.#wake();
    for (const { heartbeat, heardAtMs } of this.#unwritten.values()) this.views.keep(heartbeat, heardAtMs);
    this.#unwritten.clear();
  }
}
