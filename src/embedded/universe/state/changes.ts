import type { Listing } from '../market/listing.js';
import type { Universe } from '../model/universe.js';
import type { Ship } from '../ships/ship.js';
import {
  stateAtStart,
  type Agent,
  type GameClock,
  type Offer,
  type ShipSale,
  type Site,
  type State,
  type Trade,
} from './state.js';

/** What one mutation put in the place of what was. Stored: fields may be added, never change their meaning. */
export interface Changes {
  readonly agents?: readonly Agent[];
  readonly ships?: readonly Ship[];
  readonly listings?: readonly Listing[];
  readonly offers?: readonly Offer[];
  readonly sites?: readonly Site[];
  readonly trades?: readonly Trade[];
  readonly shipSales?: readonly ShipSale[];
  readonly clock?: GameClock;
  /** Begins an era: everything else is forgotten. */
  readonly reset?: { readonly resetDate: string; readonly at: number };
}

/** How many trades a market remembers. */
const remembered = 100;

/** Lets the changes happen. The maps of the state before are changed in place, and it must not be used again. */
export function apply(before: State, universe: Universe, changes: Changes): State {
  const { reset, clock, trades = [], shipSales = [] } = changes;
  const state = reset ? stateAtStart(universe, reset.resetDate, reset.at, before.clock) : before;
  return {
    ...state,
    clock: clock ?? state.clock,
    agents: put(state.agents, changes.agents, ({ symbol }) => symbol),
    ships: put(state.ships, changes.ships, ({ symbol }) => symbol),
    sites: put(state.sites, changes.sites, ({ symbol }) => symbol),
    markets: putInside(
      state.markets,
      changes.listings,
      ({ market }) => market,
      ({ good }) => good,
    ),
    shipyards: putInside(
      state.shipyards,
      changes.offers,
      ({ shipyard }) => shipyard,
      ({ type }) => type,
    ),
    trades: remember(state.trades, trades),
    shipSales: remember(state.shipSales, shipSales),
  };
}

function put<T>(map: ReadonlyMap<string, T>, values: readonly T[] | undefined, keyOf: (value: T) => string) {
  for (const value of values ?? []) (map as Map<string, T>).set(keyOf(value), value);
  return map;
}

function putInside<T>(
  map: ReadonlyMap<string, ReadonlyMap<string, T>>,
  values: readonly T[] | undefined,
  outer: (value: T) => string,
  inner: (value: T) => string,
) {
  for (const value of values ?? []) {
    const known = map.get(outer(value));
    if (!known) throw new Error(`There is nothing at ${outer(value)}.`);
    (known as Map<string, T>).set(inner(value), value);
  }
  return map;
}

function remember<T extends { readonly waypointSymbol: string }>(
  map: ReadonlyMap<string, readonly T[]>,
  values: readonly T[],
) {
  for (const value of values) {
    const { waypointSymbol } = value;
    (map as Map<string, readonly T[]>).set(
      waypointSymbol,
      [value, ...(map.get(waypointSymbol) ?? [])].slice(0, remembered),
    );
  }
  return map;
}
