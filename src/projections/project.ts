import type { Claim, Projections, ProjectionStatus } from '../application/ports/views.js';
import { readCheckpoints } from './live/checkpoint.js';
import { readParked } from './live/parked.js';
import { Projector } from './live/projector.js';
import { Standstill } from './live/standstill.js';
import { projectorDefaults, type ProjectorOptions, type ProjectorRoom } from './live/projector-options.js';
import type { View } from './view.js';

/** The name that one process of all has while it projects. */
export const claimName = 'holdfast projector';

export interface ProjectOptions extends Partial<ProjectorOptions> {
  /** How often an instance that does not project asks whether it may. */
  readonly standbyMs?: number;
  /** How long another instance may have the claim and show no sign of life before it is taken from it. */
  readonly standstillMs?: number;
}

/**
 * Keeps all views level with the log: in one process at a time, another takes over when it dies or stands still. The claim is a
 * convenience; the proof is the epoch, under which alone a batch commits.
 */
export class Projecting implements Projections {
  readonly #projectors: readonly Projector[];
  readonly #standbyMs: number;
  readonly #standstill: Standstill;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    private readonly views: readonly View[],
    private readonly room: ProjectorRoom,
    { standbyMs = 1_000, standstillMs = 15_000, ...options }: ProjectOptions = {},
  ) {
    this.#standbyMs = standbyMs;
    this.#standstill = new Standstill(room.clock, standstillMs);
    this.#projectors = views.map((view) => new Projector(view, room, { ...projectorDefaults, ...options }));
  }

  /** Returns at once; a database or log that is away is waited for. */
  start(): void {
    this.#running ??= this.#run(this.#stopping.signal);
  }

  statuses(): readonly ProjectionStatus[] {
    return this.#projectors.map((projector) => projector.status());
  }

  lookNow(): void {
    for (const projector of this.#projectors) projector.lookNow();
  }

  /** Lets the batch under way commit; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const claim = await this.room.database.claim(claimName).catch(() => undefined);
      if (claim) {
        await this.#project(claim, stop);
        this.#standstill.over();
      } else await this.#lookOn();
      await this.room.clock.sleep(this.#standbyMs, stop);
    }
  }

  async #project(claim: Claim, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([claim.lost, stop]);
    const mayBegin = (): Promise<boolean> => claim.held();
    try {
      await Promise.all(this.#projectors.map((projector) => projector.run(signal, mayBegin)));
    } finally {
      await claim.release();
    }
  }

  async #lookOn(): Promise<void> {
    const { database, store } = this.room;
    try {
      const [checkpoints, parked] = await Promise.all([readCheckpoints(database), readParked(database)]);
      const head = await store.headPosition().catch(() => null);
      if (head !== null && this.#standstill.isFound(checkpoints)) {
        this.room.say('The process that keeps the views stands still: they are taken from it.', {
          event: 'views_taken',
          level: 'warn',
        });
        await database.evict(claimName);
      }
      this.#projectors.forEach((projector, index) => {
        const name = this.views[index]?.name;
        projector.watch(
          checkpoints.find(({ view }) => view === name),
          head,
          parked.filter(({ view }) => view === name).length,
        );
      });
    } catch (error) {
      for (const projector of this.#projectors) projector.cannotLook(error);
    }
  }
}
