import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratchDirectory } from '../support/server-process.js';
import { Universe } from './universe.js';

const entryOf = (part: string) => fileURLToPath(new URL(`../../bundle/embedded/${part}/process.js`, import.meta.url));

/** A part of the product as a process of the test's own, which outlives the servers that use it. */
export interface OwnProcess {
  readonly listening: { readonly url?: string; readonly port: number; readonly connectionString?: string };
  stop(): Promise<void>;
}

export async function startOwn(part: 'universe' | 'eventstore', args: readonly string[]): Promise<OwnProcess> {
  const child: ChildProcess = fork(entryOf(part), args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const exited = once(child, 'exit');
  const [listening] = (await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`the ${part} ended with ${code}`))),
  ])) as [OwnProcess['listening']];
  return {
    listening,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Twenty ships: the two that every agent begins with, and these. */
const fleet = { agent: 'STORM', probes: 9, haulers: 9, credits: 900_000_000 };

export interface Stage {
  readonly dataDir: string;
  readonly universe: Universe;
  /** Of a server that flies this fleet. */
  readonly settings: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/**
 * A universe with twenty ships, as a process of its own: what was sent to it by a server that is killed may still happen.
 * @param timeFactor how much faster than real time it runs
 */
export async function setStage(timeFactor: number): Promise<Stage> {
  const scratch = scratchDirectory();
  const dataDir = join(scratch.path, 'holdfast');
  mkdirSync(dataDir, { mode: 0o755 });
  const world = join(scratch.path, 'world');
  const own = await startOwn('universe', ['--data', world, '--time-factor', String(timeFactor), '--no-rate-limit']);
  const universe = new Universe(own.listening.url ?? '');
  await universe.give(fleet);
  return {
    dataDir,
    universe,
    settings: {
      ...flying,
      SPACETRADERS_URL: `${universe.url}/v2`,
      SPACETRADERS_TOKEN: universe.token,
    },
    async remove() {
      await own.stop();
      scratch.remove();
    },
  };
}

/** What was begun and not seen to its end is waited for: here for seconds, where in earnest it is a minute and a half. */
export const flying = {
  HOLDFAST_GAME: 'true',
  HOLDFAST_FIRST_TOURS: 'false',
  HOLDFAST_GAME_TURN_MS: '2000',
  HOLDFAST_GAME_TIMEOUT_MS: '6000',
  HOLDFAST_CHAPTER_LENGTH: '24',
  // Longer than most of those servers live.
  HOLDFAST_PROBATION_MS: '3000',
};
