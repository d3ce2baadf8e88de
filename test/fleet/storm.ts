import { launchServer, type LaunchedServer, type ServerProcess } from '../support/server-process.js';
import type { Door } from './asking.js';
import type { FaultToArm, Universe } from './universe.js';

export const between = (from: number, to: number): number => from + Math.floor(Math.random() * (to - from));
export const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One server after the other at the same place, each killed where it stands. */
export class Servers implements Door {
  readonly readyAfterMs: number[] = [];
  kills = 0;
  #now: LaunchedServer | undefined;

  constructor(
    private readonly dataDir: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  get server(): LaunchedServer {
    if (!this.#now) throw new Error('no server was launched yet');
    return this.#now;
  }

  /** Resolves at once, while it is still coming up. */
  async launch(): Promise<LaunchedServer> {
    this.#now = await launchServer(this.dataDir, this.settings, this.#now?.port);
    return this.#now;
  }

  /** Resolves when it is ready: everything that the one before left behind is taken over. */
  async start(): Promise<ServerProcess> {
    const startedAt = performance.now();
    const ready = await (await this.launch()).ready();
    this.readyAfterMs.push(performance.now() - startedAt);
    return ready;
  }

  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null> {
    return this.server.stop();
  }

  async kill(): Promise<void> {
    await this.server.kill();
    this.kills += 1;
  }
}

/** What the game does wrong now and then, each for a few calls. */
const mishaps: readonly (() => FaultToArm)[] = [
  () => ({ kind: 'lose-answer', method: 'POST', path: '/v2/my/ships/*/purchase', times: 2 }),
  () => ({ kind: 'error-after', method: 'POST', path: '/v2/my/ships/*/sell', times: 2 }),
  () => ({ kind: 'error-before', method: 'POST', path: '/v2/my/ships/*', times: between(1, 4) }),
  () => ({ kind: 'rate-limit', times: between(2, 12) }),
  () => ({ kind: 'slow', method: 'POST', path: '/v2/my/ships/*', delayMs: between(200, 7_000), times: between(1, 4) }),
  () => ({ kind: 'lose-answer', method: 'POST', path: '/v2/my/ships/*', times: between(1, 4) }),
  () => ({ kind: 'error-before', method: 'GET', times: between(1, 6) }),
  () => ({ kind: 'rate-limit', headers: false, times: between(1, 3) }),
  () => ({ kind: 'slow', method: 'GET', delayMs: between(100, 1_000), times: between(1, 6) }),
];

/** Each kind of mishap has its turn. */
export async function armMishap(universe: Universe, turn: number): Promise<void> {
  const mishap = mishaps[turn % mishaps.length];
  if (mishap) await universe.arm(mishap());
}

/**
 * The next changes come about when the daemon that asked for them is dead and the one after it is looking: later than a
 * start takes, and sooner than they are held for impossible.
 */
export function armLateChanges(universe: Universe): Promise<void> {
  const path = `/v2/my/ships/*/${between(0, 3) === 0 ? 'navigate' : 'purchase'}`;
  return universe.arm({ kind: 'late', method: 'POST', path, delayMs: between(3_500, 5_500), times: 6 });
}

/** Value below which this share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
