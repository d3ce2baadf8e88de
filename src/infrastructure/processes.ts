import { readFileSync, readlinkSync } from 'node:fs';
import type { Processes } from '../application/ports/processes.js';

/** Of the boot and of the namespace that process ids are counted in: the same for all who can see one another. */
function machine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

/** When a process began, in ticks since the machine did; undefined: there is no such process. */
function began(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

/** As Linux tells of them; elsewhere nothing can be told, and a daemon's silence is the only evidence. */
export const processes: Processes = {
  mark: (pid = process.pid) => ({ machine: machine(), began: began(pid) ?? '' }),
  look({ pid, mark }) {
    const here = machine();
    if (mark === null || here === '' || mark.machine !== here || mark.began === '') return 'unknown';
    return began(pid) === mark.began ? 'alive' : 'dead';
  },
};
