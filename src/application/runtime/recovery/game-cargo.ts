import type { CargoEvidence } from '../../../domain/recovery/recovery.js';
import type { CargoReader } from '../../ports/cargo.js';
import { tellsOfNoShip, type Game } from '../../ports/game.js';

/** The cargo of the ships of the one player whose account the game is linked to. */
export class GameCargo implements CargoReader {
  constructor(
    private readonly game: Pick<Game, 'ship'>,
    private readonly player: number,
  ) {}

  async cargoOf(symbol: string, player: number): Promise<CargoEvidence> {
    if (player !== this.player) return { type: 'unknown' };
    try {
      const { cargo } = await this.game.ship(symbol);
      return { type: 'read', goods: cargo.inventory };
    } catch (error) {
      // A ship that the game does not have carries nothing that could be told of. Any other no tells nothing of the cargo.
      if (tellsOfNoShip(error)) return { type: 'unknown' };
      return { type: 'unreadable', reason: (error as Error).message };
    }
  }
}
