import type { Command } from 'commander';
import type { z } from 'zod';
import type { orders } from '../../http/ships/order-schemas.js';
import type { StartedContainer } from '../answers.js';
import { ofPlayer, writes, type OfPlayer, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { findShip } from '../find-ship.js';
import { wholeNumber } from '../parse/values.js';
import { shipPath } from '../paths.js';
import { toldOrder } from '../print/containers.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

type Orders = typeof orders;

interface Order extends OfPlayer, Writes {
  readonly agent?: string;
  readonly at?: string;
}

const units = wholeNumber(1);

/** One deed of one ship, which the server runs. */
export function orderVerbs(ship: Command, world: World): void {
  const verb = (words: string, description: string): Command =>
    writes(ofPlayer(ship.command(words).description(description))).option(
      '--agent <symbol>',
      'whose ship, by the agent; --player wins',
    );
  const at = (command: Command): Command => command.option('--at <waypoint>', 'fly there for it first');

  does<Order, [string, string]>(
    verb('navigate <ship> <waypoint>', 'Have the ship fly to a waypoint of the system'),
    world,
    (invocation, options, symbol, destination) => order(invocation, options, symbol, 'navigate', { destination }),
  );
  does<Order, [string]>(verb('dock <ship>', 'Have the ship dock where it is'), world, (invocation, options, symbol) =>
    order(invocation, options, symbol, 'dock', {}),
  );
  does<Order, [string]>(verb('orbit <ship>', 'Have the ship go into orbit'), world, (invocation, options, symbol) =>
    order(invocation, options, symbol, 'orbit', {}),
  );
  does<Order, [string]>(at(verb('refuel <ship>', 'Have the tank filled')), world, (invocation, options, symbol) =>
    order(invocation, options, symbol, 'refuel', { waypoint: options.at }),
  );
  const jettison = verb('jettison <ship> <good>', 'Have cargo thrown away').argument('[units]', 'all of it', units);
  does<Order, [string, string, number?]>(jettison, world, async (invocation, options, symbol, good, count) => {
    await invocation.confirm(`${count ?? 'All'} ${good} of ${symbol} are lost.`);
    return order(invocation, options, symbol, 'jettison', { good, units: count });
  });
  const purchase = at(verb('purchase <ship> <good>', 'Have cargo bought')).argument('<units>', 'how many', units);
  does<Order, [string, string, number]>(purchase, world, (invocation, options, symbol, good, count) =>
    order(invocation, options, symbol, 'purchase', { good, units: count, waypoint: options.at }),
  );
  const sell = at(verb('sell <ship> <good>', 'Have cargo sold')).argument('[units]', 'all of it', units);
  does<Order, [string, string, number?]>(sell, world, (invocation, options, symbol, good, count) =>
    order(invocation, options, symbol, 'sell', { good, units: count, waypoint: options.at }),
  );
}

/** @param told what the order needs beside its ship, as the API is asked for it */
async function order<Type extends keyof Orders>(
  invocation: Invocation,
  { player, agent, idempotencyKey }: Order,
  symbol: string,
  type: Type,
  told: z.input<Orders[Type]>,
): Promise<void> {
  const named = player ?? agent;
  const path = named === undefined ? (await findShip(invocation, symbol, undefined)).path : shipPath(named, symbol);
  const ask = { body: told, idempotencyKey };
  invocation.show(await invocation.api.post<StartedContainer>(`${path}/${type}`, ask), toldOrder);
}
