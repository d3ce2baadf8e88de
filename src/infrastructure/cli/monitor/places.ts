import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Failure } from '../failure.js';
import { variable } from '../server-url.js';
import type { World } from '../world.js';

/** Where the lock monitor of a data directory keeps what it needs. */
export interface Places {
  readonly pidFile: string;
  readonly log: string;
}

export function placesIn(data: string | undefined, { env }: World): Places {
  const directory = resolve(data ?? variable('HOLDFAST_DATA', env) ?? './data', 'monitor');
  return { pidFile: join(directory, 'lock_monitor.pid'), log: join(directory, 'lock_monitor.log') };
}

/** @throws Failure when the directory cannot be made */
export function makeRoom({ pidFile }: Places): void {
  try {
    makeDirectory(dirname(pidFile));
  } catch (cause) {
    throw new Failure(1, `The lock monitor has no place for its files: ${(cause as Error).message}.`, { cause });
  }
}

/** One at a time: asked to make all of them below /proc, Node tries without end. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path);
}
