import { decided, type Changed, type Decision } from '../kernel/decider.js';
import { containerToken, type ContainerState } from './container.js';
import type { ContainerEvent, ContainerSnapshot } from './events.js';
import type { ContainerRefusal, Verb } from './refusals.js';

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

/** The holder's write: refused unless it proves the attempt in force. */
export interface HolderAsked extends Asked {
  readonly token: number;
}

/** A system's or a person's word: meant for one attempt where it says so, else for whichever is in force. */
export interface OutsideAsked extends Asked {
  readonly token?: number | null;
}

type Found =
  | { readonly container: ContainerSnapshot; readonly refusal: null }
  | { readonly container: null; readonly refusal: ContainerRefusal };

/** The container that is meant, or the refusal: there is none, or the token is not, or no longer, the one in force. */
export function found({ containerId, token = null }: Omit<OutsideAsked, 'nowMs'>, state: ContainerState): Found {
  if (!state || state.removed) return { container: null, refusal: { type: 'UnknownContainer', containerId } };
  const currentToken = containerToken(state);
  if (token === null || token === currentToken) return { container: state, refusal: null };
  const { attempt } = state;
  return { container: null, refusal: { type: 'StaleAttempt', containerId, token, currentToken, attempt } };
}

/** Decides on a container in whatever attempt it is. */
export function existing(
  { containerId }: Asked,
  state: ContainerState,
  then: (container: ContainerSnapshot) => ContainerDecision,
): ContainerDecision {
  const { container, refusal } = found({ containerId }, state);
  return refusal ? decided(refusal) : then(container);
}

/** Decides on a container only while the attempt that the asker means is the one in force. */
export function inForce(
  ask: HolderAsked | OutsideAsked,
  state: ContainerState,
  then: (container: ContainerSnapshot) => ContainerDecision,
): ContainerDecision {
  const { container, refusal } = found(ask, state);
  return refusal ? decided(refusal) : then(container);
}
