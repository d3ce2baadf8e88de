import { randomBytes } from 'node:crypto';
import type { EventLog } from '../../../src/embedded/eventstore/log/event-log.js';
import { openMemoryLog } from '../../../src/embedded/eventstore/log/memory-log.js';
import { MetadataCache } from '../../../src/embedded/eventstore/streams/metadata-cache.js';
import { eventRecord } from '../../../src/embedded/eventstore/streams/records.js';
import { StreamReader } from '../../../src/embedded/eventstore/streams/stream-reader.js';
import type { Delivery } from '../../../src/embedded/eventstore/subscriptions/delivery.js';
import { subscribeToAll } from '../../../src/embedded/eventstore/subscriptions/subscribe-to-all.js';
import { subscribeToStream } from '../../../src/embedded/eventstore/subscriptions/subscribe-to-stream.js';

let log: EventLog;
let stop: AbortController;
beforeEach(() => {
  log = openMemoryLog();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await log.close();
});

async function append(count: number, stream = 'ship-1', bytes = 10): Promise<void> {
  for (let n = 0; n < count; n++) {
    const event = {
      id: randomBytes(16),
      type: 'T',
      isJson: true,
      data: Buffer.alloc(bytes),
      metadata: Buffer.alloc(0),
    };
    await log.append([eventRecord(stream, log.head(stream).lastRevision + 1, 0n, event)]);
  }
}

const kinds = {
  'to the whole log': () => subscribeToAll(log, 'start', undefined, stop.signal),
  'to a stream': () =>
    subscribeToStream(log, new StreamReader(log, new MetadataCache(log)), 'ship-1', 'start', stop.signal),
};

/** Takes deliveries until as many records have come; a list of revisions, with a word for having caught up. */
async function take(deliveries: AsyncGenerator<Delivery, void>, records: number): Promise<(number | string)[]> {
  const taken: (number | string)[] = [];
  while (taken.filter((item) => typeof item === 'number').length < records) {
    const { value, done } = await deliveries.next();
    if (done === true) break;
    if (value.type === 'Records') taken.push(...value.records.map(({ revision }) => revision));
    else taken.push(value.type);
  }
  return taken;
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe.each(Object.entries(kinds))('a subscription %s', (_, subscribe) => {
  it.each([20, 3000])('delivers once %d events appended while it reads the past', async (count) => {
    await append(40);
    const deliveries = subscribe();
    const first = await take(deliveries, 1);
    await append(count);
    const rest = await take(deliveries, 40 + count - first.length);
    expect([...first, ...rest]).toEqual(range(0, 39 + count));
    expect((await deliveries.next()).value).toEqual({ type: 'CaughtUp' });
    const live = take(deliveries, 1);
    await new Promise((resolve) => setImmediate(resolve));
    await append(1);
    expect(await live).toEqual([40 + count]);
  });

  it('delivers once what is appended between the end of the past and the first live event', async () => {
    await append(5);
    const deliveries = subscribe();
    expect(await take(deliveries, 5)).toEqual(range(0, 4));
    await deliveries.next();
    await append(3);
    expect(await take(deliveries, 3)).toEqual(range(5, 7));
  });

  it.each([
    ['events', 3000, 10],
    ['bytes', 60, 200_000],
  ])(
    'goes back to the log when too many %s wait for its reader, and says again that it has caught up',
    async (_kind, count, bytes) => {
      await append(1);
      const deliveries = subscribe();
      expect(await take(deliveries, 1)).toEqual([0]);
      expect((await deliveries.next()).value).toEqual({ type: 'CaughtUp' });
      const waiting = take(deliveries, 1);
      await append(1);
      expect(await waiting).toEqual([1]);
      await append(count, 'ship-1', bytes);
      expect(await take(deliveries, count)).toEqual(range(2, count + 1));
      expect((await deliveries.next()).value).toEqual({ type: 'CaughtUp' });
      await append(1);
      expect(await take(deliveries, 1)).toEqual([count + 2]);
    },
  );

  it('ends when it is told to, wherever it is', async () => {
    await append(1);
    const deliveries = subscribe();
    await take(deliveries, 1);
    await deliveries.next();
    const waiting = deliveries.next();
    stop.abort();
    expect((await waiting).done).toBe(true);
  });
});

describe('a filtered subscription', () => {
  it('reports each place in the log once', async () => {
    await append(4);
    const filter = { accepts: () => false, checkpointInterval: 2 };
    const deliveries = subscribeToAll(log, 'start', filter, stop.signal);
    const taken: Delivery[] = [];
    for (let n = 0; n < 3; n++) taken.push((await deliveries.next()).value as Delivery);
    const position = (revision: number) => log.positionOf('ship-1', revision);
    expect(taken).toEqual([
      { type: 'Checkpoint', position: position(1) },
      { type: 'Checkpoint', position: position(3) },
      { type: 'CaughtUp' },
    ]);
    await append(3);
    expect((await deliveries.next()).value).toEqual({ type: 'Checkpoint', position: position(5) });
  });
});
