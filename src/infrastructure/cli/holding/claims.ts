import type { ClaimedPhase, ClaimedTask, GrantedLease } from '../answers.js';
import type { Api } from '../api.js';
import { Failure, Refused } from '../failure.js';
import { evidenceOf } from '../parse/claiming.js';
import type { LockName } from '../parse/lock-name.js';
import { flowPath, phasePath, taskPath } from '../paths.js';
import { afterTries, failedToAcquire, insisting } from './insist.js';

/** How the command went. */
export type End =
  | { readonly type: 'completed' }
  | { readonly type: 'failed'; readonly detail: string }
  | { readonly type: 'interrupted'; readonly detail: string }
  | { readonly type: 'never-began'; readonly detail: string };

/** Work that this process has taken for a command. */
export interface Claim {
  readonly lock: LockName;
  readonly token: number;
  readonly ttlMs: number;
  readonly renewMs: number;
  /** Before which it was not granted, by `performance.now()`; -Infinity of what its session had already. */
  readonly heldAtMs: number;
  /** Gives it back with what its end deserves. A repeat changes nothing. */
  finish(end: End): Promise<void>;
}

export interface Claiming {
  readonly lock: LockName;
  readonly agent: string;
  /** Who holds it: this run, and no other one of the same agent. */
  readonly session: string;
  readonly ttlMs: number | undefined;
  readonly tries: number;
}

const reasons = {
  completed: 'completed',
  failed: 'failed',
  interrupted: 'SCRIPT_EXIT',
  'never-began': 'claim_failed',
} as const;

/** The task with its lock, if it is queued; the lock alone otherwise. @throws Failure */
export async function claimTask(api: Api, claiming: Claiming): Promise<Claim> {
  const { lock, agent, session, tries } = claiming;
  const path = taskPath(lock.scope, lock.name);
  const body = { agent, session, ...(await evidence(claiming)) };
  try {
    const { token, ttlMs, renewMs, heldAtMs } = await insisting(
      { tries },
      () => asked<ClaimedTask>(api, `${path}/claim`, body),
      (held) => notAcquired(claiming, held),
    );
    return {
      ...{ lock, token, ttlMs, renewMs, heldAtMs },
      async finish(end) {
        if (end.type === 'completed') await api.post(`${path}/complete`, { body: { token } });
        else if (end.type === 'failed') {
          await api.post(`${path}/fail`, { body: { token, errorType: 'exit', details: end.detail } });
        } else await api.post(`${path}/abandon`, { body: { token, reason: reasons[end.type], detail: end.detail } });
      },
    };
  } catch (error) {
    if (error instanceof Refused && error.problem.code === 'unknown-task') return takeLock(api, claiming);
    throw error;
  }
}

/**
 * A phase of a flow, with its lock.
 * @throws Failure, also where there is nothing to execute: with exit code 0 when the phase is done, or runs nothing
 */
export async function claimPhase(api: Api, claiming: Claiming): Promise<Claim> {
  const { lock, agent, session, tries } = claiming;
  const body = { expectedPhase: lock.name, holder: session, owner: agent, ...(await evidence(claiming)) };
  const { status, message, token, ttlMs, renewMs, heldAtMs } = await insisting(
    { tries },
    () => asked<ClaimedPhase>(api, `${flowPath(lock.scope)}/resume`, body),
    (held) => notAcquired(claiming, held),
    (answer) => answer.status === 'already_running',
  );
  if (token === undefined || ttlMs === undefined || renewMs === undefined) {
    throw new Failure(status === 'already_running' ? 6 : 0, message);
  }
  const path = phasePath(lock.scope, lock.name);
  return {
    ...{ lock, token, ttlMs, renewMs, heldAtMs },
    async finish(end) {
      if (end.type === 'completed') await api.post(`${path}/complete`, { body: { token } });
      else if (end.type === 'failed') await api.post(`${path}/fail`, { body: { token, error: end.detail } });
      else await api.post(`${path}/abandon`, { body: { token, reason: reasons[end.type], detail: end.detail } });
    },
  };
}

async function takeLock(api: Api, claiming: Claiming): Promise<Claim> {
  const { lock, agent, session, tries } = claiming;
  const path = `${lock.path}/lease`;
  const body = { holder: session, owner: agent, operation: 'run', ...(await evidence(claiming)) };
  const { token, ttlMs, renewMs, heldAtMs } = await insisting(
    { tries },
    () => asked<GrantedLease>(api, path, body),
    (held) => notAcquired(claiming, held),
  );
  return {
    ...{ lock, token, ttlMs, renewMs, heldAtMs },
    async finish(end) {
      const detail = end.type === 'completed' ? '' : end.detail;
      await api.post(`${path}/release`, { body: { token, holder: session, reason: reasons[end.type], detail } });
    },
  };
}

/** What is granted lives from when the server decided it, which may be as early as it was asked for. */
async function asked<Answered extends object>(api: Api, path: string, body: object) {
  const askedAtMs = performance.now();
  const answer = (await api.post<Answered>(path, { body })).body;
  const isOld = 'already' in answer && answer.already === true;
  return { ...answer, heldAtMs: isOld ? -Infinity : askedAtMs };
}

/** Of the process that renews; the command may come and go. */
const evidence = ({ ttlMs }: Claiming) => evidenceOf({ pid: process.pid, ...(ttlMs !== undefined && { ttl: ttlMs }) });

const notAcquired = ({ lock, tries }: Claiming, held: Refused): Failure =>
  failedToAcquire(lock.said, `${afterTries(tries)}: ${held.message}`, held);
