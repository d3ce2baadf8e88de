import { Inject } from '@nestjs/common';
import { player, playerStream } from '../../../domain/player/player.js';
import { Decisions } from '../../decide-and-append.js';
import type { Policy } from '../../policy.js';
import type { Clock } from '../../ports/clock.js';
import type { Game } from '../../ports/game.js';
import { CLOCK, GAME, POLICY } from '../../ports/tokens.js';

/** Which universes are gone: as the log has it, and for the account that this server plays with, as the game says now. */
export class Eras {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(GAME) private readonly game: Pick<Game, 'status'> | null,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  /** By player, when its last closed era ended; a player that is not listed has none. */
  async closed(players: Iterable<number>): Promise<ReadonlyMap<number, number>> {
    const closed = new Map<number, number>();
    for (const each of new Set(players)) {
      const { era, eraSinceMs } = (await this.decisions.current(player, playerStream(each))).state;
      if (eraSinceMs !== null) closed.set(each, eraSinceMs);
      if (era === null || each !== this.policy.gamePlayer) continue;
      const present = await this.#present();
      if (present !== null && present !== era) closed.set(each, this.clock.nowMs());
    }
    return closed;
  }

  /** Null without a game, and while it is away: then nothing is held for closed. */
  async #present(): Promise<string | null> {
    try {
      return (await this.game?.status())?.era ?? null;
    } catch {
      return null;
    }
  }
}
