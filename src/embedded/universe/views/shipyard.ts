import { shipTypes } from '../catalogue/ships.js';
import { named } from '../catalogue/wording.js';
import type { Offer } from '../state/state.js';
import type { World } from '../state/world.js';

const hourMs = 3_600_000;
const dearerBy = 0.02;

/** Ships sold of late, as they count now. */
export function soldLately({ sold, asOf }: Offer, now: number, timeFactor: number): number {
  return sold * Math.exp(-(Math.max(0, now - asOf) * timeFactor) / hourMs);
}

export function priceNow(offer: Offer, now: number, timeFactor: number): number {
  return Math.round(offer.price * (1 + dearerBy * soldLately(offer, now, timeFactor)));
}

/** @param seen whether a ship of whoever asks is there: else there are no prices */
export function shipyardView(world: World, symbol: string, now: number, seen: boolean) {
  const offers = [...(world.state.shipyards.get(symbol)?.values() ?? [])];
  return {
    symbol,
    shipTypes: offers.map(({ type }) => ({ type })),
    modificationsFee: 100,
    ...(seen && {
      transactions: world.state.shipSales.get(symbol) ?? [],
      ships: offers.map((each) => shipForSale(world, each, now)),
    }),
  };
}

function shipForSale(world: World, offer: Offer, now: number) {
  const type = shipTypes[offer.type];
  if (!type) throw new Error(`There is no type of ship ${offer.type}.`);
  const started = world.universe.shipyards.find(({ symbol }) => symbol === offer.shipyard);
  const supply = started?.offers.find((each) => each.type === offer.type)?.supply ?? 'MODERATE';
  const sound = (symbol: string) => ({ ...named(symbol), condition: 1, integrity: 1, quality: 1 });
  return {
    ...named(type.type),
    ...{ type: type.type, supply, activity: 'GROWING', purchasePrice: priceNow(offer, now, world.options.timeFactor) },
    frame: {
      ...sound(type.frame),
      ...{ moduleSlots: type.moduleSlots, mountingPoints: type.mountingPoints, fuelCapacity: type.fuelCapacity },
      requirements: {},
    },
    reactor: { ...sound(type.reactor), powerOutput: type.powerOutput, requirements: {} },
    engine: { ...sound(type.engine), speed: type.speed, requirements: {} },
    modules: type.modules.map((each) => ({ ...named(each), requirements: {} })),
    mounts: type.mounts.map((each) => ({ ...named(each), requirements: {} })),
    crew: type.crew,
  };
}
