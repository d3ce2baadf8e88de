import { decided, type Decision } from '../kernel/decider.js';
import { containerToken, type ContainerState } from './container.js';
import type { ContainerEvent, ContainerSnapshot } from './events.js';
import type { ContainerRefusal, Verb } from './refusals.js';

export interface Changed {
  readonly type: 'Changed';
  /** True when nothing had to be written. */
  readonly already: boolean;
}

export type ContainerDecision = Decision<Changed | ContainerRefusal, ContainerEvent>;

export const unchanged: ContainerDecision = decided({ type: 'Changed', already: true });

export function wrongStatus({ containerId, status }: ContainerSnapshot, verb: Verb): ContainerDecision {
  return decided({ type: 'WrongStatus', containerId, verb, status });
}

export function changedBy(...events: readonly ContainerEvent[]): ContainerDecision {
  return decided({ type: 'Changed', already: false }, ...events);
}

export interface Asked {
  readonly containerId: string;
  readonly nowMs: number;
}

/** An owner's write: refused unless it proves the attempt in force. */
export interface OwnerAsked extends Asked {
  readonly token: number;
}

/** A system's or a person's word: meant for one attempt where it says so, else for whichever is in force. */
export interface OutsideAsked extends Asked {
  readonly token?: number | null;
}

export function existing(
  { containerId }: Asked,
  state: ContainerState,
  then: (container: ContainerSnapshot) => ContainerDecision,
): ContainerDecision {
  return state && !state.removed ? then(state) : decided({ type: 'UnknownContainer', containerId });
}

export function inForce(
  { token, ...ask }: OutsideAsked,
  state: ContainerState,
  then: (container: ContainerSnapshot) => ContainerDecision,
): ContainerDecision {
  return token === undefined || token === null ? existing(ask, state, then) : owned({ ...ask, token }, state, then);
}

export function owned(
  ask: OwnerAsked,
  state: ContainerState,
  then: (container: ContainerSnapshot) => ContainerDecision,
): ContainerDecision {
  return existing(ask, state, (container) => {
    const currentToken = containerToken(container);
    if (ask.token === currentToken) return then(container);
    const { containerId, attempt } = container;
    return decided({ type: 'StaleAttempt', containerId, token: ask.token, currentToken, attempt });
  });
}
