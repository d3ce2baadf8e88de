import { Inject } from '@nestjs/common';
import { GameUnavailable, type Game, type GameShip } from '../ports/game.js';
import { GAME } from '../ports/tokens.js';

export type NoScouts =
  | { readonly type: 'NoScoutShips' }
  | { readonly type: 'UnknownShips'; readonly ships: readonly string[] }
  /** No ships were named, and there is no game that knows any. */
  | { readonly type: 'NoGame' };

const scoutFrames = ['FRAME_PROBE', 'FRAME_DRONE'];

function isScout({ role, frame }: GameShip): boolean {
  return role === 'SATELLITE' || scoutFrames.includes(frame);
}

/** Which ships are to scout. */
export class FindScouts {
  constructor(@Inject(GAME) private readonly game: Game | null) {}

  /**
   * The named ones, if the game has them all; the agent's probes and drones where none are named.
   * @throws GameUnavailable where only the game knows
   */
  async among(
    named: readonly string[] | undefined,
  ): Promise<{ readonly type: 'Scouts'; readonly ships: readonly string[] } | NoScouts> {
    if (!this.game) return named ? { type: 'Scouts', ships: named } : { type: 'NoGame' };
    const known = await this.#ships(this.game, named !== undefined);
    if (named && known) {
      const missing = named.filter((ship) => !known.some(({ symbol }) => symbol === ship));
      if (missing.length > 0) return { type: 'UnknownShips', ships: missing };
    }
    if (named) return { type: 'Scouts', ships: named };
    const ships = (known ?? []).filter(isScout).map(({ symbol }) => symbol);
    return ships.length > 0 ? { type: 'Scouts', ships } : { type: 'NoScoutShips' };
  }

  /** Undefined where the game does not answer and it can do without. */
  async #ships(game: Game, dispensable: boolean): Promise<readonly GameShip[] | undefined> {
    try {
      return await game.ships();
    } catch (error) {
      if (dispensable && error instanceof GameUnavailable) return undefined;
      throw error;
    }
  }
}
