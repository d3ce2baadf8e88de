/** What the writer believes about the stream. */
export type ExpectedVersion =
  | { readonly type: 'any' }
  | { readonly type: 'noStream' }
  | { readonly type: 'streamExists' }
  | { readonly type: 'exact'; readonly revision: bigint };

/** What is true of the stream. */
export interface StreamState {
  /** -1: no event yet. */
  readonly lastRevision: number;
  readonly tombstoned: boolean;
  readonly softDeleted: boolean;
  readonly hasMetadata: boolean;
}

export type AppendDecision =
  | { readonly type: 'Append' }
  | { readonly type: 'Repeated'; readonly lastRevision: number }
  | { readonly type: 'StreamDeleted' }
  | { readonly type: 'WrongExpectedVersion' }
  /** The ids of the events stored from `from` on decide; ask `decideRepeat`. */
  | { readonly type: 'Compare'; readonly from: number };

const append: AppendDecision = { type: 'Append' };
const conflict: AppendDecision = { type: 'WrongExpectedVersion' };
const deleted: AppendDecision = { type: 'StreamDeleted' };

/**
 * Decides one append.
 * @param eventCount number of events to be appended
 * @param knownRevision revision under which the n-th event's id was lately stored in this stream, if it was
 */
export function decideAppend(
  stream: StreamState,
  expected: ExpectedVersion,
  eventCount: number,
  knownRevision: (index: number) => number | undefined,
): AppendDecision {
  if (stream.tombstoned) return deleted;
  if (expected.type === 'streamExists') {
    if (stream.softDeleted) return deleted;
    if (stream.lastRevision === -1 && !stream.hasMetadata) return conflict;
  }
  if (expected.type === 'any' || expected.type === 'streamExists') return decideByIds(eventCount, knownRevision);

  const revision = expected.type === 'noStream' ? -1 : Number(expected.revision);
  if (revision > stream.lastRevision) return conflict;
  if (revision === stream.lastRevision) return append;
  return eventCount === 0 ? conflict : { type: 'Compare', from: revision + 1 };
}

function decideByIds(eventCount: number, knownRevision: (index: number) => number | undefined): AppendDecision {
  if (eventCount === 0 || knownRevision(0) === undefined) return append;
  let last = -1;
  for (let index = 0; index < eventCount; index++) {
    const revision = knownRevision(index);
    if (revision === undefined) return conflict;
    last = revision;
  }
  return { type: 'Repeated', lastRevision: last };
}

/**
 * Decides an append below the head of its stream: a repeat of what is stored there, or a conflict.
 * @param sameId whether the n-th event has the id of the n-th stored event from `from` on; false beyond the head
 */
export function decideRepeat(
  stream: StreamState,
  expected: ExpectedVersion,
  from: number,
  eventCount: number,
  sameId: (index: number) => boolean,
): AppendDecision {
  if (!sameId(0)) return expected.type === 'noStream' && stream.softDeleted ? append : conflict;
  for (let index = 1; index < eventCount; index++) if (!sameId(index)) return conflict;
  return { type: 'Repeated', lastRevision: from + eventCount - 1 };
}
