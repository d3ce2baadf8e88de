import { hostname } from 'node:os';
import type { ClaimedPhase, ClaimedTask, GrantedLease } from '../answers.js';
import type { Api } from '../api.js';
import { Failure, Refused } from '../failure.js';
import { lockPath } from '../paths.js';
import type { LockName } from '../parse/lock-name.js';
import { processes } from '../../processes.js';

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

const betweenTriesMs = 2_000;
const reasons = {
  completed: 'completed',
  failed: 'failed',
  interrupted: 'SCRIPT_EXIT',
  'never-began': 'claim_failed',
} as const;

/** The task with its lock, if it is queued; the lock alone otherwise. @throws Failure */
export async function claimTask(api: Api, claiming: Claiming): Promise<Claim> {
  const { lock, agent, session, tries } = claiming;
  const path = `queues/${lock.scope}/tasks/${lock.name}`;
  const wait = { tries, everyMs: betweenTriesMs };
  const body = { agent, session, process: thisProcess(), ...timed(claiming), wait };
  try {
    const { token, ttlMs, renewMs } = (await api.post<ClaimedTask>(`${path}/claim`, { body })).body;
    return {
      ...{ lock, token, ttlMs, renewMs },
      async finish(end) {
        if (end.type === 'completed') await api.post(`${path}/complete`, { body: { token } });
        else if (end.type === 'failed') {
          await api.post(`${path}/fail`, { body: { token, errorType: 'exit', details: end.detail } });
        } else await api.post(`${path}/abandon`, { body: { token, reason: reasons[end.type], detail: end.detail } });
      },
    };
  } catch (error) {
    if (error instanceof Refused && error.problem.code === 'unknown-task') return takeLock(api, claiming);
    if (isHeld(error)) throw failedToAcquire(claiming, error);
    throw error;
  }
}

/** A phase of a flow, with its lock. @throws Failure */
export async function claimPhase(api: Api, claiming: Claiming): Promise<Claim> {
  const { lock, agent, session } = claiming;
  const body = { expectedPhase: lock.name, holder: session, owner: agent, process: thisProcess(), ...timed(claiming) };
  const { status, message, token, ttlMs, renewMs } = (
    await api.post<ClaimedPhase>(`flows/${lock.scope}/resume`, { body })
  ).body;
  if (status !== 'resumed' || token === undefined || ttlMs === undefined || renewMs === undefined) {
    throw new Failure(status === 'already_completed' ? 0 : 6, message);
  }
  const path = `flows/${lock.scope}/phases/${lock.name}`;
  return {
    ...{ lock, token, ttlMs, renewMs },
    async finish(end) {
      if (end.type === 'completed') await api.post(`${path}/complete`, { body: { token } });
      else if (end.type === 'failed') await api.post(`${path}/fail`, { body: { token, error: end.detail } });
      else await api.post(`${path}/release`, { body: { token, reason: reasons[end.type], detail: end.detail } });
    },
  };
}

async function takeLock(api: Api, claiming: Claiming): Promise<Claim> {
  const { lock, agent, session, tries } = claiming;
  const path = `${lockPath(lock.kind, lock.scope, lock.name)}/lease`;
  const body = { holder: session, owner: agent, operation: 'run', process: thisProcess(), ...timed(claiming) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { token, ttlMs, renewMs } = (await api.post<GrantedLease>(path, { body })).body;
      return {
        ...{ lock, token, ttlMs, renewMs },
        async finish(end) {
          const detail = end.type === 'completed' ? '' : end.detail;
          await api.post(`${path}/release`, { body: { token, holder: session, reason: reasons[end.type], detail } });
        },
      };
    } catch (error) {
      if (!isHeld(error)) throw error;
      if (attempt >= tries) throw failedToAcquire(claiming, error);
      await new Promise((resolve) => setTimeout(resolve, betweenTriesMs));
    }
  }
}

const timed = ({ ttlMs }: Claiming) => (ttlMs === undefined ? {} : { ttlMs });

/** The process that renews; the command may come and go. */
function thisProcess() {
  const mark = processes.mark();
  return { host: hostname(), pid: process.pid, mark: mark.began === '' ? null : mark };
}

const isHeld = (error: unknown): error is Refused => error instanceof Refused && error.problem.code === 'lease-held';

function failedToAcquire({ lock, tries }: Claiming, cause: Refused): Failure {
  return new Failure(
    1,
    `Failed to acquire lock for ${lock.said} after ${tries} attempt${tries === 1 ? '' : 's'}: ${cause.message}`,
    { cause },
  );
}
