import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { container, containerStream } from '../../domain/container/container.js';
import { noOlderThan, lease } from '../../domain/lease/lease.js';
import type { KeptLaden, Repair, SweepSnapshot, SweptContainer, SweptLease } from '../../domain/sweep/repairs.js';
import { leaseStream, shipResource, type Resource } from '../../domain/lease/resource.js';
import type { LockRepair } from '../../domain/sweep/lock-repair.js';
import { planSweep } from '../../domain/sweep/plan-sweep.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK, POLICY } from '../ports/tokens.js';
import { holdOf, ListHolds, type Assignment, type HoldPair } from '../queries/assignments.js';
import { CarryOutRepair } from './carry-out-repair.js';
import { isOfOneStream } from './one-stream.js';
import { StaleHolds, type StaleHold } from './stale-holds.js';

export interface SweepRun {
  readonly looked: number;
  readonly repaired: readonly (Repair | LockRepair)[];
  /** Leases that should go and cannot: their ships owe something. */
  readonly kept: readonly KeptLaden[];
  /** What could not be read or repaired; the next run tries again. */
  readonly failed: readonly { readonly subject: string; readonly message: string }[];
  /** Active holds in which nothing has moved for longer than is usual. Nothing was done to them. */
  readonly stale: readonly StaleHold[];
}

/**
 * Puts right what a crash left half made. The views only say where to look: everything found there is read again from
 * the log, and only what the log says too is repaired.
 */
export class RepairSweep {
  readonly #stale: StaleHolds;

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CarryOutRepair) private readonly repairs: CarryOutRepair,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: Policy,
  ) {
    this.#stale = new StaleHolds(clock, policy);
  }

  /** `atStart`: what is found was left by an earlier run of this program. `dryRun`: only says what it would repair. */
  async run(atStart: boolean, player: number | null = null, dryRun = false): Promise<SweepRun> {
    const holds = await this.queries.execute(new ListHolds(player === null ? {} : { player }));
    if (holds.type !== 'Answered') return { looked: 0, repaired: [], kept: [], failed: [], stale: [] };
    const rules = {
      repairGraceMs: this.policy.repairGraceMs,
      stopGraceMs: this.policy.stopGraceMs,
      orphanReason: atStart ? ('daemon_restart' as const) : ('stale_cleanup' as const),
      player,
    };
    const repaired: Repair[] = [];
    const kept: KeptLaden[] = [];
    const failed: Failure[] = [];
    const suspected = planSweep(await this.#asTheViewsHaveIt(holds.value, failed), rules);
    for (const suspect of [...suspected.repairs, ...suspected.kept]) {
      const subject = subjectOf(suspect);
      await orNote(failed, subject, async () => {
        // What is read for one suspect is enough to judge it, and nobody else.
        const plan = planSweep(await this.#asTheLogHasIt(suspect), rules);
        kept.push(...plan.kept.filter((each) => subjectOf(each) === subject));
        for (const repair of plan.repairs.filter((each) => subjectOf(each) === subject)) {
          const why = dryRun ? undefined : await this.repairs.carryOut(repair);
          if (why === undefined) repaired.push(repair);
          else failed.push({ subject, message: why });
        }
      });
    }
    return { looked: holds.value.length, repaired, kept, failed, stale: this.#staleAmong(holds.value) };
  }

  #staleAmong(pairs: readonly HoldPair[]): readonly StaleHold[] {
    const active = pairs.flatMap(({ assignment, container }) => {
      if (assignment?.status !== 'active' || !assignment.holder) return [];
      const { player, ship, holder, updatedAtMs } = assignment;
      const lastMovedMs = Math.max(updatedAtMs, container?.updatedAtMs ?? 0);
      return [{ resource: shipResource(player, ship), holder: holder.id, lastMovedMs }];
    });
    return this.#stale.among(active);
  }

  /** A lease is left out whose holder cannot be read: it must not be taken for one that does not exist. */
  async #asTheViewsHaveIt(pairs: readonly HoldPair[], failed: Failure[]): Promise<SweepSnapshot> {
    const containers = new Map<string, SweptContainer>();
    for (const { container } of pairs) if (container) containers.set(container.containerId, container);
    const leases: SweptLease[] = [];
    for (const { assignment } of pairs) {
      if (!assignment) continue;
      const id = assignment.containerId;
      await orNote(failed, id ?? '', async () => {
        if (id !== null && !containers.has(id)) await this.#addFromLog(id, containers);
        leases.push(sweptLease(assignment));
      });
    }
    return { leases, containers: [...containers.values()], nowMs: this.clock.nowMs() };
  }

  async #asTheLogHasIt(suspect: Repair | KeptLaden): Promise<SweepSnapshot> {
    const containers = new Map<string, SweptContainer>();
    const resources = new Map<string, Resource>();
    const nowMs = this.clock.nowMs();
    if ('resource' in suspect) resources.set(leaseStream(suspect.resource), suspect.resource);
    await this.#addFromLog('resource' in suspect ? suspect.holder.id : suspect.containerId, containers);
    for (const { player, ships } of containers.values()) {
      for (const ship of ships) {
        const resource = shipResource(player, ship);
        resources.set(leaseStream(resource), resource);
      }
    }
    const leases: SweptLease[] = [];
    for (const [stream, resource] of resources) {
      const { state, unchangedForMs } = await this.decisions.withAge(lease, stream);
      const hold = state.hold && noOlderThan(state.hold, unchangedForMs, nowMs);
      leases.push({ resource, hold, obligations: state.obligations });
      const holder = state.hold?.holder;
      if (holder?.kind === 'container' && !containers.has(holder.id)) await this.#addFromLog(holder.id, containers);
    }
    return { leases, containers: [...containers.values()], nowMs };
  }

  async #addFromLog(containerId: string, containers: Map<string, SweptContainer>): Promise<void> {
    const nowMs = this.clock.nowMs();
    const { state, unchangedForMs } = await this.decisions.withAge(container, containerStream(containerId));
    // As with holds: by the judge's clock, and no longer ago than its stream has been as it is.
    const updatedAtMs = Math.max(state?.updatedAtMs ?? 0, nowMs - unchangedForMs);
    if (state) containers.set(containerId, { ...state, updatedAtMs });
  }
}

type Failure = SweepRun['failed'][number];

/** What is wrong with one stream must not keep the others from being repaired. */
async function orNote(failed: Failure[], subject: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isOfOneStream(error)) throw error;
    failed.push({ subject, message: error.message });
  }
}

function subjectOf(about: Repair | KeptLaden): string {
  return 'resource' in about ? leaseStream(about.resource) : about.containerId;
}

function sweptLease(row: Assignment): SweptLease {
  return { resource: shipResource(row.player, row.ship), hold: holdOf(row), obligations: row.obligations };
}
