import { hostname } from 'node:os';
import { cleanupLine } from '../../../application/liveness/cleanup-lines.js';
import { deadDetail } from '../../../domain/lease/dead-process.js';
import { processes } from '../../processes.js';
import type { Lock } from '../answers.js';
import type { Api } from '../api.js';
import { Refused } from '../failure.js';
import { heldLocks } from '../held-locks.js';
import { lockPath } from '../paths.js';

export type DeadLock = Lock & {
  readonly holder: NonNullable<Lock['holder']>;
  readonly process: NonNullable<Lock['process']>;
};

/** The locks whose process is provably dead on this machine. */
export async function deadHere(api: Api): Promise<readonly DeadLock[]> {
  const found: DeadLock[] = [];
  for await (const held of heldLocks(api, { status: 'active' })) if (isDead(held)) found.push(held);
  return found;
}

/**
 * Reports them; the server checks that each holder named that process, and decides.
 * @returns those that were freed
 */
export async function reportDead(api: Api, dead: readonly DeadLock[]): Promise<readonly DeadLock[]> {
  const freed: DeadLock[] = [];
  for (const held of dead) if (await report(api, held)) freed.push(held);
  return freed;
}

async function report(api: Api, { kind, scope, name, token, process }: DeadLock): Promise<boolean> {
  try {
    const body = { token, process, observedBy: `lock-monitor-${hostname()}` };
    const path = `${lockPath(kind, scope, name)}/lease/dead-process`;
    return !(await api.post<{ readonly already: boolean }>(path, { body })).body.already;
  } catch (error) {
    // It was renewed, handed on or freed since it was listed.
    if (error instanceof Refused) return false;
    throw error;
  }
}

export function deadLine({ kind, scope, name, owner, holder, process }: DeadLock): string {
  return cleanupLine({ kind, scope, name }, deadDetail(process, owner ?? holder.id));
}

const isDead = (held: Lock): held is DeadLock =>
  held.holder !== null && held.process !== null && processes.look(held.process) === 'dead';
