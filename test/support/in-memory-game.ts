import {
  GameOutcomeUnknown,
  type CallOptions,
  type Game,
  type GameMarket,
  type GameShip,
  type GameTransaction,
  type GameWaypoint,
  type ShipNav,
} from '../../src/application/ports/game.js';
import type { Clock } from '../../src/application/ports/clock.js';
import type { JsonObject } from '../../src/domain/kernel/json.js';
import { refusedOf } from '../../src/infrastructure/game/refusals.js';

export interface WorldPlace {
  readonly symbol: string;
  readonly x: number;
  readonly y: number;
  /** Price and volume of every good; none: no market. */
  readonly goods?: Readonly<Record<string, { readonly price: number; readonly volume: number }>>;
}

export interface WorldShip {
  readonly symbol: string;
  readonly at: string;
  readonly docked?: boolean;
  /** 0: it needs none. */
  readonly tank?: number;
  readonly fuel?: number;
  readonly hold?: number;
  readonly cargo?: Readonly<Record<string, number>>;
}

export interface Deed {
  readonly action: string;
  readonly ship: string;
  readonly what: JsonObject;
}

export type Change = 'orbit' | 'dock' | 'navigate' | 'setFlightMode' | 'refuel' | 'purchase' | 'sell' | 'jettison';

interface Afloat {
  readonly symbol: string;
  readonly tank: number;
  readonly hold: number;
  docked: boolean;
  mode: string;
  fuel: number;
  cargo: Record<string, number>;
  route: { from: WorldPlace; to: WorldPlace; departureMs: number; arrivalMs: number };
}

const speed = 10;
const secondsPerUnit: Readonly<Record<string, number>> = { CRUISE: 25, BURN: 12.5, DRIFT: 250 };

/**
 * The game, as small as the operations need it: the real preconditions and codes, a clock that a test moves, one agent.
 * The journal is what was really done, whoever knows of it.
 */
export class InMemoryGame implements Game {
  readonly journal: Deed[] = [];
  credits = 100_000;
  /** Called when a change was made, before its answer. What it throws is all that the caller learns. */
  made: (change: Change) => Promise<void> | void = () => undefined;
  /** Called before anything is done. What it throws is all that happens. */
  asked: (call: string) => Promise<void> | void = () => undefined;
  readonly #places: ReadonlyMap<string, WorldPlace>;
  readonly #ships = new Map<string, Afloat>();
  readonly #transactions: GameTransaction[] = [];

  constructor(
    private readonly clock: Pick<Clock, 'nowMs'>,
    world: { readonly places: readonly WorldPlace[]; readonly ships: readonly WorldShip[] },
  ) {
    this.#places = new Map(world.places.map((place) => [place.symbol, place]));
    for (const { symbol, at, docked = true, tank = 0, fuel = tank, hold = 40, cargo = {} } of world.ships) {
      const here = this.#place(at);
      const nowMs = clock.nowMs();
      const route = { from: here, to: here, departureMs: nowMs, arrivalMs: nowMs };
      this.#ships.set(symbol, { symbol, tank, hold, docked, mode: 'CRUISE', fuel, cargo: { ...cargo }, route });
    }
  }

  /** The next such change is made, and its answer lost on the way. */
  loseAnswerOf(change: Change): void {
    this.made = (made) => {
      if (made !== change) return;
      this.made = () => undefined;
      throw new GameOutcomeUnknown(`no answer to ${change}`);
    };
  }

  /** The next such call fails like this, and nothing is done. */
  fail(call: string, error: Error, times = 1): void {
    let left = times;
    this.asked = (asked) => {
      if (asked !== call || left === 0) return;
      left -= 1;
      throw error;
    };
  }

  async status() {
    await this.asked('status');
    return { era: '2026-01-11', nextResetMs: null };
  }

