import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { Mutation, ShipNow } from '../universe.js';

/** What a storm leaves behind, read when nothing moves any more. */
export interface Evidence {
  readonly events: readonly RecordedEvent[];
  /** Every change the universe made since it began. */
  readonly journal: readonly Mutation[];
  readonly ships: readonly ShipNow[];
  readonly player: number;
}

export type Rule =
  /** The game was changed, and the log has no effect that happened for it. */
  | 'double-effect'
  /** The log says that it happened, and the game was not changed. */
  | 'phantom-effect'
  | 'order-of-effects'
  | 'late-effect'
  | 'open-effect'
  | 'effect-record'
  | 'lost-purchase'
  | 'obligation'
  | 'tour'
  | 'iteration'
  | 'takeover'
  | 'receipt'
  | 'budget'
  | 'custody'
  | 'order';

export interface Finding {
  readonly rule: Rule;
  /** The ship, container or daemon it is about. */
  readonly of: string;
  readonly what: string;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- events are read as they lie in the log, not as the domain sees them */
export type Data = any;

export function dataOf({ data }: RecordedEvent): Data {
  return data;
}

export function shipOf({ stream }: RecordedEvent, player: number): string | undefined {
  const prefix = `ship-${player}.`;
  return stream.startsWith(prefix) ? stream.slice(prefix.length) : undefined;
}

export function containerOf({ stream }: RecordedEvent): string | undefined {
  return stream.startsWith('container-') ? stream.slice('container-'.length) : undefined;
}
