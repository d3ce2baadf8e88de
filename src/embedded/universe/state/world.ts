import type { Rules } from '../market/market.js';
import type { Universe } from '../model/universe.js';
import { apply, type Changes } from './changes.js';
import { takeDirectory, type Beginning, type Kept } from './directory.js';
import { Journal } from './journal.js';
import type { Mutation } from './mutation.js';
import { replaceFile } from './files.js';
import { snapshotText } from './snapshot.js';
import { stateAtStart, type State } from './state.js';

export interface WorldOptions extends Beginning {
  /** Where it is kept; without, it is gone at the end. */
  readonly dataDir?: string | undefined;
  /** How many times faster than the real one: 1 is real. */
  readonly timeFactor: number;
  readonly seed: number;
  readonly snapshotEvery?: number;
}

export type Deed = Pick<Mutation, 'agent' | 'ship' | 'action' | 'arguments'>;

/** How many mutations can be told. */
const told = 50_000;

/** The universe as it is now, and the only way to change it. */
export class World {
  readonly universe: Universe;
  readonly mutations: Mutation[] = [];
  /** Resolves when the disk failed: nothing is acknowledged from then on. */
  readonly broken: Promise<Error>;
  #state: State;
  #number: number;
  #journal: Journal | undefined;
  #onBroken: (error: Error) => void = () => undefined;

  private constructor(
    readonly options: WorldOptions,
    readonly kept: Kept | undefined,
  ) {
    this.universe = kept?.universe ?? options.universe;
    const { state, number = 0, mutations = [] } = kept?.snapshot ?? {};
    this.broken = new Promise((resolve) => (this.#onBroken = resolve));
    this.#state = state ?? stateAtStart(this.universe, '', 0, { offset: 0, frozenAt: null });
    this.#number = number;
    this.mutations.push(...mutations);
    for (const { mutation, changes } of kept?.entries ?? []) this.#happen(mutation, changes);
  }

  /** @throws DirectoryTaken, DirectoryDamaged, DirectoryUnusable */
  static async open(options: WorldOptions): Promise<World> {
    const { dataDir, snapshotEvery = 10_000 } = options;
    const kept = dataDir === undefined ? undefined : await takeDirectory(dataDir, options);
    const world = new World(options, kept);
    if (kept) {
      world.#journal = await Journal.open(kept.journalPath, {
        ...{ snapshotEvery, lines: kept.entries.length },
        snapshot: () => world.#snapshot(kept.snapshotPath),
        onBroken: world.#onBroken,
      });
    }
    if (world.#number === 0) world.beginEra(new Date(world.now()).toISOString().slice(0, 10));
    await world.settled();
    return world;
  }

  /** Everything is as at the beginning; agents and tokens of before are unknown. */
  beginEra(resetDate: string): Mutation {
    const deed = { agent: null, ship: null, action: 'reset', arguments: { resetDate } };
    return this.commit(deed, { reset: { resetDate, at: this.now() } });
  }

  get state(): State {
    return this.#state;
  }

  get rules(): Rules {
    return { recipes: this.universe.recipes, timeFactor: this.options.timeFactor };
  }

  /** By the clock of the game, in ms since 1970. */
  now(): number {
    const { offset, frozenAt } = this.#state.clock;
    return frozenAt ?? Date.now() + offset;
  }

  /** From now on the changes are seen; they are on the disk once `settled` resolves. */
  commit(deed: Deed, changes: Changes): Mutation {
    const mutation = { number: this.#number + 1, at: this.now(), ...deed };
    this.#happen(mutation, changes);
    this.#journal?.append({ mutation, changes });
    return mutation;
  }

  settled(): Promise<void> {
    return this.#journal?.settled() ?? Promise.resolve();
  }

  async close(): Promise<void> {
    await this.#journal?.close();
    await this.kept?.release();
  }

  #happen(mutation: Mutation, changes: Changes): void {
    this.#number = mutation.number;
    this.#state = apply(this.#state, this.universe, changes);
    this.mutations.push(mutation);
    if (this.mutations.length > told) this.mutations.splice(0, told / 10);
  }

  async #snapshot(path: string): Promise<void> {
    const { mutations } = this;
    const text = snapshotText({ version: 1, number: this.#number, state: this.#state, mutations });
    await replaceFile(path, text);
  }
}
