import type { Clock } from '../../application/ports/clock.js';
import type { Game } from '../../application/ports/game.js';
import { Caller } from './caller.js';
import { RateLimiter } from './rate-limiter.js';
import { SpaceTraders } from './space-traders.js';

const timeoutMs = 30_000;
const retryDelaysMs = [500, 1_000, 2_000];

/**
 * The game at an address, for one account: all its calls share one limiter. Calls nothing yet.
 * @param url with the version: https://api.spacetraders.io/v2
 */
export function connectGame(url: string, token: string | undefined, clock: Clock): Game {
  const options = { baseUrl: url.replace(/\/+$/, ''), token, timeoutMs, retryDelaysMs };
  return new SpaceTraders(new Caller(options, new RateLimiter(clock), clock));
}
