import {
  GameOutcomeUnknown,
  GameUnavailable,
  type CallOptions,
  type Game,
  type GameShip,
  type GameTransaction,
  type ShipNav,
} from '../../../src/application/ports/game.js';
import type { InMemoryGame } from '../../support/in-memory-game.js';
import { beginningMs, wallOf, type Life } from './life.js';
import type { Truth } from './truth.js';

export interface Deed {
  readonly by: string;
  readonly ship: string;
  readonly action: string;
  readonly atMs: number;
  /** The intent in whose name it was asked for. */
  readonly effectId: string | undefined;
  /** Whether that intent was open in the log when it was done. */
  readonly wasOpen: boolean;
}

/** The game, which outlives everybody, and all that was ever done in it. */
export class SimulatedGame {
  readonly deeds: Deed[] = [];

  constructor(
    readonly game: InMemoryGame,
    readonly truth: Truth,
    private readonly nowMs: () => number,
  ) {}

  /** What this changes was done in the name of an intent. */
  async inTheNameOf<T>(by: string, ship: string, effectId: string | undefined, change: () => Promise<T>): Promise<T> {
    const wasOpen = effectId !== undefined && this.truth.ship(ship).open.has(effectId);
    const before = this.game.journal.length;
    const answer = await change();
    for (const { action } of this.game.journal.slice(before)) {
      this.deeds.push({ by, ship, action, atMs: this.nowMs(), effectId, wasOpen });
    }
    return answer;
  }
}

export const gameLimits = { questionMs: 3_000, landsWithinMs: 6_000, turnMs: 4_000 };

const unavailable = () => new GameUnavailable('the game does not answer');

/** The game as one process reaches it: questions are given up at some point, changes are sent once. */
export class GameReached implements Game {
  /** The latest intent of this process, per ship. */
  readonly intents = new Map<string, string>();

  constructor(
    private readonly life: Life,
    private readonly world: SimulatedGame,
    private readonly turnMs: () => number,
  ) {}

  status(): Promise<never> {
    throw new Error('nobody asks for it here');
  }

  agent = (options?: CallOptions) => this.#question('agent', () => this.world.game.agent(), options);
  ships = async (options?: CallOptions) =>
    (await this.#question('ships', () => this.world.game.ships(), options)).map((ship) => this.#here(ship));
  ship = async (symbol: string, options?: CallOptions) =>
    this.#here(await this.#question(`ship ${symbol}`, () => this.world.game.ship(symbol), options));
  waypoints = (system: string, options?: CallOptions) =>
    this.#question('waypoints', () => this.world.game.waypoints(system), options);

  async market(waypoint: string, options?: CallOptions) {
    const market = await this.#question(`market ${waypoint}`, () => this.world.game.market(waypoint), options);
    return { ...market, transactions: market.transactions.map((made) => this.#made(made)) };
  }

  async orbit(ship: string, options?: CallOptions) {
    return this.#nav(await this.#change('orbit', ship, () => this.world.game.orbit(ship), options));
  }

  async dock(ship: string, options?: CallOptions) {
    return this.#nav(await this.#change('dock', ship, () => this.world.game.dock(ship), options));
  }

  async setFlightMode(ship: string, mode: string, options?: CallOptions) {
    return this.#nav(await this.#change('flight-mode', ship, () => this.world.game.setFlightMode(ship, mode), options));
  }

  async navigate(ship: string, waypoint: string, options?: CallOptions) {
    const flight = await this.#change('navigate', ship, () => this.world.game.navigate(ship, waypoint), options);
    return { ...flight, nav: this.#nav(flight.nav) };
  }

  async refuel(ship: string, units?: number, options?: CallOptions) {
    const done = await this.#change('refuel', ship, () => this.world.game.refuel(ship, units), options);
    return { ...done, transaction: this.#made(done.transaction) };
  }

  async purchase(ship: string, good: string, units: number, options?: CallOptions) {
    const done = await this.#change('purchase', ship, () => this.world.game.purchase(ship, good, units), options);
    return { ...done, transaction: this.#made(done.transaction) };
  }

  async sell(ship: string, good: string, units: number, options?: CallOptions) {
    const done = await this.#change('sell', ship, () => this.world.game.sell(ship, good, units), options);
    return { ...done, transaction: this.#made(done.transaction) };
  }

  jettison(ship: string, good: string, units: number, options?: CallOptions) {
    return this.#change('jettison', ship, () => this.world.game.jettison(ship, good, units), options);
  }

  buyShip(): never {
    throw new Error('ships are not sold here');
  }

  #question<T>(what: string, ask: () => Promise<T>, options?: CallOptions): Promise<T> {
    options?.signal?.throwIfAborted();
    return this.life.call('game', what, ask, {
      withinMs: gameLimits.questionMs,
      away: unavailable,
      unknown: unavailable,
    });
  }

  async #change<T>(what: string, ship: string, change: () => Promise<T>, options: CallOptions = {}): Promise<T> {
    const { signal, sendBeforeMs } = options;
    const { clock } = this.life;
    const effectId = this.intents.get(ship);
    const turnMs = this.turnMs();
    if (turnMs > 0) await clock.sleep(turnMs, signal);
    signal?.throwIfAborted();
    if (sendBeforeMs !== undefined && clock.monotonicMs() > sendBeforeMs) {
      throw new GameUnavailable('it was too late to send it');
    }
    const done = () => this.world.inTheNameOf(this.life.name, ship, effectId, change);
    return this.life.call('game', `${what} ${ship}`, done, {
      withinMs: gameLimits.landsWithinMs,
      away: unavailable,
      unknown: () => new GameOutcomeUnknown(`no answer to ${what}`),
    });
  }

  #here(ship: GameShip): GameShip {
    return { ...ship, nav: this.#nav(ship.nav) };
  }

  /** The game's times, by this machine's clock. */
  #nav(nav: ShipNav): ShipNav {
    return { ...nav, departureMs: this.#wall(nav.departureMs), arrivalMs: this.#wall(nav.arrivalMs) };
  }

  #made(transaction: GameTransaction): GameTransaction {
    return { ...transaction, atMs: this.#wall(transaction.atMs) };
  }

  #wall(gameMs: number): number {
    return wallOf(this.life.machine, gameMs - beginningMs);
  }
}
