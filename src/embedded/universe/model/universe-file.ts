import { z } from 'zod';
import { goods } from '../catalogue/goods.js';
import { shipTypes } from '../catalogue/ships.js';
import { furnish } from '../generate/economy.js';
import { supplyMiddle } from '../market/price.js';
import type { ListingStart, Universe } from './universe.js';

const supply = z.enum(['SCARCE', 'LIMITED', 'MODERATE', 'HIGH', 'ABUNDANT']);
const listing = z.object({
  symbol: z.string(),
  type: z.enum(['EXPORT', 'IMPORT', 'EXCHANGE']),
  tradeVolume: z.int().min(1),
  supply,
  activity: z.enum(['WEAK', 'GROWING', 'STRONG', 'RESTRICTED']).nullish(),
  model: z.object({ a: z.number(), supplyUnits: z.number() }).optional(),
});
const shape = z.object({
  system: z.object({
    symbol: z.string(),
    sectorSymbol: z.string().optional(),
    type: z.string(),
    x: z.int().default(0),
    y: z.int().default(0),
    headquarters: z.string().optional(),
    startingFaction: z.string().default('COSMIC'),
    startingCredits: z.int().default(175_000),
  }),
  waypoints: z
    .array(
      z.object({
        symbol: z.string(),
        type: z.string(),
        x: z.int(),
        y: z.int(),
        traits: z.array(z.string()).default([]),
        orbits: z.string().optional(),
      }),
    )
    .min(1),
  markets: z.array(z.object({ symbol: z.string(), tradeGoods: z.array(listing) })).optional(),
  shipyards: z
    .array(
      z.object({
        symbol: z.string(),
        ships: z.array(z.object({ type: z.string(), purchasePrice: z.int(), supply: supply.default('MODERATE') })),
      }),
    )
    .default([]),
  construction: z
    .array(
      z.object({
        symbol: z.string(),
        materials: z.array(z.object({ tradeSymbol: z.string(), required: z.int(), fulfilled: z.int().default(0) })),
      }),
    )
    .default([]),
  jumpGates: z.array(z.object({ symbol: z.string(), connections: z.array(z.string()) })).default([]),
  goods: z.record(z.string(), z.object({ basePrice: z.number() })).default({}),
  exportToImportMap: z.record(z.string(), z.array(z.string())).default({}),
});

/** The file of a universe is not what it has to be; the message is its own sentence. */
export class NoUniverse extends Error {
  override readonly name = 'NoUniverse';
}

/**
 * Reads a universe from the text of a file: one system with its waypoints. Where it holds no markets, they and the
 * shipyards are made up, from the seed.
 * @throws NoUniverse
 */
export function universeIn(text: string, seed: number): Universe {
  const file = parse(text);
  const { system, waypoints, markets } = file;
  const begun = {
    system: {
      symbol: system.symbol,
      sectorSymbol: system.sectorSymbol ?? system.symbol.split('-')[0] ?? system.symbol,
      ...{ type: system.type, x: system.x, y: system.y },
      headquarters: system.headquarters ?? waypoints[0]?.symbol ?? system.symbol,
      faction: system.startingFaction,
      startingCredits: system.startingCredits,
    },
    waypoints,
  };
  if (markets === undefined) return furnish(begun, seed);
  const basePrices = Object.fromEntries(Object.entries(goods).map(([symbol, { basePrice }]) => [symbol, basePrice]));
  const recipes = Object.fromEntries(Object.entries(goods).map(([symbol, { inputs }]) => [symbol, inputs]));
  return {
    ...begun,
    markets: markets.map(({ symbol, tradeGoods }) => ({ symbol, listings: tradeGoods.map(startOf) })),
    shipyards: file.shipyards.map(({ symbol, ships }) => ({
      symbol,
      offers: ships
        .filter(({ type }) => shipTypes[type] !== undefined)
        .map(({ type, purchasePrice, supply: level }) => ({ type, price: purchasePrice, supply: level })),
    })),
    constructions: file.construction,
    jumpGates: file.jumpGates,
    basePrices: { ...basePrices, ...Object.fromEntries(Object.entries(file.goods).map(([k, v]) => [k, v.basePrice])) },
    recipes: { ...recipes, ...file.exportToImportMap },
  };
}

function parse(text: string): z.infer<typeof shape> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new NoUniverse('The file of the universe is no JSON.');
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NoUniverse(
    `The file holds no universe: ${issue?.path.join('.') || 'all of it'}: ${issue?.message ?? 'unusable'}.`,
  );
}

function startOf({ symbol, type, tradeVolume, activity, model, supply: level }: z.infer<typeof listing>): ListingStart {
  const units = model?.supplyUnits ?? Math.round(supplyMiddle(level) * tradeVolume);
  return { good: symbol, type, tradeVolume, units, slope: model?.a ?? 0.4, activity: activity ?? undefined };
}
