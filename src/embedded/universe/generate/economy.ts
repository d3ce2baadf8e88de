import { exchangeVolume, goods } from '../catalogue/goods.js';
import { shipTypes } from '../catalogue/ships.js';
import type { GoodType, ListingStart, ShipOfferStart, Universe, Waypoint } from '../model/universe.js';
import * as trade from './industries.js';
import { oneOf, sequence, shuffled, type Sequence } from './sequence.js';

/** What a market deals in. */
interface Dealing {
  readonly exports?: readonly string[];
  readonly imports?: readonly string[];
  readonly exchange?: readonly string[];
}

/** Gives a charted system its markets, shipyards and gate: the same ones for the same seed. */
export function furnish({ system, waypoints }: Pick<Universe, 'system' | 'waypoints'>, seed: number): Universe {
  const chance = sequence(seed ^ 0x5eed);
  const dealings = dealingsOf(chance, system.headquarters, waypoints);
  const yards = shipyardsOf(waypoints);
  for (const yard of yards) add(dealings, yard.symbol, { imports: trade.shipyardsUse });
  const gate = waypoints.find(({ type }) => type === 'JUMP_GATE');
  return {
    system,
    waypoints: waypoints.map((each) =>
      yards.includes(each) && !each.traits.includes('SHIPYARD')
        ? { ...each, traits: [...each.traits, 'SHIPYARD'] }
        : each,
    ),
    markets: waypoints
      .filter(({ traits }) => traits.includes('MARKETPLACE'))
      .map(({ symbol }) => ({ symbol, listings: listingsOf(chance, dealings.get(symbol) ?? {}) })),
    shipyards: yards.map(({ symbol }, index) => ({ symbol, offers: offersOf(chance, index) })),
    constructions: gate
      ? [{ symbol: gate.symbol, materials: [material('FAB_MATS', 1600), material('ADVANCED_CIRCUITRY', 400)] }]
      : [],
    jumpGates: gate ? [{ symbol: gate.symbol, connections: neighbours(chance, system.sectorSymbol) }] : [],
    basePrices: Object.fromEntries(Object.entries(goods).map(([symbol, { basePrice }]) => [symbol, basePrice])),
    recipes: Object.fromEntries(Object.entries(goods).map(([symbol, { inputs }]) => [symbol, inputs])),
  };
}

const material = (tradeSymbol: string, required: number) => ({ tradeSymbol, required, fulfilled: 0 });

function neighbours(chance: Sequence, sector: string): readonly string[] {
  return ['QA12', 'TK38', 'VZ71'].map((name) => `${sector}-${name}-I${40 + Math.floor(chance() * 20)}`);
}

function dealingsOf(chance: Sequence, home: string, waypoints: readonly Waypoint[]): Map<string, Dealing> {
  const dealings = new Map<string, Dealing>();
  const markets = waypoints.filter(({ traits }) => traits.includes('MARKETPLACE'));
  const refinery = markets.find(({ type, orbits }) => type === 'ORBITAL_STATION' && isGasGiant(waypoints, orbits));
  const bases = markets.filter(({ type }) => type === 'ASTEROID_BASE');
  for (const { symbol } of markets) if (symbol !== refinery?.symbol) add(dealings, symbol, { exchange: ['FUEL'] });
  if (refinery) add(dealings, refinery.symbol, { exports: ['FUEL'], exchange: trade.gases.slice(1) });
  add(dealings, home, { imports: trade.consumed });
  for (const { symbol, type } of markets) if (type === 'JUMP_GATE') add(dealings, symbol, { exchange: ['ANTIMATTER'] });

  const [inner, pirates] = bases;
  const metals = new Set(trade.preciousMetals.flatMap((metal) => goods[metal]?.inputs ?? []));
  const found = [...trade.ores.filter((ore) => !metals.has(ore)), ...trade.minerals, ...trade.stones];
  if (inner) add(dealings, inner.symbol, { exports: trade.preciousMetals, exchange: found });
  if (pirates) {
    add(dealings, pirates.symbol, { exports: [...trade.contraband, ...trade.ores], imports: trade.piratesUse });
  }
  const bodies = markets.filter(
    ({ symbol, type }) =>
      ['PLANET', 'MOON', 'ORBITAL_STATION'].includes(type) && symbol !== home && symbol !== refinery?.symbol,
  );
  shuffled(chance, trade.industries).forEach((exports, index) => {
    const body = bodies[index % Math.max(1, bodies.length)];
    if (body) add(dealings, body.symbol, { exports });
  });
  for (const body of bodies.slice(trade.industries.length)) {
    add(dealings, body.symbol, { exchange: oneOf(chance, [trade.minerals, trade.gases]) });
  }
  const stationed = bodies.find(({ type }) => type === 'ORBITAL_STATION') ?? bodies[0];
  if (stationed) add(dealings, stationed.symbol, { exchange: trade.gases });
  return dealings;
}

