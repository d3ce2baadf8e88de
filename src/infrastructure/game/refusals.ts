import { GameRefused, type RefusalKind } from '../../application/ports/game.js';
import type { JsonObject } from '../../domain/kernel/json.js';

/** The token is of another universe, or this one is being replaced. */
const resetCodes = new Set([4113, 3200]);
/** The state the caller believed in is not the ship's: look, and decide anew. */
const reconcileCodes = new Set([4200, 4204, 4218, 4219, 4228, 4236, 4244, 4604]);

export function tellsOfReset(httpStatus: number, code: number, data: JsonObject): boolean {
  if (resetCodes.has(code)) return true;
  return httpStatus === 401 && 'expected' in data && 'actual' in data;
}

/**
 * What the game's no means for whoever asked.
 * @param skew the game's clock less this machine's, in milliseconds
 */
export function refusedOf(code: number, message: string, data: JsonObject, skew: number): GameRefused {
  const untilMs = instantIn(data, code, skew);
  const kind: RefusalKind = untilMs !== null ? 'wait' : reconcileCodes.has(code) ? 'reconcile' : 'permanent';
  return new GameRefused(code, message, kind, data, untilMs);
}

/** When a cooldown ends or a flight arrives, by this machine's clock. */
function instantIn(data: JsonObject, code: number, skew: number): number | null {
  const cooldown = data['cooldown'] as JsonObject | null | undefined;
  const text = code === 4000 ? cooldown?.['expiration'] : code === 4214 ? data['arrival'] : undefined;
  const atMs = typeof text === 'string' ? Date.parse(text) : NaN;
  return Number.isNaN(atMs) ? null : atMs - skew;
}
