import { hostname } from 'node:os';
import { processes } from '../../processes.js';
import type { Lock } from '../answers.js';
import type { Api } from '../api.js';
import { Refused } from '../failure.js';
import { heldLocks } from '../held-locks.js';
import { saidOf } from '../parse/lock-name.js';
import { lockPath } from '../paths.js';

/** The locks whose process is provably dead on this machine. */
export async function deadHere(api: Api): Promise<readonly Lock[]> {
  const found: Lock[] = [];
  for await (const held of heldLocks(api, { status: 'active' })) if (isDead(held)) found.push(held);
  return found;
}

/**
 * Reports them; the server checks that each holder named that process, and decides.
 * @returns those that were freed
 */
export async function reportDead(api: Api, dead: readonly Lock[]): Promise<readonly Lock[]> {
  const freed: Lock[] = [];
  for (const held of dead) if (await report(api, held)) freed.push(held);
  return freed;
}

async function report(api: Api, { kind, scope, name, token, process }: Lock): Promise<boolean> {
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

export function deadLine(held: Lock): string {
  const owner = held.owner ?? held.holder?.id ?? 'unknown';
  return `CLEANUP: ${saidOf(held)} - Dead process (PID: ${held.process?.pid}, owner: ${owner})`;
}

const isDead = ({ process }: Lock): boolean => process !== null && processes.look(process) === 'dead';
