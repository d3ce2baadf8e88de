import type { Decision } from '../../domain/kernel/decider.js';
import type { LeaseEvent } from '../../domain/lease/events.js';
import { lease, type LeaseState } from '../../domain/lease/lease.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import type { CommandContext } from '../command-context.js';
import type { Decided, Decisions } from '../decide-and-append.js';

/** One decision on one resource's own stream. */
export function decideLease<Outcome>(
  decisions: Decisions,
  context: CommandContext,
  resource: Resource,
  decide: (state: LeaseState, nowMs: number, revision: bigint | undefined) => Decision<Outcome, LeaseEvent>,
): Promise<Decided<Outcome, LeaseState>> {
  return decisions.decide({ aggregate: lease, stream: leaseStream(resource), context, decide });
}
