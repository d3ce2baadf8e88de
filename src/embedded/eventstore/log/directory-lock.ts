import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LogLocked } from './refusals.js';

/*
 * Whoever has the directory listens on a Unix socket in it. The kernel answers "connection refused" for the socket of
 * a process that is gone, however it went, and accepts for one that is alive, even a stopped one; that also holds
 * between containers that share the directory, where process ids mean nothing, and needs no clock.
 *
 * Each process shows its own socket first and looks at the others afterwards, so of two that start together at least
 * one sees the other. One that sees another withdraws; if both did, they try again after different pauses.
 */
const lockName = /^lock-(\d+)-[0-9a-f]{8}$/;
const startingName = /^starting-lock-/;
const attempts = 5;

export interface DirectoryLock {
  release(): Promise<void>;
}

/** Takes an existing directory for this process alone, or throws LogLocked naming the process that has it. */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const handle = await open(directory, 'r');
  const reach = reachable(directory, handle);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const claim = await announce(directory, reach);
      const rivals = claim === undefined ? [] : await livingRivals(directory, reach, claim.name);
      if (claim !== undefined && rivals.length === 0) return { release: () => withdraw(directory, claim) };
      if (claim !== undefined) await withdraw(directory, claim);
      if (attempt === attempts) throw new LogLocked(directory, lockName.exec(rivals[0] ?? '')?.[1] ?? 'unknown');
      await pause(5 + Math.random() * 40);
    }
  } finally {
    await handle.close();
  }
}

interface Claim {
  readonly name: string;
  readonly server: Server;
}

// A socket's address holds 107 bytes at most; the open directory is a short name for a long path.
function reachable(directory: string, handle: FileHandle): (name: string) => string {
  const longest = join(directory, `starting-lock-${process.pid}-00000000`);
  if (Buffer.byteLength(longest) < 104) return (name) => join(directory, name);
  return (name) => `/proc/self/fd/${handle.fd}/${name}`;
}

// Between its bind and its listen a socket looks dead, so it gets its real name only once it listens.
async function announce(directory: string, reach: (name: string) => string): Promise<Claim | undefined> {
  const name = `lock-${process.pid}-${randomBytes(4).toString('hex')}`;
  const server = createServer((visitor) => visitor.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(reach(`starting-${name}`), resolve);
  });
  server.unref();
  try {
    await rename(join(directory, `starting-${name}`), join(directory, name));
    return { name, server };
  } catch (error) {
    await withdraw(directory, { name, server });
    // The holder tidied the directory while we were starting.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function withdraw(directory: string, { name, server }: Claim): Promise<void> {
  await rm(join(directory, name), { force: true });
  await new Promise((resolve) => server.close(resolve));
}

async function livingRivals(directory: string, reach: (name: string) => string, own: string): Promise<string[]> {
  const rivals: string[] = [];
  for (const name of await readdir(directory)) {
    if (name === own || !(lockName.test(name) || startingName.test(name))) continue;
    if (await isAlive(reach(name))) {
      if (lockName.test(name)) rivals.push(name);
    } else await rm(join(directory, name), { force: true });
  }
  return rivals;
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const answer = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => answer(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
}
