import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { ProcessMark } from '../../../domain/kernel/process-mark.js';
import { processes } from '../../processes.js';

/** Two lines: the process id, and as JSON what tells that process from a later one of the same id. */
export interface Monitor {
  readonly pid: number;
  readonly mark: ProcessMark | null;
}

export interface Claim {
  /** Undefined: this process has it now. */
  readonly takenBy: Monitor | undefined;
}

/** The living process that a file names; what a dead one left, or another boot of the machine, counts for nothing. */
export function livingMonitor(path: string): Monitor | undefined {
  const monitor = monitorIn(textOf(path));
  return monitor && lives(monitor) ? monitor : undefined;
}

/** Makes this process the monitor, unless a living one is. */
export function claim(path: string): Claim {
  const mine = textFor({ pid: process.pid, mark: processes.mark() });
  const aside = `${path}.${randomUUID()}`;
  writeFileSync(aside, mine);
  try {
    for (;;) {
      if (linked(aside, path)) return { takenBy: undefined };
      const found = textOf(path);
      const monitor = monitorIn(found);
      if (monitor && lives(monitor)) return { takenBy: monitor };
      if (found !== undefined) takeAway(path, found);
    }
  } finally {
    rmSync(aside, { force: true });
  }
}

export const isMine = (path: string): boolean => monitorIn(textOf(path))?.pid === process.pid;

/** Removes the file of that monitor, and no other one's. */
export function removeOf({ pid }: Pick<Monitor, 'pid'>, path: string): void {
  const found = textOf(path);
  if (found !== undefined && monitorIn(found)?.pid === pid) takeAway(path, found);
}

/** A link is whole from its first moment, and there is only one of a name. */
function linked(from: string, path: string): boolean {
  try {
    linkSync(from, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Renamed before it is deleted: what was not the one that was judged is put back. */
function takeAway(path: string, judged: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (textOf(aside) !== judged) linked(aside, path);
  rmSync(aside, { force: true });
}

function lives({ pid, mark }: Monitor): boolean {
  const seen = processes.look({ pid, mark });
  return seen === 'unknown' ? isOfThisBoot(mark) && answersSignals(pid) : seen === 'alive';
}

/** A directory that another machine shares, or one kept over a restart of this one, may name any process. */
function isOfThisBoot(mark: ProcessMark | null): boolean {
  return mark === null || mark.machine === processes.mark().machine;
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const textFor = ({ pid, mark }: Monitor): string => `${pid}\n${JSON.stringify(mark)}\n`;

function monitorIn(text: string | undefined): Monitor | undefined {
  const [number = '', mark = ''] = (text ?? '').split('\n');
  if (!/^[1-9]\d{0,8}$/.test(number)) return undefined;
  try {
    return { pid: Number(number), mark: JSON.parse(mark) as ProcessMark | null };
  } catch {
    return { pid: Number(number), mark: null };
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
