import { afterTrade } from '../market/market.js';
import { typeOf, withCargo, type Ship } from '../ships/ship.js';
import { agentView } from '../views/agent.js';
import { pricesAt, tradeView } from '../views/market.js';
import { cargoView, fuelView } from '../views/ship.js';
import type { Act, Outcome } from './outcome.js';
import { charged, docked, requireCargo } from './preconditions.js';
import { listed, tradeOf } from './trade.js';

/** Units of the tank that one unit of FUEL fills. */
const tankPerUnit = 100;

export interface Refuelling {
  /** Units of the tank; until it is full if absent. */
  readonly units?: number | undefined;
  readonly fromCargo?: boolean | undefined;
}

export function refuel(act: Act, ship: Ship, { units, fromCargo = false }: Refuelling): Outcome {
  const { world, now } = act;
  const waypoint = docked(ship, now);
  const missing = typeOf(ship).fuelCapacity - ship.fuel;
  const added = Math.min(missing, units ?? missing);
  const used = Math.ceil(added / tankPerUnit);
  const filled = { ...ship, fuel: ship.fuel + added };
  const lot = { tradeSymbol: 'FUEL', type: 'PURCHASE', units: used } as const;

  if (fromCargo) {
    requireCargo(ship, 'FUEL', used);
    const after = withCargo(filled, 'FUEL', -used);
    const transaction = tradeView(tradeOf(act, ship, waypoint, lot, 0));
    return {
      changes: { ships: [after] },
      answer: () => ({
        ...{ agent: agentView(world, act.agent), fuel: fuelView(after), cargo: cargoView(after), transaction },
      }),
    };
  }

  const listing = listed(act, waypoint, 'FUEL', 4601);
  const { purchasePrice } = pricesAt(world, listing);
  const agent = charged(act.agent, { tradeSymbol: 'FUEL', units: used, purchasePrice });
  const trade = tradeOf(act, ship, waypoint, lot, purchasePrice);
  const before = [...(world.state.markets.get(waypoint)?.values() ?? [])];
  const listings = afterTrade(before, 'FUEL', -used, now, world.rules);
  return {
    changes: { ships: [filled], agents: [agent], listings, trades: [trade] },
    answer: () => ({ agent: agentView(world, agent), fuel: fuelView(filled), transaction: tradeView(trade) }),
  };
}
