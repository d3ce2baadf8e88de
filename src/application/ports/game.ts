import type { JsonObject } from '../../domain/kernel/json.js';

/** Who goes first when calls have to wait for their turn. */
export type GamePriority = 'urgent' | 'normal' | 'background';

export interface CallOptions {
  /** Normal by default. */
  readonly priority?: GamePriority;
  /** Ends waiting: for a turn, for a repeat, for the answer to a question. A change that was sent is waited for. */
  readonly signal?: AbortSignal;
  /** By the monotonic clock: what could not be sent by then is not sent. GameUnavailable, if nothing was sent before. */
  readonly sendBeforeMs?: number;
}

export interface GameStatus {
  /** The day this universe began; another one means that everything in the old one is gone. */
  readonly era: string;
  readonly nextResetMs: number | null;
}

export interface GameAgent {
  readonly symbol: string;
  readonly headquarters: string;
  readonly credits: number;
}

export interface GamePlace {
  readonly symbol: string;
  readonly x: number;
  readonly y: number;
}

/** In the real game `waypoint` is the destination already while the ship flies: where it is follows from the route. */
export interface ShipNav {
  readonly system: string;
  readonly waypoint: string;
  /** IN_TRANSIT, IN_ORBIT or DOCKED; an open list. */
  readonly status: string;
  /** DRIFT, STEALTH, CRUISE or BURN; an open list. */
  readonly flightMode: string;
  readonly origin: GamePlace;
  readonly destination: GamePlace;
  /** Both by this machine's clock. */
  readonly departureMs: number;
  readonly arrivalMs: number;
}

export interface ShipFuel {
  readonly current: number;
  /** 0: the ship needs none. */
  readonly capacity: number;
}

export interface ShipCargo {
  readonly capacity: number;
  readonly units: number;
  readonly inventory: readonly { readonly good: string; readonly units: number }[];
}

export interface GameShip {
  readonly symbol: string;
  /** A probe's is SATELLITE; an open list. */
  readonly role: string;
  /** FRAME_PROBE, FRAME_DRONE, FRAME_FRIGATE …; an open list. */
  readonly frame: string;
  readonly speed: number;
  readonly nav: ShipNav;
  readonly fuel: ShipFuel;
  readonly cargo: ShipCargo;
}

export interface GameWaypoint {
  readonly symbol: string;
  readonly type: string;
  readonly system: string;
  readonly x: number;
  readonly y: number;
  readonly traits: readonly string[];
}

export interface GameTransaction {
  readonly waypoint: string;
  readonly ship: string;
  readonly good: string;
  /** PURCHASE or SELL; an open list. */
  readonly type: string;
  readonly units: number;
  readonly pricePerUnit: number;
  readonly totalPrice: number;
  readonly atMs: number;
}

export interface GamePrice {
  readonly good: string;
  /** EXPORT, IMPORT or EXCHANGE; an open list. */
  readonly type: string;
  /** The most units of one transaction. */
  readonly tradeVolume: number;
  readonly supply: string;
  readonly activity: string | null;
  /** What buying one unit costs, and what selling one brings. */
  readonly purchasePrice: number;
  readonly sellPrice: number;
}

export interface GameMarket {
  readonly waypoint: string;
  readonly exports: readonly string[];
  readonly imports: readonly string[];
  readonly exchange: readonly string[];
  /** Null while no ship of one's own is there. */
  readonly prices: readonly GamePrice[] | null;
  /** The latest ones; none while no ship of one's own is there. */
  readonly transactions: readonly GameTransaction[];
}

export interface Trade {
  readonly credits: number;
  readonly cargo: ShipCargo;
  readonly transaction: GameTransaction;
}

export interface Refuelling {
  readonly credits: number;
  readonly fuel: ShipFuel;
  readonly transaction: GameTransaction;
}

/**
 * The game. Questions are repeated by the implementation while that can help, and so are the changes that are the same
 * when made twice: dock and orbit. Every other change is sent once, because the game knows no repeat of a change: only
 * what certainly changed nothing is sent again.
 *
 * Every call rejects with GameRefused, GameUnavailable or EraChanged, and with the signal's reason when it was told to
 * stop waiting; a change also with GameOutcomeUnknown.
 */
export interface Game {
  status(options?: CallOptions): Promise<GameStatus>;
  agent(options?: CallOptions): Promise<GameAgent>;
  ships(options?: CallOptions): Promise<readonly GameShip[]>;
  ship(symbol: string, options?: CallOptions): Promise<GameShip>;
  waypoints(system: string, options?: CallOptions): Promise<readonly GameWaypoint[]>;
  market(waypoint: string, options?: CallOptions): Promise<GameMarket>;

  orbit(ship: string, options?: CallOptions): Promise<ShipNav>;
  dock(ship: string, options?: CallOptions): Promise<ShipNav>;
  navigate(
    ship: string,
    waypoint: string,
    options?: CallOptions,
  ): Promise<{ readonly nav: ShipNav; readonly fuel: ShipFuel }>;
  setFlightMode(ship: string, mode: string, options?: CallOptions): Promise<ShipNav>;
  /** Tank units; the whole tank when none are given. */
  refuel(ship: string, units?: number, options?: CallOptions): Promise<Refuelling>;
  purchase(ship: string, good: string, units: number, options?: CallOptions): Promise<Trade>;
  sell(ship: string, good: string, units: number, options?: CallOptions): Promise<Trade>;
  jettison(ship: string, good: string, units: number, options?: CallOptions): Promise<ShipCargo>;
  buyShip(
    type: string,
    waypoint: string,
    options?: CallOptions,
  ): Promise<{ readonly ship: GameShip; readonly credits: number }>;
}

/** What to do about a refusal: nothing can help; look at the ship again and decide anew; wait until a moment. */
export type RefusalKind = 'permanent' | 'reconcile' | 'wait';

/** The game has said no. Nothing was changed. */
export class GameRefused extends Error {
  override readonly name = 'GameRefused';
  constructor(
    /** The game's own code, such as 4203; 0 where the answer did not have the game's form. */
    readonly code: number,
    message: string,
    readonly kind: RefusalKind,
    /** What the game told about it, as it came. */
    readonly data: JsonObject,
    /** For `wait`: when, by this machine's clock. */
    readonly untilMs: number | null = null,
  ) {
    super(message);
  }
}

/** Whether the game, asked for one ship, has said that this account has none of that name. */
export function tellsOfNoShip(error: unknown): boolean {
  return error instanceof GameRefused && error.code === 404;
}

/** The game does not answer, or has no time. Nothing was changed; the same may be asked again later. */
export class GameUnavailable extends Error {
  override readonly name = 'GameUnavailable';
}

/** A change was sent and not answered: it may have been made or not. Only looking tells. */
export class GameOutcomeUnknown extends Error {
  override readonly name = 'GameOutcomeUnknown';
}

/** The universe that the token belongs to is gone. */
export class EraChanged extends Error {
  override readonly name = 'EraChanged';
}