function isGasGiant(waypoints: readonly Waypoint[], symbol: string | undefined): boolean {
  return waypoints.some((each) => each.symbol === symbol && each.type === 'GAS_GIANT');
}

/** A factory imports what its exports are made of. */
function add(
  dealings: Map<string, Dealing>,
  symbol: string,
  { exports = [], imports = [], exchange = [] }: Dealing,
): void {
  const has = dealings.get(symbol) ?? {};
  const inputs = exports.flatMap((good) => goods[good]?.inputs ?? []);
  dealings.set(symbol, {
    exports: [...(has.exports ?? []), ...exports],
    imports: [...(has.imports ?? []), ...imports, ...inputs],
    exchange: [...(has.exchange ?? []), ...exchange],
  });
}

function listingsOf(chance: Sequence, { exports = [], imports = [], exchange = [] }: Dealing): readonly ListingStart[] {
  const listed = new Map<string, GoodType>();
  for (const good of exchange) listed.set(good, 'EXCHANGE');
  for (const good of imports) listed.set(good, 'IMPORT');
  for (const good of exports) listed.set(good, 'EXPORT');
  return [...listed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([good, type]) => listingOf(chance, good, type));
}

function listingOf(chance: Sequence, good: string, type: GoodType): ListingStart {
  const slope = (6 + Math.floor(chance() * 5)) / 20;
  if (type === 'EXCHANGE') return { good, type, tradeVolume: exchangeVolume(good), units: 0, slope: 0.4 };
  const tradeVolume = goods[good]?.tradeVolume ?? 20;
  const position = type === 'EXPORT' ? 2.1 + chance() * 3.5 : -2.1 - chance() * 3;
  const activity = type === 'IMPORT' && chance() < 0.4 ? 'RESTRICTED' : 'WEAK';
  return { good, type, tradeVolume, slope, units: Math.round(position * tradeVolume), activity };
}

/** Three places to buy ships: at home, at the gas giant, and farther out in the inner system. */
function shipyardsOf(waypoints: readonly Waypoint[]): readonly Waypoint[] {
  const given = waypoints.filter(({ traits }) => traits.includes('SHIPYARD'));
  const station = waypoints.find(({ type, orbits }) => type === 'ORBITAL_STATION' && isGasGiant(waypoints, orbits));
  const far = waypoints.filter(({ symbol, traits }) => /-H\d+$/.test(symbol) && traits.includes('MARKETPLACE')).at(-1);
  return [...given, station, far].filter((each) => each !== undefined).slice(0, 3);
}

const sold: readonly (readonly string[])[] = [
  ['SHIP_PROBE', 'SHIP_LIGHT_SHUTTLE', 'SHIP_LIGHT_HAULER'],
  ['SHIP_PROBE', 'SHIP_SIPHON_DRONE'],
  ['SHIP_MINING_DRONE', 'SHIP_SURVEYOR'],
];

function offersOf(chance: Sequence, index: number): readonly ShipOfferStart[] {
  return (sold[index] ?? []).map((type) => {
    const price = Math.round((shipTypes[type]?.price ?? 0) * (1 + 0.03 * chance()));
    return { type, price, supply: chance() < 0.5 ? 'HIGH' : 'ABUNDANT' };
  });
}
