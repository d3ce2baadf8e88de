import { Inject } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { ContainerStatus } from '../../domain/container/events.js';
import {
  planBulkRelease,
  type BulkPlan,
  type BulkSelector,
  type SelectableLease,
} from '../../domain/lease/bulk-release.js';
import type { PastHold } from '../../domain/lease/events.js';
import type { PlannedRelease } from '../../domain/lease/planned-release.js';
import { releaseReasonOf } from '../../domain/lease/reasons.js';
import { isLeaseRefusal, type LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, shipResource } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/tokens.js';
import { holdOf, ListAssignments, type Assignment, type AssignmentKey } from '../queries/assignments.js';
import { ReleaseLease } from './release-lease.js';

export interface BulkLease extends PlannedRelease {
  readonly heldForMs: number;
  /** Status of the container that holds it, and ends with it; null where it is held by somebody else. */
  readonly container: ContainerStatus | null;
  /** It was, or in a preview would be. */
  readonly released: boolean;
  /** Null in a preview, and where it was kept. */
  readonly freed: PastHold | null;
  /** Why it was, or would be, kept. */
  readonly refusal: LeaseRefusal | null;
}

export interface BulkReleased {
  readonly type: 'BulkReleased';
  /** Everything that the selector means: what goes first, then what stays. */
  readonly leases: readonly BulkLease[];
}

/** More than `max` are meant. Nothing was released. */
export interface TooManySelected {
  readonly type: 'TooManySelected';
  readonly selected: number;
}

/**
 * Releases several leases of one player, each under the token it was seen with: one that has moved on since is left
 * alone. The view says which there are; the log decides on each. Rejects with DatabaseUnavailable.
 */
export class BulkReleaseLeases extends Command<Answer<BulkReleased | TooManySelected>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: {
      readonly selector: BulkSelector;
      readonly operator: string;
      readonly reason: string;
      /** Only say what would be done. */
      readonly preview: boolean;
      readonly max: number;
    },
  ) {
    super();
  }
}

@CommandHandler(BulkReleaseLeases)
export class BulkReleaseLeasesHandler implements ICommandHandler<BulkReleaseLeases> {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ context, ask }: BulkReleaseLeases): Promise<Answer<BulkReleased | TooManySelected>> {
    const { selector, reason: detail, preview, max } = ask;
    const nowMs = this.clock.nowMs();
    const seen = await this.#seen(selector);
    const reason = releaseReasonOf(detail) ?? 'manual';
    const plan = planBulkRelease([...seen.values()], { selector, reason, detail, nowMs });
    const selected = plan.releases.length + plan.kept.length;
    if (selected > max) return { outcome: { type: 'TooManySelected', selected }, position: 0n };
    const foreseen = outlook(plan, seen, nowMs);
    if (preview) return { outcome: { type: 'BulkReleased', leases: foreseen }, position: 0n };
    const leases: BulkLease[] = [];
    let last = 0n;
    for (const lease of foreseen) {
      if (lease.refusal) {
        leases.push(lease);
        continue;
      }
      const { outcome, position } = await this.#release(context, lease, ask.operator);
      if (position > last) last = position;
      leases.push({ ...lease, ...outcome });
    }
    return { outcome: { type: 'BulkReleased', leases }, position: last };
  }

  async #release(
    context: CommandContext,
    { resource, holder, token, reason, detail }: BulkLease,
    operator: string,
  ): Promise<Answer<Pick<BulkLease, 'released' | 'freed' | 'refusal'>>> {
    const by = { kind: 'operator', id: operator } as const;
    const { outcome, position } = await this.commands.execute(
      new ReleaseLease(context, { resource, holder, token, reason, detail, by }),
    );
    return isLeaseRefusal(outcome)
      ? { outcome: { released: false, freed: null, refusal: outcome }, position }
      : { outcome: { released: !outcome.already, freed: outcome.past, refusal: null }, position };
  }

  /** What of the player's is held, by the names of the streams. */
  async #seen({ player, holderId, operation }: BulkSelector): Promise<ReadonlyMap<string, SeenLease>> {
    const seen = new Map<string, SeenLease>();
    const filter = { player, containerId: holderId ?? undefined, operation: operation ?? undefined, limit: 1_000 };
    let after: AssignmentKey | undefined;
    do {
      const answer = await this.queries.execute(new ListAssignments({ ...filter, after }));
      if (answer.type !== 'Answered') throw new Error('a view was behind a position that nobody asked for');
      for (const row of answer.value.rows) {
        const lease = seenLease(row);
        seen.set(leaseStream(lease.resource), lease);
      }
      after = answer.value.next ?? undefined;
    } while (after);
    return seen;
  }
}

interface SeenLease extends SelectableLease {
  readonly container: ContainerStatus | null;
}

function seenLease(row: Assignment): SeenLease {
  return {
    resource: shipResource(row.player, row.ship),
    hold: holdOf(row),
    obligations: row.obligations,
    container: row.container?.status ?? null,
  };
}

function outlook({ releases, kept }: BulkPlan, seen: ReadonlyMap<string, SeenLease>, nowMs: number): BulkLease[] {
  const lease = (of: PlannedRelease, refusal: LeaseRefusal | null): BulkLease => {
    const { resource, holder, token, reason, detail } = of;
    const found = seen.get(leaseStream(resource));
    return {
      resource,
      holder,
      token,
      reason,
      detail,
      heldForMs: nowMs - (found?.hold?.sinceMs ?? nowMs),
      container: found?.container ?? null,
      released: refusal === null,
      freed: null,
      refusal,
    };
  };
  return [...releases.map((each) => lease(each, null)), ...kept.map((each) => lease(each, each.refusal))];
}
