import { eventually } from '../../support/eventually.js';
import { all, event, events, failureOf, freshStream, openStore, revisions, type Store } from './support.js';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const readBoth = async (name: string): Promise<{ forwards: number[]; backwards: number[] }> => ({
  forwards: revisions(await all(store.client.readStream(name))),
  backwards: revisions(await all(store.client.readStream(name, { direction: 'backwards', fromRevision: 'end' }))),
});

async function streamOf(count: number): Promise<string> {
  const name = freshStream();
  await store.client.appendToStream(name, events(count));
  return name;
}

describe('the metadata of a stream', () => {
  it('is returned as it was set, with keys of the user and an access list', async () => {
    const name = await streamOf(1);
    const metadata = {
      maxCount: 7,
      maxAge: 60,
      cacheControl: 5,
      truncateBefore: 0,
      acl: { readRoles: ['ops'] },
      colour: 'red',
    };
    await store.client.setStreamMetadata(name, metadata);
    expect((await store.client.getStreamMetadata(name)).metadata).toMatchObject({ maxCount: 7, colour: 'red' });
  });

  it('keeps only the newest of its own events readable', async () => {
    const name = await streamOf(1);
    for (const maxCount of [1, 2, 3]) await store.client.setStreamMetadata(name, { maxCount });
    expect(revisions(await all(store.client.readStream(`$$${name}`)))).toEqual([2]);
  });

  it('refuses to be set against an expected revision that is not the current one', async () => {
    const name = await streamOf(1);
    await store.client.setStreamMetadata(name, { maxCount: 1 }, { expectedRevision: 'no_stream' });
    expect(
      await failureOf(store.client.setStreamMetadata(name, { maxCount: 2 }, { expectedRevision: 5n })),
    ).toMatchObject({ type: 'wrong-expected-version', actualVersion: 0n });
  });

  it.each([
    ['is not JSON', 'nonsense'],
    ['is no object', '[1]'],
    ['has a known key of the wrong type', '{"$maxCount":"2","$tb":3}'],
    ['has numbers that are not positive', '{"$maxCount":0,"$tb":-1}'],
  ])('counts as none when it %s', async (_, text) => {
    const name = await streamOf(4);
    const broken = { ...event('$metadata'), data: text };
    const raw = { ...broken, contentType: 'application/octet-stream', data: Buffer.from(text) };
    await store.client.appendToStream(`$$${name}`, raw as never);
    expect((await readBoth(name)).forwards).toEqual([0, 1, 2, 3]);
  });
});

describe('a stream with', () => {
  it('$maxCount shows its newest events, without numbering them anew', async () => {
    const name = await streamOf(10);
    await store.client.setStreamMetadata(name, { maxCount: 3 });
    expect(await readBoth(name)).toEqual({ forwards: [7, 8, 9], backwards: [9, 8, 7] });
    await store.client.appendToStream(name, events(2), { expectedRevision: 9n });
    expect(await readBoth(name)).toEqual({ forwards: [9, 10, 11], backwards: [11, 10, 9] });
  });

  it('$tb shows what comes from there on', async () => {
    const name = await streamOf(6);
    await store.client.setStreamMetadata(name, { truncateBefore: 4 });
    expect(await readBoth(name)).toEqual({ forwards: [4, 5], backwards: [5, 4] });
    expect(revisions(await all(store.client.readStream(name, { fromRevision: 1n, maxCount: 1 })))).toEqual([4]);
    expect(await all(store.client.readStream(name, { fromRevision: 2n, direction: 'backwards' }))).toEqual([]);
  });

  it('$tb beyond its end is there and empty', async () => {
    const name = await streamOf(3);
    await store.client.setStreamMetadata(name, { truncateBefore: 30 });
    expect(await readBoth(name)).toEqual({ forwards: [], backwards: [] });
  });

  it('$maxAge shows what is young enough', async () => {
    const name = await streamOf(3);
    await store.client.setStreamMetadata(name, { maxAge: 3600 });
    expect((await readBoth(name)).forwards).toEqual([0, 1, 2]);
    await store.client.setStreamMetadata(name, { maxAge: 1 });
    await eventually(async () => expect(await readBoth(name)).toEqual({ forwards: [], backwards: [] }));
    await store.client.appendToStream(name, event());
    expect(await readBoth(name)).toEqual({ forwards: [3], backwards: [3] });
  });

  it('all of its events hidden answers a repeat without a position', async () => {
    const name = freshStream();
    const batch = events(2);
    await store.client.appendToStream(name, batch, { expectedRevision: 'no_stream' });
    await store.client.appendToStream(name, events(2));
    await store.client.setStreamMetadata(name, { maxCount: 1 });
    const repeated = await store.client.appendToStream(name, batch, { expectedRevision: 'no_stream' });
    expect([repeated.nextExpectedRevision, repeated.position]).toEqual([1n, undefined]);
  });
});

describe('a soft-deleted stream', () => {
  it('loses its metadata but for the deletion', async () => {
    const name = await streamOf(3);
    await store.client.setStreamMetadata(name, { maxCount: 2, colour: 'red' });
    await store.client.deleteStream(name);
    const { metadata } = await store.client.getStreamMetadata(name);
    expect(Object.keys(metadata ?? {})).toEqual(['truncateBefore']);
  });

  it('is opened again by new metadata, with its old events hidden', async () => {
    const name = await streamOf(3);
    await store.client.deleteStream(name);
    await store.client.setStreamMetadata(name, { colour: 'red' });
    expect(await readBoth(name)).toEqual({ forwards: [], backwards: [] });
    expect((await store.client.getStreamMetadata(name)).metadata).toMatchObject({ colour: 'red', truncateBefore: 3 });
    await store.client.appendToStream(name, event());
    expect((await readBoth(name)).forwards).toEqual([3]);
  });
});
