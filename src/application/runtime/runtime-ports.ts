import type { CommandBus } from '@nestjs/cqrs';
import type { Decisions } from '../decide-and-append.js';
import type { Clock } from '../ports/clock.js';
import type { Game } from '../ports/game.js';
import type { Ids } from '../ports/ids.js';

/** What an attempt needs from outside. */
export interface RuntimePorts {
  readonly commands: Pick<CommandBus, 'execute'>;
  readonly decisions: Decisions;
  readonly game: Game;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface RuntimeLimits {
  /** How long a change waits for its turn at the game. */
  readonly turnMs: number;
  /** How long after it was sent it may still land: not less than the game's client waits for an answer. */
  readonly landsWithinMs: number;
  /** Waits between tries while the game or the log is away; the last one stands for all further ones. */
  readonly outageDelaysMs: readonly number[];
  /** How long such an outage is waited out before the attempt fails. */
  readonly outageMs: number;
}

export const usualLimits: RuntimeLimits = {
  turnMs: 60_000,
  landsWithinMs: 30_000,
  outageDelaysMs: [1_000, 2_000, 5_000, 10_000, 30_000],
  outageMs: 300_000,
};
