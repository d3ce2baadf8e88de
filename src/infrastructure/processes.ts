import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Processes } from '../application/ports/processes.js';

/** The number that Linux gives the namespace of process ids that a machine begins with: what is in it is no container. */
const firstNamespace = 'pid:[4026531836]';

export interface Machine {
  /** Where the kernel tells of processes. */
  readonly proc: string;
  /** What names this installation, whenever it was started. */
  readonly machineId: string;
}

/**
 * As Linux tells of them; elsewhere nothing can be told, and silence is the only evidence.
 *
 * Before a restart of the machine a process is dead, too, where it is certain that it was this machine: outside of
 * containers, by the id of the installation together with its name. Containers share names and images: there a process
 * of another boot or another namespace stays unknown.
 */
export function processesOf({ proc, machineId }: Machine): Processes {
  const read = (path: string) => readFileSync(join(proc, path), 'utf8');

  /** Of the boot and of the namespace that process ids are counted in: the same for all who can see one another. */
  function machine(): string {
    try {
      return `${read('sys/kernel/random/boot_id').trim()}/${readlinkSync(join(proc, 'self/ns/pid'))}`;
    } catch {
      return '';
    }
  }

  /** The same in every boot; undefined where that cannot be told. */
  function home(): string | undefined {
    try {
      if (readlinkSync(join(proc, 'self/ns/pid')) !== firstNamespace) return undefined;
      const id = readFileSync(machineId, 'utf8').trim();
      return id === '' ? undefined : createHash('sha256').update(`${id}/${hostname()}`).digest('hex').slice(0, 32);
    } catch {
      return undefined;
    }
  }

  /** When a process began, in ticks since the machine did; undefined: there is no such process. */
  function began(pid: number | 'self'): string | undefined {
    try {
      const stat = read(`${pid}/stat`);
      const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? undefined : rest[18];
    } catch {
      return undefined;
    }
  }

  return {
    mark: (pid = process.pid) => {
      const stays = home();
      return { machine: machine(), began: began(pid) ?? '', ...(stays !== undefined && { home: stays }) };
    },
    look({ pid, mark }) {
      const here = machine();
      if (mark === null || here === '' || mark.began === '') return 'unknown';
      if (mark.machine === here) return began(pid) === mark.began ? 'alive' : 'dead';
      const isHome = mark.home !== undefined && mark.home === home();
      const [boot, namespace] = partsOf(mark.machine);
      const [bootHere, namespaceHere] = partsOf(here);
      return isHome && namespace === namespaceHere && boot !== bootHere ? 'dead' : 'unknown';
    },
  };
}

function partsOf(machine: string): readonly [boot: string, namespace: string] {
  const at = machine.indexOf('/');
  return [machine.slice(0, at), machine.slice(at + 1)];
}

export const processes: Processes = processesOf({ proc: '/proc', machineId: '/etc/machine-id' });
