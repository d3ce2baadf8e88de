import { appendFileSync, closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const mostBytes = 10_485_760;

/** `[YYYY-MM-DD HH:MM:SS]`, by the clock of this machine. */
export function stamp(atMs: number): string {
  const at = new Date(atMs);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `[${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}]`;
}

/** Appends lines; a log that has grown beyond 10 MiB is kept once more, under `.1`. */
export function append(path: string, lines: readonly string[]): void {
  if (sizeOf(path) > mostBytes) renameSync(path, `${path}.1`);
  appendFileSync(path, lines.map((line) => `${line}\n`).join(''));
}

export function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

/** Of which file this is: another one of the same name has another number. */
export function numberOf(path: string): number {
  try {
    return statSync(path).ino;
  } catch {
    return 0;
  }
}

/** What was written from a byte on. */
export function textFrom(path: string, start: number): string {
  const length = sizeOf(path) - start;
  if (length <= 0) return '';
  const buffer = Buffer.alloc(length);
  const file = openSync(path, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, length, start));
  } finally {
    closeSync(file);
  }
}

const tailBytes = 262_144;

/** The newest lines, oldest first. */
export function tail(path: string, count: number): readonly string[] {
  const text = textFrom(path, Math.max(0, sizeOf(path) - tailBytes));
  return text.split('\n').slice(0, -1).slice(-count);
}
