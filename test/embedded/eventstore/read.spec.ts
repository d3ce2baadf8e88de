import type { Position, ResolvedEvent } from '@eventstore/db-client';
import { all, event, events, failureOf, freshStream, jsonEvent, openStore, revisions, type Store } from './support.js';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

describe('reading a stream', () => {
  let name: string;
  beforeAll(async () => {
    name = freshStream();
    for (let n = 0; n < 100; n += 10) await store.client.appendToStream(name, events(10));
  });
  const read = async (options: Parameters<Store['client']['readStream']>[1]): Promise<number[]> =>
    revisions(await all(store.client.readStream(name, options)));
  const range = (from: number, to: number): number[] =>
    Array.from({ length: Math.abs(to - from) + 1 }, (_, n) => (from < to ? from + n : from - n));

  it('gives all of it from the start, in order', async () => {
    expect(await read({})).toEqual(range(0, 99));
  });

  it('gives all of it from the end, backwards', async () => {
    expect(await read({ direction: 'backwards', fromRevision: 'end' })).toEqual(range(99, 0));
  });

  it('includes the revision it starts from, in both directions', async () => {
    expect(await read({ fromRevision: 97n })).toEqual([97, 98, 99]);
    expect(await read({ fromRevision: 2n, direction: 'backwards' })).toEqual([2, 1, 0]);
    expect(await read({ fromRevision: 'start', direction: 'backwards' })).toEqual([0]);
  });

  it('stops after as many events as were asked for', async () => {
    expect(await read({ maxCount: 3 })).toEqual([0, 1, 2]);
    expect(await read({ maxCount: 45, fromRevision: 'end', direction: 'backwards' })).toEqual(range(99, 55));
    expect(await read({ maxCount: 0 })).toEqual([]);
  });

  it('gives nothing beyond the end, and everything backwards from there', async () => {
    expect(await read({ fromRevision: 100n })).toEqual([]);
    expect(await read({ fromRevision: 2n ** 62n, direction: 'backwards', maxCount: 2 })).toEqual([99, 98]);
  });

  it('fails forwards from the end, as the protocol has it', async () => {
    expect(await failureOf(read({ fromRevision: 'end' }))).toMatchObject({ type: 'unknown' });
  });

  it('says which stream is not there', async () => {
    const failure = await failureOf(all(store.client.readStream('nobody-1')));
    expect(failure['type']).toBe('stream-not-found');
  });

  it('does not find a stream that has only metadata', async () => {
    await store.client.setStreamMetadata('only-metadata', { maxCount: 3 });
    expect(await failureOf(all(store.client.readStream('only-metadata')))).toMatchObject({ type: 'stream-not-found' });
  });

  it('carries large events whole', async () => {
    const large = freshStream();
    const text = 'ü'.repeat(400_000);
    await store.client.appendToStream(large, event('Large', { text }));
    const [got] = await all(store.client.readStream(large));
    expect((got?.event?.data as { text: string }).text).toBe(text);
  });
});

const positionOf = (read: ResolvedEvent | undefined): Position =>
  read?.event?.position ?? { commit: -1n, prepare: -1n };

