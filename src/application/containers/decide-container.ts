import { container, containerStream, type ContainerState } from '../../domain/container/container.js';
import type { ContainerEvent } from '../../domain/container/events.js';
import type { Decision } from '../../domain/kernel/decider.js';
import type { CommandContext } from '../command-context.js';
import type { Decided, Decisions } from '../decide-and-append.js';

/** One decision on one container's own stream. */
export function decideContainer<Outcome>(
  decisions: Decisions,
  context: CommandContext,
  containerId: string,
  decide: (state: ContainerState, nowMs: number, revision: bigint | undefined) => Decision<Outcome, ContainerEvent>,
): Promise<Decided<Outcome, ContainerState>> {
  return decisions.decide({ aggregate: container, stream: containerStream(containerId), context, decide });
}
