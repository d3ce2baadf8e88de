import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { supplyConstruction } from '../../actions/cargo.js';
import { listingsAt, shipOf } from '../../actions/preconditions.js';
import { Refusal } from '../../actions/refusal.js';
import { marketView } from '../../views/market.js';
import { constructionView, systemView, waypointView } from '../../views/places.js';
import { shipyardView } from '../../views/shipyard.js';
import type { Game } from '../game.js';
import { paged } from '../paging.js';

interface Place {
  readonly system: string;
  readonly waypoint: string;
}

const filter = z.object({
  type: z.string().optional(),
  traits: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
});
const delivery = z.object({ shipSymbol: z.string(), tradeSymbol: z.string(), units: z.int().min(1) });

export function placeRoutes(app: FastifyInstance, game: Game): void {
  const { world } = game;
  const { universe } = world;
  const at = ({ params }: FastifyRequest) => {
    const { system, waypoint } = params as Place;
    return game.waypoint(system, waypoint);
  };

  app.get('/systems', ({ query }) => paged([universe], query, systemView));

  app.get('/systems/:system', ({ params }) => {
    game.requireSystem((params as Place).system);
    return { data: systemView(universe) };
  });

  app.get('/systems/:system/waypoints', ({ params, query }) => {
    game.requireSystem((params as Place).system);
    const { type, traits } = filter.parse(query);
    const found = universe.waypoints.filter(
      (each) => (type ?? each.type) === each.type && traits.every((trait) => each.traits.includes(trait)),
    );
    return paged(found, query, (each) => waypointView(world, each));
  });

  app.get('/systems/:system/waypoints/:waypoint', (request) => ({ data: waypointView(world, at(request)) }));

  app.get('/systems/:system/waypoints/:waypoint/market', (request) => {
    const { symbol } = at(request);
    if (!world.state.markets.has(symbol)) throw none('market', symbol);
    const listings = listingsAt({ world, now: world.now() }, symbol);
    return { data: marketView(world, symbol, listings, game.isSeen(request, symbol)) };
  });

  app.get('/systems/:system/waypoints/:waypoint/shipyard', (request) => {
    const { symbol } = at(request);
    if (!world.state.shipyards.has(symbol)) throw none('shipyard', symbol);
    return { data: shipyardView(world, symbol, world.now(), game.isSeen(request, symbol)) };
  });

  app.get('/systems/:system/waypoints/:waypoint/jump-gate', (request) => {
    const { symbol } = at(request);
    const gate = universe.jumpGates.find((each) => each.symbol === symbol);
    if (!gate) throw none('jump gate', symbol);
    return { data: gate };
  });

  app.get('/systems/:system/waypoints/:waypoint/construction', (request) => {
    const { symbol } = at(request);
    return { data: constructionView(world, symbol) };
  });

  app.post('/systems/:system/waypoints/:waypoint/construction/supply', (request, reply) => {
    const act = game.actOf(request);
    const { symbol } = at(request);
    const given = delivery.parse(request.body);
    const ship = shipOf(act, given.shipSymbol);
    const outcome = supplyConstruction(act, ship, symbol, given);
    void reply.status(201);
    return game.perform(act, ship.symbol, 'supply', { waypointSymbol: symbol, ...given }, outcome);
  });

  app.get('/market/supply-chain', () => ({ data: { exportToImportMap: universe.recipes } }));
}

const none = (what: string, waypointSymbol: string) =>
  new Refusal(404, 404, `There is no ${what} at ${waypointSymbol}.`, { waypointSymbol });