describe('reading the whole log', () => {
  it('is never empty: a new log begins with events of the system', async () => {
    const fresh = await openStore();
    const [first, ...others] = await all(fresh.client.readAll());
    expect(first?.event?.streamId.startsWith('$') && first.event.type.startsWith('$')).toBe(true);
    expect(others.every(({ event: recorded }) => recorded?.type.startsWith('$'))).toBe(true);
    expect(first?.event?.position.commit).toBeGreaterThanOrEqual(1n);
    await fresh.close();
  });

  it('gives every event once, in the order of positions, and the reverse backwards', async () => {
    await store.client.appendToStream(freshStream(), events(50));
    const forwards = (await all(store.client.readAll())).map(({ event: recorded }) => recorded!.position.commit);
    const backwards = (await all(store.client.readAll({ direction: 'backwards', fromPosition: 'end' }))).map(
      ({ event: recorded }) => recorded!.position.commit,
    );
    expect(forwards).toEqual([...new Set(forwards)].sort((a, b) => (a < b ? -1 : 1)));
    expect(backwards).toEqual([...forwards].reverse());
  });

  it('includes the position it starts from forwards, and excludes it backwards', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, events(3));
    const [, second] = await all(store.client.readStream(name));
    const fromPosition = positionOf(second);
    expect(revisions(await all(store.client.readAll({ fromPosition, maxCount: 1 })))).toEqual([1]);
    expect(revisions(await all(store.client.readAll({ fromPosition, direction: 'backwards', maxCount: 1 })))).toEqual([
      0,
    ]);
  });

  it('gives nothing forwards from the end or backwards from the start', async () => {
    expect(await all(store.client.readAll({ fromPosition: 'end' }))).toEqual([]);
    expect(await all(store.client.readAll({ fromPosition: 'start', direction: 'backwards' }))).toEqual([]);
  });

  it('gives nothing forwards from beyond the end, and refuses to go backwards from there', async () => {
    const fromPosition = { commit: 10n ** 12n, prepare: 10n ** 12n };
    expect(await all(store.client.readAll({ fromPosition }))).toEqual([]);
    expect(await failureOf(all(store.client.readAll({ fromPosition, direction: 'backwards' })))).toMatchObject({
      type: 'unknown',
    });
  });

  it('refuses a position whose commit is before its prepare', async () => {
    const fromPosition = { commit: 5n, prepare: 9n };
    expect(await failureOf(all(store.client.readAll({ fromPosition })))).toMatchObject({ type: 'unknown' });
  });

  it('stops when the reader has had enough', async () => {
    await store.client.appendToStream(freshStream(), events(500));
    const reading = store.client.readAll();
    for await (const _ of reading) break;
    expect(reading.destroyed).toBe(true);
  });
});

describe('reading links', () => {
  const link = (revision: number, stream: string) => ({
    ...jsonEvent({ type: '$>', data: {} }),
    contentType: 'application/octet-stream' as const,
    data: Buffer.from(`${revision}@${stream}`),
  });

  it('gives the event a link leads to, and the link', async () => {
    const [target, links] = [`${freshStream()}@home`, freshStream('links')];
    await store.client.appendToStream(target, events(2));
    await store.client.appendToStream(links, [link(1, target), link(7, target), link(0, 'nobody')] as never);
    const resolved = await all(store.client.readStream(links, { resolveLinkTos: true }));
    expect(
      resolved.map(({ event: e, link: l }) => [e?.streamId, e && Number(e.revision), Number(l?.revision)]),
    ).toEqual([
      [target, 1, 0],
      [undefined, undefined, 1],
      [undefined, undefined, 2],
    ]);
    expect(resolved[0]?.commitPosition).toBe(resolved[0]?.link?.position?.commit);
    const plain = await all(store.client.readStream(links));
    expect(plain.map(({ event: e, link: l }) => [e?.type, l])).toEqual(Array(3).fill(['$>', undefined]));
  });

  it('takes a link without a revision for an event', async () => {
    const links = freshStream('links');
    await store.client.appendToStream(links, { ...link(0, ''), data: Buffer.from('x@y') });
    const [got] = await all(store.client.readStream(links, { resolveLinkTos: true }));
    expect([got?.event?.type, got?.link]).toEqual(['$>', undefined]);
  });

  it('does not lead into a deleted stream', async () => {
    const [target, links] = [freshStream(), freshStream('links')];
    await store.client.appendToStream(target, event());
    await store.client.appendToStream(links, link(0, target));
    await store.client.tombstoneStream(target);
    const [got] = await all(store.client.readStream(links, { resolveLinkTos: true }));
    expect([got?.event, got?.link?.type]).toEqual([undefined, '$>']);
  });
});