  async agent() {
    await this.asked('agent');
    return { symbol: 'TESTER', headquarters: [...this.#places.keys()][0] ?? '', credits: this.credits };
  }

  async ships() {
    await this.asked('ships');
    return [...this.#ships.values()].map((ship) => this.#view(ship));
  }

  async ship(symbol: string, options?: CallOptions) {
    options?.signal?.throwIfAborted();
    await this.asked('ship');
    return this.#view(this.#ship(symbol));
  }

  async waypoints(system: string): Promise<readonly GameWaypoint[]> {
    await this.asked('waypoints');
    return [...this.#places.values()].map(({ symbol, x, y, goods }) => ({
      ...{ symbol, x, y, system, type: 'PLANET', traits: goods ? ['MARKETPLACE'] : [] },
    }));
  }

  async market(waypoint: string): Promise<GameMarket> {
    await this.asked('market');
    const { goods } = this.#place(waypoint);
    if (!goods) throw refusedOf(4603, `There is no market at ${waypoint}.`, {}, 0);
    const isSeen = [...this.#ships.values()].some((ship) => !this.#isFlying(ship) && ship.route.to.symbol === waypoint);
    const prices = Object.entries(goods).map(([good, { price, volume }]) => ({
      ...{ good, type: 'EXCHANGE', tradeVolume: volume, supply: 'MODERATE', activity: null },
      ...{ purchasePrice: price, sellPrice: price },
    }));
    return {
      ...{ waypoint, exports: [], imports: [], exchange: Object.keys(goods), prices: isSeen ? prices : null },
      transactions: isSeen ? this.#transactions.filter((made) => made.waypoint === waypoint) : [],
    };
  }

  async orbit(symbol: string) {
    return this.#berth('orbit', symbol, false);
  }

  async dock(symbol: string) {
    return this.#berth('dock', symbol, true);
  }

  async navigate(symbol: string, waypoint: string) {
    await this.asked('navigate');
    const ship = this.#arrived(symbol);
    if (ship.docked) throw refusedOf(4236, `Ship has to be in orbit of ${ship.route.to.symbol}.`, {}, 0);
    const [from, to] = [ship.route.to, this.#place(waypoint)];
    if (from === to) throw refusedOf(4204, `Ship is currently located at ${waypoint}.`, {}, 0);
    const apart = Math.hypot(from.x - to.x, from.y - to.y);
    const needed = ship.tank === 0 ? 0 : ship.mode === 'DRIFT' ? 1 : Math.max(1, Math.round(apart));
    if (ship.fuel < needed) throw refusedOf(4203, `Navigation needs ${needed} units of fuel.`, {}, 0);
    ship.fuel -= needed;
    const nowMs = this.clock.nowMs();
    const seconds = Math.round((Math.round(apart) * (secondsPerUnit[ship.mode] ?? 25)) / speed + 15);
    ship.route = { from, to, departureMs: nowMs, arrivalMs: nowMs + seconds * 1_000 };
    await this.#done('navigate', symbol, { to: waypoint });
    return { nav: this.#nav(ship), fuel: { current: ship.fuel, capacity: ship.tank } };
  }

  async setFlightMode(symbol: string, mode: string) {
    await this.asked('setFlightMode');
    const ship = this.#ship(symbol);
    ship.mode = mode;
    await this.#done('setFlightMode', symbol, { mode });
    return this.#nav(ship);
  }

  async refuel(symbol: string, units?: number) {
    await this.asked('refuel');
    const ship = this.#docked(symbol);
    const { price } = this.#offer(ship, 'FUEL', 4601);
    const added = Math.min(ship.tank - ship.fuel, units ?? Infinity);
    const transaction = this.#trade(ship, 'FUEL', 'PURCHASE', Math.ceil(added / 100), price);
    ship.fuel += added;
    await this.#done('refuel', symbol, { added });
    return { credits: this.credits, fuel: { current: ship.fuel, capacity: ship.tank }, transaction };
  }

  async purchase(symbol: string, good: string, units: number) {
    await this.asked('purchase');
    const ship = this.#docked(symbol);
    const { price, volume } = this.#offer(ship, good, 4601);
    if (units > volume) throw refusedOf(4604, `${good} is traded in up to ${volume} units at once.`, {}, 0);
    if (unitsIn(ship) + units > ship.hold) throw refusedOf(4217, `The hold takes ${ship.hold}.`, {}, 0);
    const transaction = this.#trade(ship, good, 'PURCHASE', units, price);
    return this.#traded('purchase', ship, good, units, transaction);
  }

  async sell(symbol: string, good: string, units: number) {
    await this.asked('sell');
    const ship = this.#docked(symbol);
    const { price, volume } = this.#offer(ship, good, 4602);
    if ((ship.cargo[good] ?? 0) < units) throw refusedOf(4219, `Ship has not ${units} of ${good}.`, {}, 0);
    if (units > volume) throw refusedOf(4604, `${good} is traded in up to ${volume} units at once.`, {}, 0);
    const transaction = this.#trade(ship, good, 'SELL', units, price);
    return this.#traded('sell', ship, good, -units, transaction);
  }

  async jettison(symbol: string, good: string, units: number) {
    await this.asked('jettison');
    const ship = this.#arrived(symbol);
    if ((ship.cargo[good] ?? 0) < units) throw refusedOf(4219, `Ship has not ${units} of ${good}.`, {}, 0);
    ship.cargo[good] = (ship.cargo[good] ?? 0) - units;
    await this.#done('jettison', symbol, { good, units });
    return cargoOf(ship);
  }

  buyShip(): never {
    throw new Error('ships are not sold here');
  }

  async #berth(action: 'orbit' | 'dock', symbol: string, docked: boolean) {
    await this.asked(action);
    const ship = this.#arrived(symbol);
    if (ship.docked !== docked) {
      ship.docked = docked;
      await this.#done(action, symbol, {});
    }
    return this.#nav(ship);
  }

  async #traded(action: 'purchase' | 'sell', ship: Afloat, good: string, change: number, transaction: GameTransaction) {
    ship.cargo[good] = (ship.cargo[good] ?? 0) + change;
    await this.#done(action, ship.symbol, { good, units: Math.abs(change) });
    return { credits: this.credits, cargo: cargoOf(ship), transaction };
  }

  #trade(ship: Afloat, good: string, type: string, units: number, pricePerUnit: number): GameTransaction {
    const totalPrice = units * pricePerUnit;
    if (type === 'PURCHASE' && totalPrice > this.credits) throw refusedOf(4600, 'Too few credits.', {}, 0);
    this.credits += type === 'PURCHASE' ? -totalPrice : totalPrice;
    const where = { waypoint: ship.route.to.symbol, ship: ship.symbol, good, type, units };
    const transaction = { ...where, pricePerUnit, totalPrice, atMs: this.clock.nowMs() };
    this.#transactions.push(transaction);
    return transaction;
  }

  async #done(action: Change, ship: string, what: JsonObject): Promise<void> {
    this.journal.push({ action, ship, what });
    await this.made(action);
  }

