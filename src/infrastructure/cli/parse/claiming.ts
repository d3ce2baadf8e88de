import { hostname } from 'node:os';
import type { Command } from 'commander';
import { usage } from '../failure.js';
import type { World } from '../world.js';
import { duration, wholeNumber } from './values.js';

export interface ForSession {
  readonly session?: string;
  readonly pid?: number;
  readonly ttl?: number;
  readonly export?: true;
}

/** For what is taken in the name of a session that outlives the command. */
export function forSession(command: Command): Command {
  return command
    .option('--session <id>', 'who holds it; HOLDFAST_SESSION, else the name of the agent')
    .option('--pid <n>', 'the process of the session, as evidence of its death; none if absent', wholeNumber(1))
    .option('--ttl <time>', 'how long it lives without a renewal; 30m for a task, 5m for a phase', duration)
    .option('--export', 'print what a shell takes over with eval');
}

export const sessionOf = ({ session }: ForSession, agent: string, { env }: World): string =>
  session ?? (env['HOLDFAST_SESSION'] || agent);

/** The process and the time to live, as the API takes them. @throws Failure when there is no such process */
export async function evidenceOf({ pid, ttl }: ForSession) {
  return {
    ...(ttl !== undefined && { ttlMs: ttl }),
    ...(pid !== undefined && { process: await processOf(pid) }),
  };
}

async function processOf(pid: number) {
  const { processes } = await import('../../processes.js');
  const mark = processes.mark(pid);
  if (mark.machine !== '' && mark.began === '') throw usage(`There is no process ${pid} on this machine.`);
  return { host: hostname(), pid, mark: mark.began === '' ? null : mark };
}
