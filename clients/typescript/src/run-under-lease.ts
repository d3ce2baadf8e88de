import { isNotInForce, LeaseLost, Refusal } from './errors.js';
import type { Tenure } from './tenure.js';

/** How the work under a lease is ended, each an intent that has one effect. */
export interface Endings<R> {
  complete(result: R): Promise<unknown>;
  fail(error: unknown): Promise<unknown>;
  /** The lease is free again, and nothing was done. */
  giveBack(): Promise<unknown>;
}

/**
 * Runs a function while the lease is renewed, and ends the work as the function ends.
 * @param signal the caller's own: once it is aborted the work is given back, not failed
 * @throws whatever `run` throws; LeaseLost when its result came too late to count; Refusal when it was not accepted
 */
export async function runUnderLease<R>(
  tenure: Tenure,
  run: () => R | Promise<R>,
  endings: Endings<R>,
  signal: AbortSignal | undefined,
): Promise<R> {
  const abandon = () => tenure.abandon(signal?.reason);
  signal?.addEventListener('abort', abandon);
  try {
    await begin(tenure, endings, signal);
    const result = await tried(tenure, run, endings, signal);
    return await offered(tenure, result, endings);
  } finally {
    signal?.removeEventListener('abort', abandon);
    tenure.end();
  }
}

async function begin<R>(tenure: Tenure, endings: Endings<R>, signal: AbortSignal | undefined): Promise<void> {
  try {
    await tenure.begin();
    signal?.throwIfAborted();
  } catch (error) {
    await told(endings.giveBack());
    throw error;
  }
}

async function tried<R>(
  tenure: Tenure,
  run: () => R | Promise<R>,
  endings: Endings<R>,
  signal: AbortSignal | undefined,
): Promise<R> {
  try {
    return await run();
  } catch (error) {
    if (!tenure.lost) await told(signal?.aborted === true ? endings.giveBack() : endings.fail(error));
    throw error;
  }
}

/** Holdfast alone knows whether a late result still counts, so it is offered unless it has said that it does not. */
async function offered<R>(tenure: Tenure, result: R, endings: Endings<R>): Promise<R> {
  if (tenure.lost?.why === 'refused') throw tenure.lost;
  tenure.settle();
  try {
    await endings.complete(result);
    return result;
  } catch (error) {
    if (isNotInForce(error)) throw new LeaseLost(tenure.token, 'refused', error);
    if (error instanceof Refusal) await told(endings.fail(error));
    throw error;
  }
}

/** Where it cannot be told, the lease expires; what the caller must hear of is what came before. */
async function told(ending: Promise<unknown>): Promise<void> {
  await ending.catch(() => undefined);
}
