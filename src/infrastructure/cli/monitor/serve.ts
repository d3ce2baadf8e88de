import { append, stamp } from './log-file.js';
import { claim, isMine, removeOf, type Monitor } from './pid-file.js';
import { makeRoom, type Places } from './places.js';
import type { Rounds } from './rounds.js';

export interface Serving {
  readonly places: Places;
  readonly intervalMs: number;
  readonly nowMs: () => number;
  /** What is logged is told here, too. */
  readonly tell: (line: string) => void;
  readonly roundsOf: (log: (...lines: readonly string[]) => void) => Rounds;
  /** Which server it asks. */
  readonly at: string;
}

/**
 * Goes its rounds until TERM, INT or HUP. One round at once, then one every interval; rounds never overlap.
 * @returns who runs already; undefined: this process did, and has ended well
 */
export async function serve({ places, intervalMs, nowMs, tell, roundsOf, at }: Serving): Promise<Monitor | undefined> {
  makeRoom(places);
  const { takenBy } = claim(places.pidFile);
  if (takenBy) return takenBy;
  const log = (...lines: readonly string[]): void => {
    const stamped = lines.map((line) => `${stamp(nowMs())} ${line}`);
    append(places.log, stamped);
    for (const line of stamped) tell(line);
  };
  const stopped = signalled();
  log(`Lock monitor started (PID ${process.pid}), every ${intervalMs / 1_000} s at ${at}`);
  const rounds = roundsOf(log);
  for (;;) {
    const round = await Promise.race([rounds.round(), stopped]);
    if (round === 'stopped' || (await pause(intervalMs, stopped)) === 'stopped') {
      log('Lock monitor stopping...');
      removeOf(process, places.pidFile);
      return undefined;
    }
    if (!isMine(places.pidFile)) {
      log('Lock monitor ends: another one has its place');
      return undefined;
    }
  }
}

function signalled(): Promise<'stopped'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve('stopped'));
  });
}

async function pause(ms: number, stopped: Promise<'stopped'>): Promise<'stopped' | 'over'> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'over'>((resolve) => (timer = setTimeout(() => resolve('over'), ms)));
  const first = await Promise.race([stopped, over]);
  clearTimeout(timer);
  return first;
}
