import {
  OutcomeUnknown,
  type AppendResult,
  type NewEvent,
  type RecordedEvent,
} from '../../application/ports/event-store.js';

/** What one try to write was answered with. */
export type Answer =
  | { readonly type: 'Written'; readonly position: bigint }
  | { readonly type: 'WrongVersion' }
  /** Sent, and it may have been written, or may still be. */
  | { readonly type: 'NoAnswer'; readonly cause?: unknown };

export interface Tries {
  /** Forwards from `from`; keeps trying until the time for settling is over, then rejects. */
  readBack(from: bigint, max: number): Promise<readonly RecordedEvent[]>;
  /** The events from this one on, after those before it. */
  writeAgain(from: number): Promise<Answer>;
}

/**
 * Finds out what became of an append that was not plainly answered, from what stands at its revisions now. Writing again
 * is harmless because ids and revisions are the same: if the first try arrives late, one of the two is taken as a repeat.
 * An asker that gives up while it sends may leave its first events alone behind; then the others follow.
 */
export async function settleAppend(
  first: bigint,
  events: readonly NewEvent[],
  answer: Answer,
  tries: Tries,
): Promise<AppendResult> {
  const giveUp = (cause: unknown) => {
    throw Object.assign(new OutcomeUnknown(events[0]?.metadata.commandId ?? ''), { cause });
  };
  let latest = answer;
  for (const isLast of [false, true]) {
    const found = whatStands(await tries.readBack(first, events.length).catch(giveUp), first, events);
    if (found.type === 'Unclear' && answer.type === 'WrongVersion') return { type: 'Conflict' };
    if (found.type === 'Unclear') return giveUp('the log no longer shows these revisions');
    if (found.type !== 'Part') return found;
    if (latest.type === 'WrongVersion') return { type: 'Conflict' };
    if (isLast) break;
    latest = await tries.writeAgain(found.count).catch(giveUp);
    if (latest.type === 'Written') return appended(first, events, latest.position);
  }
  return giveUp(latest.type === 'NoAnswer' ? latest.cause : undefined);
}

export function appended(first: bigint, events: readonly NewEvent[], position: bigint): AppendResult {
  return { type: 'Appended', revision: first + BigInt(events.length) - 1n, position };
}

function whatStands(
  there: readonly RecordedEvent[],
  first: bigint,
  events: readonly NewEvent[],
): AppendResult | { readonly type: 'Part'; readonly count: number } | { readonly type: 'Unclear' } {
  if (there[0] && there[0].revision !== first) return { type: 'Unclear' };
  if (!there.every(({ id }, index) => id === events[index]?.id)) return { type: 'Conflict' };
  const last = there.at(-1);
  const isWhole = last && there.length === events.length;
  return isWhole ? appended(first, events, last.position) : { type: 'Part', count: there.length };
}
