import { Failure, Refused, usage } from './failure.js';
import type { ShipPage } from './answers.js';
import { shipPath } from './paths.js';
import type { Invocation } from './invocation.js';

export interface FoundShip {
  readonly symbol: string;
  readonly player: number;
  /** Where the API has it, without a leading slash. */
  readonly path: string;
}

/** The ship a symbol means: the only one of that name, unless a player is named. @throws Failure */
export async function findShip(invocation: Invocation, symbol: string, player: number | undefined): Promise<FoundShip> {
  if (player !== undefined) return { symbol, player, path: shipPath(player, symbol) };
  const { body } = await invocation.api.get<ShipPage>('ships', { symbol }).catch((error: unknown) => {
    throw isWithoutViews(error) ? withoutViews(symbol, error) : error;
  });
  const [only, ...others] = body.ships;
  if (!only) {
    throw new Failure(
      3,
      `No ship ${symbol} is known, because nobody has ever held it; with --player it can be claimed.`,
    );
  }
  if (others.length > 0) {
    const players = body.ships.map((ship) => ship.player).join(' and ');
    throw usage(`Players ${players} each have a ship ${symbol}: say which with --player.`);
  }
  return { symbol, player: only.player, path: shipPath(only.player, symbol) };
}

function isWithoutViews(error: unknown): error is Refused {
  return error instanceof Refused && ['views-unavailable', 'view-behind'].includes(error.problem.code);
}

/** Whose ship it is stands in the views alone; what is asked of it is mostly answered from the log. */
function withoutViews(symbol: string, { problem, text }: Refused): Refused {
  const why = `Whose ship ${symbol} is cannot be looked up, because the views cannot be read at the moment.`;
  return new Refused({ ...problem, detail: `${why} Say it with --player: then the log answers.` }, text);
}
