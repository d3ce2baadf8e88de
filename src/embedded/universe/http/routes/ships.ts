import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { buyShip } from '../../actions/buy-ship.js';
import { jettison, transfer } from '../../actions/cargo.js';
import { berth, changeFlightMode, navigate } from '../../actions/fly.js';
import type { Act, Outcome } from '../../actions/outcome.js';
import { shipOf } from '../../actions/preconditions.js';
import { refuel } from '../../actions/refuel.js';
import { purchase, sell } from '../../actions/trade.js';
import type { Ship } from '../../ships/ship.js';
import { flightModes } from '../../ships/travel.js';
import { cargoView, navView, shipView } from '../../views/ship.js';
import type { Game } from '../game.js';
import { paged } from '../paging.js';

const units = z.int().min(1);
const nothing = z.object({});
const destination = z.object({ waypointSymbol: z.string().toUpperCase() });
const flightMode = z.object({ flightMode: z.enum(flightModes) });
const lot = z.object({ symbol: z.string(), units });
const fuel = z.object({ units: units.optional(), fromCargo: z.boolean().optional() });
const gift = z.object({ tradeSymbol: z.string(), units, shipSymbol: z.string() });
const order = z.object({ shipType: z.string(), waypointSymbol: z.string() });

export function shipRoutes(app: FastifyInstance, game: Game): void {
  const { world } = game;
  const shipIn = (request: FastifyRequest) => {
    const act = game.actOf(request);
    return { ...act, act, ship: shipOf(act, (request.params as { ship: string }).ship) };
  };

  app.get('/my/ships', (request) => {
    const { agent, now } = game.actOf(request);
    const own = [...world.state.ships.values()].filter((ship) => ship.agent === agent.symbol);
    return paged(own, request.query, (ship) => shipView(world, ship, now));
  });

  app.post('/my/ships', (request, reply) => {
    const act = game.actOf(request);
    const given = order.parse(request.body);
    const outcome = buyShip(act, given);
    const bought = outcome.changes?.ships?.[0]?.symbol ?? null;
    void reply.status(201);
    return game.perform(act, bought, 'buy-ship', given, outcome);
  });

  app.get('/my/ships/:ship', (request) => {
    const { ship, now } = shipIn(request);
    return { data: shipView(world, ship, now) };
  });
  app.get('/my/ships/:ship/nav', (request) => {
    const { ship, now } = shipIn(request);
    return { data: navView(world, ship, now) };
  });
  app.get('/my/ships/:ship/cargo', (request) => ({ data: cargoView(shipIn(request).ship) }));
  app.get('/my/ships/:ship/cooldown', (request, reply) => {
    shipIn(request);
    return reply.status(204).send();
  });

  /** An action of a ship: its body is checked, it happens or is refused, and it is written down. */
  const action = <Given extends object>(
    name: string,
    shape: z.ZodType<Given>,
    deed: (act: Act, ship: Ship, given: Given) => Outcome,
    status = 200,
  ) => {
    return (request: FastifyRequest, reply: FastifyReply) => {
      const { act, ship } = shipIn(request);
      const given = shape.parse(request.body ?? {});
      const answer = game.perform(act, ship.symbol, name, given, deed(act, ship, given));
      void reply.status(status);
      return answer;
    };
  };
  const post = (name: string, handler: ReturnType<typeof action>) => app.post(`/my/ships/:ship/${name}`, handler);

  app.patch(
    '/my/ships/:ship/nav',
    action('flight-mode', flightMode, (act, ship, { flightMode: mode }) => changeFlightMode(act, ship, mode)),
  );
  post(
    'orbit',
    action('orbit', nothing, (act, ship) => berth(act, ship, 'IN_ORBIT')),
  );
  post(
    'dock',
    action('dock', nothing, (act, ship) => berth(act, ship, 'DOCKED')),
  );
  post(
    'navigate',
    action('navigate', destination, (act, ship, { waypointSymbol }) => navigate(act, ship, waypointSymbol)),
  );
  post('refuel', action('refuel', fuel, refuel));
  post('purchase', action('purchase', lot, purchase, 201));
  post('sell', action('sell', lot, sell, 201));
  post('jettison', action('jettison', lot, jettison));
  post('transfer', action('transfer', gift, transfer));
}