  #place(symbol: string): WorldPlace {
    const place = this.#places.get(symbol);
    if (!place) throw refusedOf(4201, `There is no waypoint ${symbol}.`, {}, 0);
    return place;
  }

  #ship(symbol: string): Afloat {
    const ship = this.#ships.get(symbol);
    if (!ship) throw refusedOf(404, `Ship ${symbol} does not exist.`, {}, 0);
    return ship;
  }

  #arrived(symbol: string): Afloat {
    const ship = this.#ship(symbol);
    if (!this.#isFlying(ship)) return ship;
    const arrival = new Date(ship.route.arrivalMs).toISOString();
    throw refusedOf(4214, `Ship is in transit to ${ship.route.to.symbol}.`, { arrival }, 0);
  }

  #docked(symbol: string): Afloat {
    const ship = this.#arrived(symbol);
    if (ship.docked) return ship;
    throw refusedOf(4244, `Ship has to be docked at ${ship.route.to.symbol}.`, {}, 0);
  }

  #offer(ship: Afloat, good: string, otherwise: number) {
    const offer = ship.route.to.goods?.[good];
    if (!offer) throw refusedOf(otherwise, `${good} is not traded at ${ship.route.to.symbol}.`, {}, 0);
    return offer;
  }

  #isFlying(ship: Afloat): boolean {
    return this.clock.nowMs() < ship.route.arrivalMs;
  }

  #nav(ship: Afloat): ShipNav {
    const { from, to, departureMs, arrivalMs } = ship.route;
    const place = ({ symbol, x, y }: WorldPlace) => ({ symbol, x, y });
    return {
      ...{ system: to.symbol.split('-').slice(0, 2).join('-'), waypoint: to.symbol, flightMode: ship.mode },
      ...{ origin: place(from), destination: place(to), departureMs, arrivalMs },
      status: this.#isFlying(ship) ? 'IN_TRANSIT' : ship.docked ? 'DOCKED' : 'IN_ORBIT',
    };
  }

  #view(ship: Afloat): GameShip {
    const fuel = { current: ship.fuel, capacity: ship.tank };
    return {
      symbol: ship.symbol,
      role: 'HAULER',
      frame: 'FRAME_LIGHT_FREIGHTER',
      speed,
      nav: this.#nav(ship),
      fuel,
      cargo: cargoOf(ship),
    };
  }
}

function unitsIn({ cargo }: Afloat): number {
  return Object.values(cargo).reduce((sum, units) => sum + units, 0);
}

function cargoOf(ship: Afloat) {
  const inventory = Object.entries(ship.cargo).flatMap(([good, units]) => (units > 0 ? [{ good, units }] : []));
  return { capacity: ship.hold, units: unitsIn(ship), inventory };
}
