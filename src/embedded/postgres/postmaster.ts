import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bareEnvironment, finish, identity, type Account } from './account.js';
import type { Binaries } from './binaries.js';
import { answersSignals, isAlive, isPostmasterOf, startMark } from './process-identity.js';
import { openServerLog } from './server-log.js';
import { toArguments, type Settings } from './settings.js';

/** How the server ended; code and signal are unknown for one that was taken over. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The server's main process, started here or found running. */
export interface Postmaster {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Sends nothing once the process has ended, so a reused id is never hit. */
  signal(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void>;
}

export interface Launch {
  readonly binaries: Binaries;
  readonly cluster: string;
  readonly dataDir: string;
  readonly account: Account | undefined;
  readonly settings: Settings;
  readonly port: number;
}

/**
 * Detached and writing to its own file: the server neither hears the terminal's Ctrl-C nor blocks when this process
 * is killed.
 * @returns the process and where in the log its words begin
 */
export async function spawnPostmaster(launch: Launch): Promise<{ postmaster: Postmaster; logFrom: number }> {
  const log = await openServerLog(launch.dataDir);
  try {
    const logFrom = (await log.stat()).size;
    const child = spawn(
      launch.binaries.postgres,
      ['-D', launch.cluster, ...toArguments({ ...launch.settings, port: launch.port })],
      {
        ...identity(launch.account),
        cwd: '/',
        env: bareEnvironment(),
        stdio: ['ignore', log.fd, log.fd],
        detached: true,
        windowsHide: true,
      },
    );
    const pid = await spawned(child);
    child.unref();
    const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    return {
      logFrom,
      postmaster: {
        pid,
        exited,
        signal: async (signal) => {
          if (child.exitCode === null && child.signalCode === null) await send(pid, signal, launch);
        },
      },
    };
  } finally {
    await log.close();
  }
}

/** The server a killed process left behind, by the cluster's own pid file; undefined when none runs. */
export async function findPostmaster(
  cluster: string,
  binaries: Binaries,
  account: Account | undefined,
): Promise<{ postmaster: Postmaster; port: number } | undefined> {
  const { pid, port } = await readPidFile(cluster);
  if (!(await serves(pid, cluster))) return undefined;
  const mark = await startMark(pid);
  const isRunning = async (): Promise<boolean> => (await isAlive(pid)) && (await startMark(pid)) === mark;
  const exited = watch(isRunning);
  return {
    port,
    postmaster: {
      pid,
      exited,
      signal: async (signal) => {
        if (await isRunning()) await send(pid, signal, { binaries, cluster, account });
      },
    },
  };
}

/**
 * Removes a pid file whose id answers signals and yet is not the server: a zombie no init reaps, or a later process
 * (after a reboot, in a copied directory). PostgreSQL would take it for a live server. Any other it judges itself.
 */
export async function clearMisleadingPidFile(cluster: string): Promise<void> {
  const { pid } = await readPidFile(cluster);
  if (answersSignals(pid) && !(await serves(pid, cluster))) await rm(join(cluster, 'postmaster.pid'), { force: true });
}

async function readPidFile(cluster: string): Promise<{ pid: number; port: number }> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]) };
}

const serves = async (pid: number, cluster: string): Promise<boolean> =>
  (await isAlive(pid)) && (await isPostmasterOf(pid, cluster)) !== false;

/** Fast shutdown first (sessions are ended, the cluster is left clean), harder ones when it does not come to an end. */
export async function stopPostmaster(postmaster: Postmaster, patienceMs: number): Promise<void> {
  const steps = [
    ['SIGINT', patienceMs],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const;
  for (const [signal, waitMs] of steps) {
    await postmaster.signal(signal);
    if (await within(postmaster.exited, waitMs)) return;
  }
  throw new Error(`PostgreSQL process ${postmaster.pid} does not end.`);
}

async function send(
  pid: number,
  signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL',
  { binaries, cluster, account }: Pick<Launch, 'binaries' | 'cluster' | 'account'>,
): Promise<void> {
  if (process.platform === 'win32' && signal !== 'SIGKILL') {
    const mode = signal === 'SIGINT' ? 'fast' : 'immediate';
    await finish(binaries.pgCtl, ['stop', '-D', cluster, '-m', mode, '-W'], account);
    return;
  }
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
}

function spawned(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
}

function watch(isRunning: () => Promise<boolean>): Promise<Exit> {
  return new Promise((resolve) => {
    const look = async (): Promise<void> => {
      if (await isRunning()) setTimeout(() => void look(), 100).unref();
      else resolve({ code: null, signal: null });
    };
    void look();
  });
}

async function within(exited: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([exited.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
