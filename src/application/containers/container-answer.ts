import type { ContainerState } from '../../domain/container/container.js';
import type { Changed } from '../../domain/kernel/decider.js';
import type { ContainerSnapshot } from '../../domain/container/events.js';
import { isContainerRefusal, type ContainerRefusal } from '../../domain/container/refusals.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { later, type Answer } from '../answer.js';

/** What became of one ship when its container ended: free, or kept with the refusal that says why. */
export interface ShipFreed {
  readonly ship: string;
  readonly token: number;
  readonly kept: LeaseRefusal | null;
}

export interface ShipsFreed {
  readonly ships: readonly ShipFreed[];
  readonly position: bigint;
}

export interface ContainerChanged {
  readonly type: 'ContainerChanged';
  readonly container: ContainerSnapshot;
  readonly already: boolean;
  /** What became of its ships, where the change ended the container. */
  readonly ships: readonly ShipFreed[];
}

export type ContainerAnswer = Answer<ContainerChanged | ContainerRefusal | LeaseRefusal>;

const none: ShipsFreed = { ships: [], position: 0n };

/** The reply of a decision on a container, and of what was freed because of it. */
export function containerAnswer(
  decided: {
    readonly outcome: Changed | ContainerRefusal;
    readonly state: ContainerState;
    readonly position: bigint;
  },
  { ships, position: freedAt }: ShipsFreed = none,
): ContainerAnswer {
  const { outcome, state, position } = decided;
  if (isContainerRefusal(outcome)) return { outcome, position };
  if (!state) throw new Error('what has changed exists');
  const changed = { type: 'ContainerChanged', container: state, already: outcome.already, ships } as const;
  return { outcome: changed, position: later(position, freedAt) };
}
