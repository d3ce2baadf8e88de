import type { AllStreamSubscription, StreamSubscription } from '@eventstore/db-client';
import { eventually } from '../../support/eventually.js';
import { event, events, failureOf, freshStream, jsonEvent, openStore, type Store } from './support.js';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

/** What a subscription has delivered so far, in order. */
function watch(subscription: AllStreamSubscription | StreamSubscription) {
  const watched = { seen: [] as string[], caughtUp: 0, confirmed: 0, failures: [] as Record<string, unknown>[] };
  subscription.on('confirmation', () => (watched.confirmed += 1));
  subscription.on('caughtUp', () => {
    watched.caughtUp += 1;
    watched.seen.push('caught up');
  });
  subscription.on('data', ({ event: recorded, link }) => {
    const shown = recorded ?? link!;
    if (!shown.streamId.startsWith('$$') || shown.type !== '$metadata')
      watched.seen.push(`${shown.streamId}/${shown.revision}`);
  });
  subscription.on('error', (failure) => watched.failures.push(failure as never));
  return watched;
}

const keys = (stream: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `${stream}/${from + n}`);

describe('a subscription to a stream', () => {
  it('delivers the past, says once that it has caught up, and goes on live', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, events(300));
    const subscription = store.client.subscribeToStream(name);
    const watched = watch(subscription);
    await eventually(() => expect(watched.caughtUp).toBe(1));
    await store.client.appendToStream(name, events(10));
    await eventually(() => expect(watched.seen).toHaveLength(311));
    expect(watched.seen).toEqual([...keys(name, 0, 299), 'caught up', ...keys(name, 300, 309)]);
    expect([watched.confirmed, watched.caughtUp]).toEqual([1, 1]);
    await subscription.unsubscribe();
  });

  it('begins after the revision it is given', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, events(5));
    const subscription = store.client.subscribeToStream(name, { fromRevision: 2n });
    const watched = watch(subscription);
    await eventually(() => expect(watched.seen).toEqual([...keys(name, 3, 4), 'caught up']));
    await subscription.unsubscribe();
  });

  it('begins with what is appended next when it begins at the end', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, events(5));
    const subscription = store.client.subscribeToStream(name, { fromRevision: 'end' });
    const watched = watch(subscription);
    await eventually(() => expect(watched.caughtUp).toBe(1));
    await store.client.appendToStream(name, event());
    await eventually(() => expect(watched.seen).toEqual(['caught up', `${name}/5`]));
    await subscription.unsubscribe();
  });

  it('skips what lies before a revision that is yet to come', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, events(2));
    const subscription = store.client.subscribeToStream(name, { fromRevision: 3n });
    const watched = watch(subscription);
    await eventually(() => expect(watched.caughtUp).toBe(1));
    await store.client.appendToStream(name, events(4));
    await eventually(() => expect(watched.seen).toEqual(['caught up', ...keys(name, 4, 5)]));
    await subscription.unsubscribe();
  });

  it('waits for a stream that is not there yet, or was soft-deleted', async () => {
    const [missing, deleted] = [freshStream(), freshStream()];
    await store.client.appendToStream(deleted, events(3));
    await store.client.deleteStream(deleted);
    const subscriptions = [missing, deleted].map((name) => store.client.subscribeToStream(name));
    const watched = subscriptions.map(watch);
    await eventually(() => expect(watched.map(({ caughtUp }) => caughtUp)).toEqual([1, 1]));
    for (const name of [missing, deleted]) await store.client.appendToStream(name, event());
    await eventually(() =>
      expect(watched.map(({ seen }) => seen.slice(1))).toEqual([[`${missing}/0`], [`${deleted}/3`]]),
    );
    for (const subscription of subscriptions) await subscription.unsubscribe();
  });

  it('delivers only what is visible of the past', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, events(9));
    await store.client.setStreamMetadata(name, { maxCount: 2 });
    const subscription = store.client.subscribeToStream(name);
    const watched = watch(subscription);
    await eventually(() => expect(watched.seen).toEqual([...keys(name, 7, 8), 'caught up']));
    await subscription.unsubscribe();
  });

  it('is refused when the stream is tombstoned', async () => {
    const name = freshStream();
    await store.client.tombstoneStream(name);
    const watched = watch(store.client.subscribeToStream(name));
    await eventually(() => expect(watched.failures[0]).toMatchObject({ type: 'stream-deleted', streamName: name }));
    expect(watched.confirmed).toBe(0);
  });

  it('delivers the tombstone as its last event', async () => {
    const name = freshStream();
    await store.client.appendToStream(name, event());
    const watched = watch(store.client.subscribeToStream(name));
    await eventually(() => expect(watched.caughtUp).toBe(1));
    await store.client.tombstoneStream(name);
    await eventually(() => expect(watched.failures[0]).toMatchObject({ type: 'stream-deleted', streamName: name }));
    expect(watched.seen).toEqual([`${name}/0`, 'caught up', `${name}/9223372036854775807`]);
  });

  it('resolves links in the past and live', async () => {
    const [target, links] = [freshStream(), freshStream('links')];
    const link = (revision: number) => ({
      ...jsonEvent({ type: '$>', data: {} }),
      contentType: 'application/octet-stream',
      data: Buffer.from(`${revision}@${target}`),
    });
    await store.client.appendToStream(target, events(2));
    await store.client.appendToStream(links, link(0) as never);
    const subscription = store.client.subscribeToStream(links, { resolveLinkTos: true });
    const watched = watch(subscription);
    await eventually(() => expect(watched.caughtUp).toBe(1));
    await store.client.appendToStream(links, link(1) as never);
    await eventually(() => expect(watched.seen).toEqual([`${target}/0`, 'caught up', `${target}/1`]));
    await subscription.unsubscribe();
  });
});

