import type { CommandBus } from '@nestjs/cqrs';
import type { Known } from '../../domain/operations/known.js';
import type { Operation } from '../../domain/operations/operation.js';
import type { Sight } from '../../domain/operations/sight.js';
import type { Step } from '../../domain/operations/step.js';
import type { Decisions } from '../decide-and-append.js';
import type { Clock } from '../ports/clock.js';
import type { Game } from '../ports/game.js';
import type { Ids } from '../ports/ids.js';

/**
 * Decides the next step of a container's operation. What it throws is that container's failure alone, and so is the
 * time and the memory that it takes.
 */
export type DecideStep = (operation: Operation, known: Known, sight: Sight) => Step | Promise<Step>;

/** What an attempt needs from outside. */
export interface RuntimePorts {
  readonly commands: Pick<CommandBus, 'execute'>;
  readonly decisions: Decisions;
  readonly game: Game;
  /** Whose ships the game's account has. */
  readonly player: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly decideStep: DecideStep;
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
