import messages from '@eventstore/db-client/generated/streams_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { startEventStore } from '../../../src/embedded/eventstore/server.js';
import { busy } from '../../support/busy.js';
import { eventually } from '../../support/eventually.js';
import { RawClient } from './raw-client.js';
import { all, event, failureOf, openStore } from './support.js';

describe('an event store that is stopped', () => {
  it('ends subscriptions and batches with CANCELLED', async () => {
    const store = await openStore();
    const raw = new RawClient(store.server.port);
    const batch = raw.call('streams.Streams/BatchAppend', [], Infinity);
    let isLive = false;
    const subscription = store.client.subscribeToAll().on('caughtUp', () => (isLive = true));
    const failure = failureOf(new Promise((_, reject) => subscription.once('error', reject)));
    await eventually(() => expect(isLive).toBe(true));
    await store.server.stop();
    expect(await failure).toMatchObject({ type: 'cancelled', code: 1 });
    expect((await batch).status).toBe(1);
    raw.close();
    await store.close();
  });

  it('ends an append that is not complete with UNAVAILABLE', async () => {
    const store = await openStore();
    const raw = new RawClient(store.server.port);
    const options = new messages.AppendReq.Options();
    const stream = new shared.StreamIdentifier();
    stream.setStreamName(Buffer.from('ship-1'));
    options.setStreamIdentifier(stream);
    options.setAny(new shared.Empty());
    const request = new messages.AppendReq();
    request.setOptions(options);
    const appending = raw.call('streams.Streams/Append', [request.serializeBinary()], Infinity);
    await raw.call('server_features.ServerFeatures/GetSupportedMethods', [Buffer.alloc(0)]);
    await store.server.stop();
    expect((await appending).status).toBe(14);
    raw.close();
    await store.close();
  });

  it.each([true, false])('keeps what it has acknowledged (batch append: %s)', async (advertiseBatchAppend) => {
    const store = await openStore({ memory: true, advertiseBatchAppend });
    const seen: number[] = [];
    store.client
      .subscribeToStream('ship-1')
      .on('error', () => undefined)
      .on('data', ({ event: recorded }) => seen.push(Number(recorded!.revision)));
    let acknowledged = -1;
    const writing = (async () => {
      for (;;) acknowledged = Number((await store.client.appendToStream('ship-1', event())).nextExpectedRevision);
    })().catch(() => undefined);
    await eventually(() => expect(acknowledged).toBeGreaterThan(20));
    await store.server.stop();
    await writing;
    await eventually(() => expect(seen.length).toBeGreaterThan(0));
    await store.close();
  });

  it('stops within two seconds though a reader takes nothing', async () => {
    const store = await openStore();
    for (let n = 0; n < 20; n++)
      await store.client.appendToStream('ship-1', event('Big', { text: 'x'.repeat(500_000) }));
    const reading = store.client.readAll();
    reading.on('error', () => undefined);
    await eventually(() => expect(reading.readableLength).toBeGreaterThan(0));
    const startedAt = performance.now();
    await store.server.stop();
    expect(performance.now() - startedAt).toBeLessThan(2000 * busy());
    reading.destroy();
    await store.close();
  });

  it('leaves a client that can go on with the next server on the port', async () => {
    const first = await openStore();
    await first.client.appendToStream('ship-1', event());
    const { port } = first.server;
    await first.server.stop();
    const second = await startEventStore({ memory: true, port });
    await eventually(async () =>
      expect((await first.client.appendToStream('ship-2', event(), { expectedRevision: 'no_stream' })).success).toBe(
        true,
      ),
    );
    expect(await all(first.client.readStream('ship-2'))).toHaveLength(1);
    await second.stop();
    await first.close();
  });

  it('can be asked to stop twice', async () => {
    const store = await openStore();
    await Promise.all([store.server.stop(), store.server.stop()]);
    await store.close();
  });
});
