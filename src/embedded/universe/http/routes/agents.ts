import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { register } from '../../actions/register.js';
import { agentView } from '../../views/agent.js';
import { shipView } from '../../views/ship.js';
import { statusView } from '../../views/status.js';
import { firstContract, factionView } from '../../views/welcome.js';
import { factions } from '../../catalogue/factions.js';
import type { Game } from '../game.js';

const registration = z.object({
  symbol: z.string().trim().toUpperCase().min(3).max(14),
  faction: z.enum(factions).optional(),
});

export function agentRoutes(app: FastifyInstance, game: Game): void {
  const { world, tokens } = game;

  app.get('/', () => statusView(world));

  app.post('/register', (request, reply) => {
    const { symbol, faction = world.universe.system.faction } = registration.parse(request.body);
    const { agent, changes } = register(world, { symbol, faction });
    world.commit({ agent: symbol, ship: null, action: 'register', arguments: { symbol, faction } }, changes);
    const now = world.now();
    void reply.status(201);
    return {
      data: {
        agent: agentView(world, agent),
        contract: firstContract(world, agent, now),
        faction: factionView(world, faction),
        ships: (changes.ships ?? []).map((ship) => shipView(world, ship, now)),
        token: tokens.tokenOf(agent),
      },
    };
  });

  app.get('/my/agent', (request) => ({ data: agentView(world, game.actOf(request).agent) }));
}
