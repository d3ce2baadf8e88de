import { setMaxListeners } from 'node:events';
import { fastify, type FastifyInstance } from 'fastify';
import { Refusal } from '../actions/refusal.js';
import type { World } from '../state/world.js';
import { controlRoutes } from './control.js';
import { disturb } from './disturb.js';
import { refusalFor, refuse } from './errors.js';
import { Faults } from './faults.js';
import { Game } from './game.js';
import { agentRoutes } from './routes/agents.js';
import { placeRoutes } from './routes/places.js';
import { shipRoutes } from './routes/ships.js';

export interface AppOptions {
  readonly rateLimit: boolean;
  /** Is told what made the server answer 500. */
  readonly onBug: (bug: unknown) => void;
}

/** The game under /v2, and the controls of tests under /_control. */
export function universeApp(world: World, { rateLimit, onBug }: AppOptions): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  const game = new Game(world);
  const faults = new Faults();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  app.addHook('preClose', async () => closing.abort());
  app.setErrorHandler((error, _request, reply) => refuse(reply, refusalFor(error, onBug)));
  app.setNotFoundHandler((request, reply) =>
    refuse(reply, new Refusal(404, 404, `There is no ${request.method} ${request.url}.`)),
  );
  app.register(
    async (routes) => {
      disturb(routes, { world, tokens: game.tokens, faults, rateLimit, closing: closing.signal });
      agentRoutes(routes, game);
      placeRoutes(routes, game);
      shipRoutes(routes, game);
    },
    { prefix: '/v2' },
  );
  app.register(async (routes) => controlRoutes(routes, game, faults), { prefix: '/_control' });
  return app;
}
