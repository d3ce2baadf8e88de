import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Refusal } from '../actions/refusal.js';
import { listingsAt } from '../actions/preconditions.js';
import { supplyMiddle } from '../market/price.js';
import { iso } from '../views/moment.js';
import { shipView } from '../views/ship.js';
import { Faults, faultShape } from './faults.js';
import { fleetShape, giveFleet } from './fleet.js';
import type { Game } from './game.js';

const reset = z.strictObject({ resetDate: z.iso.date().optional() });
const clock = z.strictObject({ frozen: z.boolean().optional(), stepMs: z.int().optional() });
const supply = z.strictObject({
  supply: z.enum(['SCARCE', 'LIMITED', 'MODERATE', 'HIGH', 'ABUNDANT']).optional(),
  /** The position of the market in units, exactly. */
  units: z.number().optional(),
  tradeVolume: z.int().min(1).optional(),
});
const credits = z.strictObject({ credits: z.int() });
const since = z.object({ after: z.coerce.number().int().min(0).default(0) });
const dayMs = 86_400_000;

/** The controls of a test: no part of the game. */
export function controlRoutes(app: FastifyInstance, game: Game, faults: Faults): void {
  const { world } = game;
  const control = (action: string, given: object) => ({ agent: null, ship: null, action, arguments: { ...given } });
  app.addHook('onSend', async (_request, _reply, payload) => {
    await world.settled();
    return payload;
  });

  app.get('/journal', ({ query }) => {
    const { after } = since.parse(query);
    const told = world.mutations.filter(({ number }) => number > after);
    return { mutations: told.map((each) => ({ ...each, at: iso(each.at) })) };
  });

  app.get('/faults', () => ({ faults: faults.armed }));
  app.delete('/faults', () => {
    faults.clear();
    return { faults: [] };
  });
  app.post('/faults', ({ body }) => {
    faults.arm(faultShape.parse(body));
    return { faults: faults.armed };
  });

  app.post('/reset', ({ body }) => {
    const before = world.state.resetDate;
    const { resetDate = iso(Date.parse(before) + dayMs).slice(0, 10) } = reset.parse(body ?? {});
    world.beginEra(resetDate);
    return { resetDate, before };
  });

  app.get('/clock', () => ({ now: iso(world.now()), frozen: world.state.clock.frozenAt !== null }));
  app.post('/clock', ({ body }) => {
    const given = clock.parse(body ?? {});
    const now = world.now() + (given.stepMs ?? 0);
    const frozen = given.frozen ?? world.state.clock.frozenAt !== null;
    const offset = now - Date.now();
    world.commit(control('clock', given), { clock: { offset, frozenAt: frozen ? now : null } });
    return { now: iso(world.now()), frozen };
  });

  app.post('/markets/:waypoint/:good', ({ params, body }) => {
    const { waypoint, good } = params as { waypoint: string; good: string };
    const given = supply.parse(body ?? {});
    const listing = listingsAt({ world, now: world.now() }, waypoint).find((each) => each.good === good);
    if (!listing) throw new Refusal(404, 404, `${good} is not traded at ${waypoint}.`);
    const tradeVolume = given.tradeVolume ?? listing.tradeVolume;
    const asked = given.supply && Math.round(supplyMiddle(given.supply) * tradeVolume);
    const after = { ...listing, tradeVolume, units: given.units ?? asked ?? listing.units };
    world.commit(control('market', { waypoint, good, ...given }), { listings: [after] });
    return { listing: after };
  });

  app.post('/agents/:agent', ({ params, body }) => {
    const { agent: symbol } = params as { agent: string };
    const given = credits.parse(body);
    const agent = world.state.agents.get(symbol);
    if (!agent) throw new Refusal(404, 404, `There is no agent ${symbol}.`);
    world.commit(control('credits', { agent: symbol, ...given }), { agents: [{ ...agent, ...given }] });
    return { agent: symbol, ...given };
  });

  app.post('/fleet', ({ body }) => {
    const { agent, ships } = giveFleet(world, fleetShape.parse(body ?? {}));
    const now = world.now();
    return {
      agent: agent.symbol,
      token: game.tokens.tokenOf(agent),
      ships: ships.map((ship) => shipView(world, ship, now)),
    };
  });
}
