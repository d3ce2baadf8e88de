import { TooContended } from '../decide-and-append.js';
import { UnreadableEvent } from '../events/event-codec.js';

/** A failure that lies in one stream: what is in the others can be looked after all the same. */
export function isOfOneStream(error: unknown): error is UnreadableEvent | TooContended {
  return error instanceof UnreadableEvent || error instanceof TooContended;
}
