import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Failure } from '../failure.js';
import { append, stamp } from './log-file.js';
import { livingMonitor, removeOf, type Monitor } from './pid-file.js';
import { makeRoom, type Places } from './places.js';

const entry = fileURLToPath(new URL('../../../cli.js', import.meta.url));
const startWithinMs = 15_000;
const stopWithinMs = 1_000;
const pollMs = 25;

/**
 * Starts a lock monitor that outlives this process and its terminal; one that was started at the same moment may be first.
 * @throws Failure when none runs then
 */
export async function startInBackground(
  places: Places,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ readonly pid: number; readonly isNew: boolean }> {
  makeRoom(places);
  const child = spawn(process.execPath, [entry, 'monitor', 'run', ...args], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore'],
    env,
  });
  let ended: string | undefined;
  child.once('exit', (code, signal) => (ended = signal ?? String(code)));
  child.once('error', (error) => (ended = error.message));
  const monitor = await until(() => {
    const found = livingMonitor(places.pidFile);
    return found?.pid === child.pid || ended !== undefined ? (found ?? 'nobody') : undefined;
  }, startWithinMs);
  child.unref();
  if (monitor === undefined || monitor === 'nobody') {
    throw new Failure(1, `The lock monitor did not start (${ended ?? 'it is silent'}); see ${places.log}.`);
  }
  return { pid: monitor.pid, isNew: monitor.pid === child.pid };
}

/**
 * TERM, and after a second KILL.
 * @returns who was stopped; undefined: nobody ran
 */
export async function stop({ pidFile, log }: Places, nowMs: () => number): Promise<Monitor | undefined> {
  const monitor = livingMonitor(pidFile);
  if (!monitor) return undefined;
  const isGone = () => (livingMonitor(pidFile)?.pid === monitor.pid ? undefined : 'gone');
  signal(monitor.pid, 'SIGTERM');
  if ((await until(isGone, stopWithinMs)) === undefined) {
    append(log, [
      `${stamp(nowMs())} Lock monitor stopping...`,
      `${stamp(nowMs())} It did not within 1 s, and was killed`,
    ]);
    signal(monitor.pid, 'SIGKILL');
    await until(isGone, stopWithinMs);
  }
  removeOf(monitor, pidFile);
  return monitor;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ESRCH')
      throw new Failure(1, `The lock monitor (PID ${pid}) cannot be stopped: ${message}.`, { cause });
  }
}

async function until<Found>(look: () => Found | undefined, withinMs: number): Promise<Found | undefined> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = look();
    if (found !== undefined || performance.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
