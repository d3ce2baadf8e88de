import {
  decideAppend,
  decideRepeat,
  type ExpectedVersion,
  type StreamState,
} from '../../../src/embedded/eventstore/streams/expected-version.js';
import { event, events, failureOf, freshStream, openStore, type Store } from './support.js';

const unknown = (): undefined => undefined;
const exact = (revision: number): ExpectedVersion => ({ type: 'exact', revision: BigInt(revision) });
const stream = (state: Partial<StreamState>): StreamState => ({
  lastRevision: 4,
  tombstoned: false,
  softDeleted: false,
  hasMetadata: false,
  ...state,
});

describe('the decision on an append', () => {
  it('refuses everything on a tombstoned stream', () => {
    for (const expected of [{ type: 'any' }, { type: 'noStream' }, { type: 'streamExists' }, exact(4)] as const)
      expect(decideAppend(stream({ tombstoned: true }), expected, 1, unknown).type).toBe('StreamDeleted');
  });

  it('takes a stream that has only metadata for one that exists', () => {
    const empty = stream({ lastRevision: -1 });
    expect(decideAppend(empty, { type: 'streamExists' }, 1, unknown).type).toBe('WrongExpectedVersion');
    expect(decideAppend({ ...empty, hasMetadata: true }, { type: 'streamExists' }, 1, unknown).type).toBe('Append');
  });

  it('knows a repeat by its ids when any version is expected, and refuses one that is known in part', () => {
    const known =
      (...revisions: (number | undefined)[]) =>
      (index: number) =>
        revisions[index];
    expect(decideAppend(stream({}), { type: 'any' }, 2, known(2, 3))).toEqual({ type: 'Repeated', lastRevision: 3 });
    expect(decideAppend(stream({}), { type: 'any' }, 2, known(2, undefined)).type).toBe('WrongExpectedVersion');
    expect(decideAppend(stream({}), { type: 'any' }, 2, known(undefined, 3)).type).toBe('Append');
  });

  it('never looks at ids when the expected revision is the current one', () => {
    expect(decideAppend(stream({}), exact(4), 1, () => 4)).toEqual({ type: 'Append' });
  });

  it('refuses a revision that is not there yet', () => {
    expect(decideAppend(stream({}), exact(5), 1, unknown).type).toBe('WrongExpectedVersion');
    expect(decideAppend(stream({}), { type: 'exact', revision: 2n ** 63n - 1n }, 1, unknown).type).toBe(
      'WrongExpectedVersion',
    );
  });

  it('compares ids when the expected revision is an older one', () => {
    expect(decideAppend(stream({}), exact(1), 2, unknown)).toEqual({ type: 'Compare', from: 2 });
    expect(decideRepeat(stream({}), exact(1), 2, 2, () => true)).toEqual({ type: 'Repeated', lastRevision: 3 });
    expect(decideRepeat(stream({}), exact(1), 2, 2, (index) => index === 0).type).toBe('WrongExpectedVersion');
    expect(decideRepeat(stream({}), exact(1), 2, 2, () => false).type).toBe('WrongExpectedVersion');
  });

  it('opens a soft-deleted stream again for a writer that expects none', () => {
    const deleted = stream({ softDeleted: true });
    expect(decideRepeat(deleted, { type: 'noStream' }, 0, 1, () => false)).toEqual({ type: 'Append' });
    expect(decideRepeat(deleted, exact(1), 2, 1, () => false).type).toBe('WrongExpectedVersion');
  });

  it('refuses an empty append below the head', () => {
    expect(decideAppend(stream({}), exact(1), 0, unknown).type).toBe('WrongExpectedVersion');
    expect(decideAppend(stream({}), { type: 'any' }, 0, unknown).type).toBe('Append');
  });
});

type Condition = 'missing' | 'existing' | 'soft-deleted' | 'tombstoned';
type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;
type Outcome = bigint | 'deleted' | { conflictWith: bigint | 'no_stream' };

/** Three events, revisions 0 to 2, unless missing. */
const matrix: [Condition, Expected, Outcome][] = [
  ['missing', 'any', 0n],
  ['missing', 'no_stream', 0n],
  ['missing', 'stream_exists', { conflictWith: 'no_stream' }],
  ['missing', 0n, { conflictWith: 'no_stream' }],
  ['existing', 'any', 3n],
  ['existing', 'no_stream', { conflictWith: 2n }],
  ['existing', 'stream_exists', 3n],
  ['existing', 2n, 3n],
  ['existing', 1n, { conflictWith: 2n }],
  ['existing', 3n, { conflictWith: 2n }],
  ['soft-deleted', 'any', 3n],
  ['soft-deleted', 'no_stream', 3n],
  ['soft-deleted', 'stream_exists', 'deleted'],
  ['soft-deleted', 2n, 3n],
  ['soft-deleted', 1n, { conflictWith: 2n }],
  ['tombstoned', 'any', 'deleted'],
  ['tombstoned', 'no_stream', 'deleted'],
  ['tombstoned', 'stream_exists', 'deleted'],
  ['tombstoned', 2n, 'deleted'],
];

describe.each([
  ['one call for each append', false],
  ['batch append', true],
])('an append by %s', (_, advertiseBatchAppend) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ memory: true, advertiseBatchAppend });
  });
  afterAll(() => store.close());

  async function prepare(condition: Condition): Promise<string> {
    const name = freshStream();
    if (condition !== 'missing') await store.client.appendToStream(name, events(3));
    if (condition === 'soft-deleted') await store.client.deleteStream(name);
    if (condition === 'tombstoned') await store.client.tombstoneStream(name);
    return name;
  }

  it.each(matrix)('to a %s stream that expects %s gives %j', async (condition, expectedRevision, outcome) => {
    const name = await prepare(condition);
    const appending = store.client.appendToStream(name, event(), { expectedRevision });
    if (typeof outcome === 'bigint') {
      const { success, nextExpectedRevision, position } = await appending;
      expect({ success, nextExpectedRevision }).toEqual({ success: true, nextExpectedRevision: outcome });
      expect(position?.commit).toBe(position?.prepare);
      return;
    }
    const failure = await failureOf(appending);
    if (outcome === 'deleted') expect(failure).toMatchObject({ type: 'stream-deleted', streamName: name });
    else
      expect(failure).toMatchObject({
        type: 'wrong-expected-version',
        streamName: name,
        expectedVersion: expectedRevision,
        actualVersion: outcome.conflictWith,
      });
  });

  it('reports a conflict as a result to a client that wants no exception', async () => {
    const name = await prepare('existing');
    const client = store.connect('&throwOnAppendFailure=false');
    const result = await client.appendToStream(name, event(), { expectedRevision: 0n });
    expect(result.success).toBe(false);
    // The batch path of the official client reports 1 whatever it was told.
    expect(result.nextExpectedRevision).toBe(advertiseBatchAppend ? 1n : 2n);
  });

  it('lets exactly one of many writers that expect the same revision win', async () => {
    const name = await prepare('existing');
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => store.client.appendToStream(name, event(), { expectedRevision: 2n })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
