import { listingAtStart, type Listing } from '../market/listing.js';
import type { Universe } from '../model/universe.js';
import type { Ship } from '../ships/ship.js';

export interface Agent {
  readonly symbol: string;
  readonly faction: string;
  readonly headquarters: string;
  readonly credits: number;
  /** How many ships it ever had: the next one's number. */
  readonly shipsMade: number;
}

export interface Offer {
  readonly shipyard: string;
  readonly type: string;
  readonly price: number;
  /** Ships sold lately; each makes the next one dearer, and fades by 1/e in an hour of the game. */
  readonly sold: number;
  readonly asOf: number;
}

export interface Site {
  readonly symbol: string;
  readonly materials: readonly {
    readonly tradeSymbol: string;
    readonly required: number;
    readonly fulfilled: number;
  }[];
}

export interface Trade {
  readonly waypointSymbol: string;
  readonly shipSymbol: string;
  readonly tradeSymbol: string;
  readonly type: 'PURCHASE' | 'SELL';
  readonly units: number;
  readonly pricePerUnit: number;
  readonly totalPrice: number;
  readonly timestamp: string;
  readonly agent: string;
}

export interface ShipSale {
  readonly waypointSymbol: string;
  readonly shipSymbol: string;
  readonly shipType: string;
  readonly price: number;
  readonly agentSymbol: string;
  readonly timestamp: string;
}

/** The clock of the game: the machine's, moved and possibly stopped. In ms. */
export interface GameClock {
  readonly offset: number;
  readonly frozenAt: number | null;
}

/** Everything that changes. */
export interface State {
  readonly resetDate: string;
  readonly clock: GameClock;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly ships: ReadonlyMap<string, Ship>;
  /** By market, then good. */
  readonly markets: ReadonlyMap<string, ReadonlyMap<string, Listing>>;
  /** By shipyard, then type. */
  readonly shipyards: ReadonlyMap<string, ReadonlyMap<string, Offer>>;
  readonly sites: ReadonlyMap<string, Site>;
  /** The latest ones of every market. */
  readonly trades: ReadonlyMap<string, readonly Trade[]>;
  readonly shipSales: ReadonlyMap<string, readonly ShipSale[]>;
}

/** @param at when the era begins, in ms since 1970 */
export function stateAtStart(universe: Universe, resetDate: string, at: number, clock: GameClock): State {
  return {
    resetDate,
    clock,
    agents: new Map(),
    ships: new Map(),
    markets: new Map(
      universe.markets.map(({ symbol, listings }) => [
        symbol,
        new Map(listings.map((each) => [each.good, listingAtStart(symbol, each, at)])),
      ]),
    ),
    shipyards: new Map(
      universe.shipyards.map(({ symbol, offers }) => [
        symbol,
        new Map(offers.map(({ type, price }) => [type, { shipyard: symbol, type, price, sold: 0, asOf: at }])),
      ]),
    ),
    sites: new Map(universe.constructions.map((each) => [each.symbol, each])),
    trades: new Map(),
    shipSales: new Map(),
  };
}
