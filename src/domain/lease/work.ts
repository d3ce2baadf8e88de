import type { Hold } from './events.js';

/** How a lease is held for the work under it, as opposed to a plain lock on the same name. Stored: never changed. */
export const claimOperation = 'claim';

export function isClaim({ operation }: Pick<Hold, 'operation'>): boolean {
  return operation === claimOperation;
}

/**
 * How the work under a lease stands to one of its tokens, as the work's own stream has it:
 * - `none`: there is no such work; the lease is a plain lock.
 * - `unclaimed`: the work exists and has not adopted this token. Under a claim it is half made.
 * - `claimed`: it goes on under this token.
 * - `finished`: it was finished under this token, or needs nobody any more.
 * - `over`: its run under this token is over, and it was not finished: it failed, was abandoned, or was cancelled.
 * - `superseded`: a newer token was adopted since.
 */
export type WorkStanding = 'none' | 'unclaimed' | 'claimed' | 'finished' | 'over' | 'superseded';
