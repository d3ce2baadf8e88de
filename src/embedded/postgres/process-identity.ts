import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errnoOf } from './embedded-postgres-error.js';

const run = promisify(execFile);

/** Also true of a process that has ended and was not reaped yet. */
export function answersSignals(pid: number): boolean {
  // 0 and below address groups of processes.
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/** A process that has ended but was never reaped (no init in a container) counts as ended. */
export async function isAlive(pid: number): Promise<boolean> {
  if (!answersSignals(pid)) return false;
  if (process.platform !== 'linux') return true;
  const stat = await readStat(pid);
  return stat !== undefined && !/^[ZX]/.test(stat.state);
}

/**
 * What tells a process from a later one with the same id: its start, in a form that is only compared.
 * Undefined when the process is gone or the platform does not tell.
 */
export async function startMark(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const [stat, boot] = await Promise.all([readStat(pid), readText('/proc/sys/kernel/random/boot_id')]);
    return stat && `${boot?.trim() ?? ''}/${stat.startedAt}`;
  }
  return processStatus(pid, 'lstart=');
}

/** Whether `pid` is the postmaster that serves `cluster` (a real path); undefined where that cannot be told. */
export async function isPostmasterOf(pid: number, cluster: string): Promise<boolean | undefined> {
  if (process.platform === 'linux') {
    const [cwd, command] = await Promise.all([readLink(`/proc/${pid}/cwd`), readText(`/proc/${pid}/cmdline`)]);
    if (command === undefined) return false;
    if (cwd === undefined) return undefined;
    return cwd === cluster && /(^|\/)postgres$/.test(command.split('\0')[0] ?? '');
  }
  const command = await processStatus(pid, 'command=');
  return command === undefined ? undefined : command.includes('postgres') && command.includes(cluster);
}

async function readStat(pid: number): Promise<{ state: string; startedAt: string } | undefined> {
  const line = await readText(`/proc/${pid}/stat`);
  if (line === undefined) return undefined;
  // The command name may hold spaces and parentheses: the fixed fields begin after its last one.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
}

async function processStatus(pid: number, column: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  try {
    const { stdout } = await run('ps', ['-ww', '-o', column, '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

const readText = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);
const readLink = (path: string): Promise<string | undefined> => readlink(path).catch(() => undefined);
