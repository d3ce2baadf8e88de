import { randomUUID } from 'node:crypto';
import {
  all,
  binaryEvent,
  event,
  events,
  failureOf,
  freshStream,
  openStore,
  revisions,
  type Store,
} from './support.js';

describe.each([
  ['one call for each append', false],
  ['batch append', true],
])('appending by %s', (_, advertiseBatchAppend) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ memory: true, advertiseBatchAppend });
  });
  afterAll(() => store.close());
  const append = (...args: Parameters<Store['client']['appendToStream']>) => store.client.appendToStream(...args);

  it('answers with the revision and the position under which the last event is read', async () => {
    const name = freshStream();
    const { nextExpectedRevision, position } = await append(name, events(3), { expectedRevision: 'no_stream' });
    const read = await all(store.client.readStream(name));
    expect(nextExpectedRevision).toBe(2n);
    expect(read.at(-1)?.event?.position).toEqual(position);
    expect(read.at(-1)?.commitPosition).toBe(position?.commit);
  });

  it('gives positions that rise strictly', async () => {
    const name = freshStream();
    const positions = [];
    for (let n = 0; n < 10; n++) positions.push((await append(name, event())).position?.commit ?? 0n);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('keeps id, type, content type, data and metadata as they came', async () => {
    const name = freshStream();
    const id = randomUUID();
    const data = Uint8Array.from([0, 1, 2, 250, 255]);
    await append(name, [
      { ...event('Bought', { gut: 'Öl', n: 1.5 }, id), metadata: { by: 'ß' } },
      binaryEvent({ type: 'Blob', data, metadata: Uint8Array.from([9, 8]) }),
    ]);
    const [first, second] = await all(store.client.readStream(name));
    expect(first?.event).toMatchObject({
      id,
      type: 'Bought',
      isJson: true,
      data: { gut: 'Öl', n: 1.5 },
      metadata: { by: 'ß' },
    });
    expect(first?.event?.streamId).toBe(name);
    expect(second?.event).toMatchObject({ type: 'Blob', isJson: false, metadata: Uint8Array.from([9, 8]) });
    expect(Buffer.from(second?.event?.data as Uint8Array).equals(data)).toBe(true);
  });

  it('stamps an event with the time of its writing', async () => {
    const name = freshStream();
    const before = Date.now();
    await append(name, event());
    const [read] = await all(store.client.readStream(name));
    expect(read?.event?.created.getTime()).toBeGreaterThanOrEqual(before);
    expect(read?.event?.created.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('takes names of any script', async () => {
    const name = `${freshStream('schiff')}-Пётр-船-🚀-ä b@c`;
    await append(name, event());
    expect((await all(store.client.readStream(name)))[0]?.event?.streamId).toBe(name);
    expect(await failureOf(append(name, event(), { expectedRevision: 7n }))).toMatchObject({ streamName: name });
  });

  it('names a tombstoned stream of any script in its error', async () => {
    const name = `${freshStream('船')}-%41`;
    await store.client.tombstoneStream(name);
    const failure = await failureOf(append(name, event()));
    expect(failure['type']).toBe('stream-deleted');
    // Trailers are ASCII: outside a batch the name comes percent-encoded.
    expect(failure['streamName']).toBe(advertiseBatchAppend ? name : encodeURIComponent(name));
  });

  it('takes an exact repeat for what it is, without writing again', async () => {
    const name = freshStream();
    const batch = events(3);
    const first = await append(name, batch, { expectedRevision: 'no_stream' });
    await append(name, event(), { expectedRevision: 2n });
    for (const expectedRevision of ['no_stream', 'any'] as const)
      expect(await append(name, batch, { expectedRevision })).toEqual(first);
    expect(revisions(await all(store.client.readStream(name)))).toEqual([0, 1, 2, 3]);
  });

  it('takes a repeat at an older revision for what it is', async () => {
    const name = freshStream();
    await append(name, events(2));
    const batch = events(2);
    const first = await append(name, batch, { expectedRevision: 1n });
    await append(name, events(5));
    expect(await append(name, batch, { expectedRevision: 1n })).toEqual(first);
  });

  it.each(['any', 'no_stream'] as const)(
    'refuses a batch repeated in part that expects %s',
    async (expectedRevision) => {
      const name = freshStream();
      const batch = events(2);
      await append(name, batch, { expectedRevision: 'no_stream' });
      const failure = await failureOf(append(name, [...batch, event()], { expectedRevision }));
      expect(failure).toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
    },
  );

  it('refuses a repeat that is longer than what follows, or differs in its middle', async () => {
    const name = freshStream();
    const batch = events(3);
    await append(name, batch, { expectedRevision: 'no_stream' });
    const changed = [batch[0]!, event(), batch[2]!];
    expect(await failureOf(append(name, changed, { expectedRevision: 'no_stream' }))).toMatchObject({
      type: 'wrong-expected-version',
      actualVersion: 2n,
    });
  });

  it('lets two streams hold events of the same id', async () => {
    const [one, other] = [freshStream(), freshStream()];
    const same = event();
    await append(one, same);
    expect((await append(other, same)).nextExpectedRevision).toBe(0n);
  });

  it('does not compare ids when the expected revision is the current one', async () => {
    const name = freshStream();
    const same = event();
    await append(name, same, { expectedRevision: 'no_stream' });
    expect((await append(name, same, { expectedRevision: 0n })).nextExpectedRevision).toBe(1n);
  });

  it('accepts an empty append and writes nothing', async () => {
    const name = freshStream();
    expect((await append(name, [], { expectedRevision: 'no_stream' })).success).toBe(true);
    expect(await failureOf(all(store.client.readStream(name)))).toMatchObject({ type: 'stream-not-found' });
  });

  it('keeps nothing of an append beyond a mebibyte, and everything of one just below', async () => {
    const name = freshStream();
    const data = (bytes: number) => binaryEvent({ type: 'Blob', data: new Uint8Array(bytes) });
    const limit = 1024 * 1024 - 2 * 'Blob'.length;
    const tooLarge = await failureOf(append(name, data(limit + 1)));
    expect(tooLarge).toMatchObject({ type: 'maximum-append-size-exceeded' });
    expect(Number(tooLarge['maxAppendSize'])).toBe(1024 * 1024);
    expect(await failureOf(append(name, [data(limit / 2), data(limit / 2 + 1)]))).toMatchObject({
      type: 'maximum-append-size-exceeded',
    });
    expect((await append(name, data(limit), { expectedRevision: 'no_stream' })).nextExpectedRevision).toBe(0n);
  });

  it('continues the numbers of a soft-deleted stream and hides what was before', async () => {
    const name = freshStream();
    await append(name, events(3));
    await store.client.deleteStream(name);
    expect(await failureOf(all(store.client.readStream(name)))).toMatchObject({ type: 'stream-not-found' });
    const { nextExpectedRevision, position } = await append(name, events(2), { expectedRevision: 'no_stream' });
    expect(nextExpectedRevision).toBe(4n);
    const read = await all(store.client.readStream(name));
    expect(revisions(read)).toEqual([3, 4]);
    expect(read[1]?.event?.position).toEqual(position);
    expect((await store.client.getStreamMetadata(name)).metadata).toEqual({ truncateBefore: 3 });
    expect((await append(name, event(), { expectedRevision: 4n })).nextExpectedRevision).toBe(5n);
  });

  it('answers a repeat in a soft-deleted stream without a position', async () => {
    const name = freshStream();
    const batch = events(2);
    await append(name, batch, { expectedRevision: 'no_stream' });
    await store.client.deleteStream(name);
    const repeated = await append(name, batch, { expectedRevision: 'no_stream' });
    expect(repeated).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(repeated.position).toBeUndefined();
  });

  it('takes 500 appends in flight', async () => {
    const names = Array.from({ length: 500 }, () => freshStream('many'));
    const results = await Promise.all(names.map((name) => append(name, events(3), { expectedRevision: 'no_stream' })));
    expect(results.every(({ nextExpectedRevision }) => nextExpectedRevision === 2n)).toBe(true);
    expect(new Set(results.map(({ position }) => position?.commit)).size).toBe(500);
  });

  it('keeps the order of appends to one stream that do not wait for each other', async () => {
    const name = freshStream();
    const sent = Array.from({ length: 50 }, (_unused, n) => append(name, event('Step', { n })));
    await Promise.all(sent);
    const read = await all(store.client.readStream(name));
    const order = read.map(({ event: recorded }) => (recorded?.data as { n: number }).n);
    // Calls of their own may overtake each other on the way; within a batch nothing may.
    if (advertiseBatchAppend) expect(order).toEqual(Array.from({ length: 50 }, (_unused, n) => n));
    else expect(new Set(order).size).toBe(50);
  });

  it('takes an append in several messages of the batch as one', async () => {
    const name = freshStream();
    const batch = events(40);
    const result = await append(name, batch, { expectedRevision: 'no_stream', batchAppendSize: 200 });
    expect(result.nextExpectedRevision).toBe(39n);
    expect(await all(store.client.readStream(name))).toHaveLength(40);
  });
});

describe('deleting', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore();
  });
  afterAll(() => store.close());

  it('answers with the position of what it wrote', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, events(2));
    const { position } = await store.client.deleteStream(name, { expectedRevision: 1n });
    const newest = async () =>
      (await all(store.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 })))[0]?.event;
    expect((await newest())?.position).toEqual(position);
    const tombstone = await store.client.tombstoneStream(freshStream());
    expect((await newest())?.position).toEqual(tombstone.position);
    expect(await newest()).toMatchObject({ type: '$streamDeleted', revision: 2n ** 63n - 1n });
  });

  it.each(['deleteStream', 'tombstoneStream'] as const)('%s refuses a wrong revision and says both', async (remove) => {
    const name = freshStream();
    await store.client.appendToStream(name, events(2));
    expect(await failureOf(store.client[remove](name, { expectedRevision: 0n }))).toMatchObject({
      type: 'wrong-expected-version',
      streamName: name,
      expectedVersion: 0n,
      actualVersion: 1n,
    });
  });

  it('refuses to soft-delete what never was, and tombstones it', async () => {
    const name = freshStream();
    expect(await failureOf(store.client.deleteStream(name))).toMatchObject({
      type: 'wrong-expected-version',
      actualVersion: -1n,
    });
    await store.client.tombstoneStream(name, { expectedRevision: 'no_stream' });
    expect(await failureOf(store.client.deleteStream(name))).toMatchObject({
      type: 'stream-deleted',
      streamName: name,
    });
    expect(await failureOf(store.client.tombstoneStream(name))).toMatchObject({ type: 'stream-deleted' });
  });

  it('soft-deletes twice, and compares an exact revision with the old head', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, events(2));
    await store.client.deleteStream(name);
    await store.client.deleteStream(name);
    await store.client.deleteStream(name, { expectedRevision: 1n });
    expect(await failureOf(store.client.deleteStream(name, { expectedRevision: 0n }))).toMatchObject({
      type: 'wrong-expected-version',
    });
  });

  it('ends the metadata of a tombstoned stream with it', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, event());
    await store.client.tombstoneStream(name);
    expect(await failureOf(store.client.setStreamMetadata(name, { maxCount: 2 }))).toMatchObject({
      type: 'stream-deleted',
    });
    expect(await failureOf(all(store.client.readStream(`$$${name}`)))).toMatchObject({ type: 'stream-deleted' });
  });

  it('keeps the events of deleted streams in the log', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, events(2));
    await store.client.deleteStream(name);
    const inAll = (await all(store.client.readAll())).filter(({ event: recorded }) => recorded?.streamId === name);
    expect(inAll).toHaveLength(2);
  });
});
