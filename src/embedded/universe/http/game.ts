import type { FastifyRequest } from 'fastify';
import type { Act, Outcome } from '../actions/outcome.js';
import { Refusal } from '../actions/refusal.js';
import { waypointAt } from '../actions/preconditions.js';
import type { Waypoint } from '../model/universe.js';
import { isAt } from '../ships/ship.js';
import type { World } from '../state/world.js';
import { Tokens } from './tokens.js';

/** What the routes of the game have in common. */
export class Game {
  readonly tokens: Tokens;

  constructor(readonly world: World) {
    this.tokens = new Tokens(world);
  }

  actOf({ headers }: FastifyRequest): Act {
    return { world: this.world, agent: this.tokens.agentOf(headers.authorization), now: this.world.now() };
  }

  /** Lets the outcome happen, and answers. */
  perform({ agent }: Act, ship: string | null, action: string, given: object, { changes, answer }: Outcome) {
    if (changes) this.world.commit({ agent: agent.symbol, ship, action, arguments: { ...given } }, changes);
    return { data: answer() };
  }

  waypoint(system: string, symbol: string): Waypoint {
    this.requireSystem(system);
    const waypoint = waypointAt(this.world, symbol);
    if (waypoint) return waypoint;
    throw new Refusal(404, 404, `There is no waypoint ${symbol}.`, { waypointSymbol: symbol });
  }

  requireSystem(symbol: string): void {
    if (symbol === this.world.universe.system.symbol) return;
    throw new Refusal(404, 404, `There is no system ${symbol}.`, { systemSymbol: symbol });
  }

  /** Whether whoever asks has a ship there. */
  isSeen({ headers }: FastifyRequest, waypoint: string): boolean {
    const agent = this.tokens.agentIfAny(headers.authorization);
    if (!agent) return false;
    const now = this.world.now();
    return [...this.world.state.ships.values()].some(
      (ship) => ship.agent === agent.symbol && isAt(ship, waypoint, now),
    );
  }
}