describe('a subscription to the whole log', () => {
  it('delivers everything once, in the order of the log, while others write', async () => {
    const subscription = store.client.subscribeToAll({ fromPosition: 'start' });
    const positions: bigint[] = [];
    subscription.on('data', ({ event: recorded }) => positions.push(recorded!.position.commit));
    const names = Array.from({ length: 8 }, () => freshStream());
    await Promise.all(
      names.map(async (name) => {
        for (let n = 0; n < 40; n++) await store.client.appendToStream(name, events(2));
      }),
    );
    const last = (await store.client.appendToStream(freshStream(), event())).position!.commit;
    await eventually(() => expect(positions.at(-1)).toBe(last));
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => (a < b ? -1 : 1)));
    const read: bigint[] = [];
    for await (const { event: recorded } of store.client.readAll()) read.push(recorded!.position.commit);
    expect(positions).toEqual(read);
    await subscription.unsubscribe();
  });

  it('goes on where an earlier one stopped, without loss or repetition', async () => {
    const name = freshStream();
    const seen: string[] = [];
    let fromPosition = (await store.client.appendToStream(freshStream(), event())).position!;
    for (let round = 0; round < 5; round++) {
      const writing = Array.from({ length: 20 }, () => store.client.appendToStream(name, event()));
      const subscription = store.client.subscribeToAll({ fromPosition });
      const enough = seen.length + 7;
      for await (const { event: recorded } of subscription) {
        seen.push(`${recorded!.streamId}/${recorded!.revision}`);
        fromPosition = recorded!.position;
        if (seen.length >= enough) break;
      }
      await subscription.unsubscribe();
      await Promise.all(writing);
    }
    expect(seen).toEqual(keys(name, 0, 34));
  });

  it('begins with what is appended next when it begins at the end', async () => {
    const name = freshStream();
    const subscription = store.client.subscribeToAll({ fromPosition: 'end' });
    const watched = watch(subscription);
    await eventually(() => expect(watched.caughtUp).toBe(1));
    await store.client.appendToStream(name, event());
    await eventually(() => expect(watched.seen).toEqual(['caught up', `${name}/0`]));
    await subscription.unsubscribe();
  });

  it('loses nothing for a reader that is slower than the writers', async () => {
    const quiet = await openStore();
    const subscription = quiet.client.subscribeToAll({ fromPosition: 'end' });
    const watched = watch(subscription);
    await eventually(() => expect(watched.caughtUp).toBe(1));
    subscription.pause();
    const text = 'x'.repeat(12_000);
    for (let n = 0; n < 25; n++)
      await quiet.client.appendToStream(
        'slow-1',
        Array.from({ length: 40 }, (_, i) => event('Big', { n, i, text })),
      );
    subscription.resume();
    await eventually(() => expect(watched.seen.filter((key) => key !== 'caught up')).toHaveLength(1000), 20_000);
    expect(watched.seen.filter((key) => key !== 'caught up')).toEqual(keys('slow-1', 0, 999));
    await subscription.unsubscribe();
    await quiet.close();
  });

  it('is asked for with a position whose commit is before its prepare, and refused', async () => {
    const subscription = store.client.subscribeToAll({ fromPosition: { commit: 1n, prepare: 2n } });
    const failure = await failureOf(new Promise((_, reject) => subscription.once('error', reject)));
    expect(failure['type']).toBe('unknown');
  });
});
