import type { ContainerSnapshot } from '../../domain/container/events.js';
import { messageOf } from '../../domain/kernel/message-of.js';
import { unknownShip } from '../../domain/lease/reasons.js';
import { EraChanged, GameRefused } from '../ports/game.js';
import type { AttemptEnd } from './attempt-run.js';

/** Somebody else has the ship, or the container, by now: nothing more may be done in its name. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** The attempt was told to stop and is at a point where it can. */
export class Halted extends Error {
  override readonly name = 'Halted';
}

/** The attempt was cut: it does nothing more, and nobody waits for it. */
export class CutOff extends Error {
  override readonly name = 'CutOff';
}

/** Nothing that could be tried again would help. */
export class Blocked extends Error {
  override readonly name = 'Blocked';
}

/** The account has no ship of that name, or none any more. */
export class NoSuchShip extends Error {
  override readonly name = 'NoSuchShip';
}

/** What an attempt ends in when this was thrown in it. Whatever is not foreseen is a failure of this attempt alone. */
export function endOf(error: unknown): AttemptEnd {
  if (error instanceof Fenced) return { type: 'lost', reason: error.message };
  if (error instanceof Halted || error instanceof CutOff) return { type: 'stopped' };
  if (error instanceof EraChanged) {
    return failed('the universe was reset, and this container belongs to the one before', true, 'dead_era');
  }
  if (error instanceof NoSuchShip) return failed(error.message, true, unknownShip);
  if (error instanceof GameRefused) return failed(`${error.message} (${error.code})`, error.kind === 'permanent');
  const text = messageOf(error);
  return failed(text, error instanceof Blocked);
}

export function failed(error: string, permanent: boolean, exitReason?: string): AttemptEnd {
  return { type: 'failed', error, permanent, ...(exitReason !== undefined && { exitReason }) };
}

/** Of a type that nobody here can run: at a first start, or found by a recovery. */
export function unknownCommandType({ containerType, commandType, attempt }: ContainerSnapshot): AttemptEnd {
  const error = `unknown command type: nobody here knows how to run ${commandType || containerType}`;
  return failed(error, true, attempt > 1 ? 'recovery_failed' : 'start_failed');
}
