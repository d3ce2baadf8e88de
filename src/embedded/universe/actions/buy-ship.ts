import { isAt, newShip } from '../ships/ship.js';
import { agentView } from '../views/agent.js';
import { iso } from '../views/moment.js';
import { shipView } from '../views/ship.js';
import { priceNow, soldLately } from '../views/shipyard.js';
import type { Act, Outcome } from './outcome.js';
import { Refusal } from './refusal.js';
import { shipSymbol } from './register.js';

export interface ShipOrder {
  readonly shipType: string;
  readonly waypointSymbol: string;
}

export function buyShip(act: Act, { shipType, waypointSymbol }: ShipOrder): Outcome {
  const { world, agent, now } = act;
  const offers = world.state.shipyards.get(waypointSymbol);
  const about = { waypointSymbol, shipType };
  if (!offers) throw new Refusal(404, 404, `There is no shipyard at ${waypointSymbol}.`, about);
  const present = [...world.state.ships.values()].some(
    (ship) => ship.agent === agent.symbol && isAt(ship, waypointSymbol, now),
  );
  if (!present) throw new Refusal(400, 4245, `Agent has no ship at ${waypointSymbol}.`, about);
  const offer = offers.get(shipType);
  if (!offer) throw new Refusal(400, 4605, `${shipType} is not sold at ${waypointSymbol}.`, about);
  const { timeFactor } = world.options;
  const price = priceNow(offer, now, timeFactor);
  if (agent.credits < price) {
    const needed = { creditsAvailable: agent.credits, creditsNeeded: price };
    throw new Refusal(400, 4216, `Agent has ${agent.credits} credits; the ship costs ${price}.`, needed);
  }
  const number = agent.shipsMade + 1;
  const given = { symbol: shipSymbol(agent, number), agent: agent.symbol, faction: agent.faction, type: shipType };
  const ship = newShip(given, waypointSymbol, now);
  const sale = {
    ...{ waypointSymbol, shipSymbol: ship.symbol, shipType, price },
    ...{ agentSymbol: agent.symbol, timestamp: iso(now) },
  };
  return {
    changes: {
      agents: [{ ...agent, credits: agent.credits - price, shipsMade: number }],
      ships: [ship],
      offers: [{ ...offer, sold: soldLately(offer, now, timeFactor) + 1, asOf: now }],
      shipSales: [sale],
    },
    answer: () => ({ agent: agentView(world, agent), ship: shipView(world, ship, now), transaction: sale }),
  };
}
