import { readdirSync, readFileSync } from 'node:fs';

export interface CommandLine {
  readonly pid: number;
  /** The command and its arguments, with a blank between each two. */
  readonly line: string;
}

/** Those of all other processes that are there now. Linux alone tells them. */
export function commandLines(): readonly CommandLine[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  return pids.map((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trimEnd();
      return { pid: Number(pid), line };
    } catch {
      return { pid: Number(pid), line: '' };
    }
  });
}
