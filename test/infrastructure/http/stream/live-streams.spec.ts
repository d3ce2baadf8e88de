import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import type { NewEvent } from '../../../../src/application/ports/event-store.js';
import { systemClock } from '../../../../src/infrastructure/clock.js';
import { InMemoryEventStore } from '../../../../src/infrastructure/eventstore/in-memory-event-store.js';
import { LiveStreams } from '../../../../src/infrastructure/http/stream/live-streams.js';
import { usualPace, type StreamPace } from '../../../../src/infrastructure/http/stream/pace.js';
import { uuids } from '../../../../src/infrastructure/ids.js';
import { openEventSource } from '../../../support/event-source.js';
import { eventually } from '../../../support/eventually.js';

const metadata: NewEvent['metadata'] = {
  commandId: 'c',
  $correlationId: 'c',
  $causationId: 'c',
  actor: { key: 'k', role: 'r', player: null },
  via: 'test',
  schemaVersion: 1,
};

class CountedStore extends InMemoryEventStore {
  subscriptions = 0;
  opened = 0;
  override subscribe(...args: Parameters<InMemoryEventStore['subscribe']>) {
    const subscription = super.subscribe(...args);
    this.subscriptions += 1;
    this.opened += 1;
    return {
      get position() {
        return subscription.position;
      },
      get alive() {
        return subscription.alive;
      },
      stop: async () => {
        this.subscriptions -= 1;
        await subscription.stop();
      },
    };
  }
}

describe('the clients of the live stream', () => {
  let store: CountedStore;
  let server: Server | undefined;
  let streams: LiveStreams;
  let url: string;
  let waiting: (() => number)[];

  async function serve(pace: Partial<StreamPace> = {}): Promise<void> {
    waiting = [];
    store = new CountedStore();
    streams = new LiveStreams(store, systemClock, { ...usualPace, ...pace });
    server = createServer((request, response) => {
      const after = new URL(request.url ?? '/', 'http://x').searchParams.get('after');
      streams.open({ streamPrefixes: ['ship-'], ...(after !== null && { after: BigInt(after) }) }).then(
        (stream) => {
          waiting.push(() => stream.readableLength + response.writableLength);
          pipeline(stream, response, () => undefined);
        },
        () => response.writeHead(503).end(),
      );
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  let written = 0;
  async function write(count: number, bytes = 10): Promise<void> {
    for (let i = 0; i < count; i++) {
      const stream = `ship-1.S${(written += 1)}`;
      const event = { id: uuids.uuid(), type: 'X', data: { n: written, text: 'x'.repeat(bytes) }, metadata };
      await store.append(stream, 'none', [event]);
    }
  }

  beforeEach(() => (written = 0));
  afterEach(async () => {
    await streams.onModuleDestroy();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    await store.close();
  });

  it('share one subscription to the log, which ends with the last of them', async () => {
    await serve();
    const sources = await Promise.all([1, 2, 3, 4].map(() => openEventSource(url)));
    await write(5);
    await Promise.all(sources.map((source) => source.until(5)));

    expect(store).toMatchObject({ subscriptions: 1, opened: 1 });
    for (const source of sources) source.close();
    await eventually(() => expect(store.subscriptions).toBe(0));
    expect(streams.clients).toBe(0);

    const late = await openEventSource(url);
    await write(1);
    await late.until(1);
    expect(store).toMatchObject({ subscriptions: 1, opened: 2 });
    late.close();
  });

  it('are kept open by comments, which carry the position on', async () => {
    await serve({ heartbeatMs: 20 });
    const source = await openEventSource(url);
    const other = { id: uuids.uuid(), type: 'Y', data: {}, metadata };
    await store.append('system-X1', 'none', [other]);

    await eventually(() => expect(source.text()).toContain(': still here\nid: 1\n\n'));
    expect(source.events).toEqual([]);
    source.close();
  });

  it('cost no memory when they take nothing, and lose nothing when they take it later', async () => {
    await serve({ kept: { events: 64, characters: 1_000_000 }, batch: 16 });
    const slow = await openEventSource(url);
    slow.pause();
    await write(3_000, 4_000);
    const fast = await openEventSource(`${url}?after=0`);
    await fast.until(3_000);
    expect(waiting[0]?.()).toBeLessThan(300_000);

    slow.resume();
    await slow.until(3_000);
    expect(slow.facts().map(({ data }) => data.n)).toEqual(Array.from({ length: 3_000 }, (_, i) => i + 1));
    expect(fast.facts()).toEqual(slow.facts());
    slow.close();
    fast.close();
  });

  it('are cut when they take nothing for too long', async () => {
    await serve({ stalledMs: 200 });
    const stuck = await openEventSource(url);
    stuck.pause();
    await write(500, 60_000);

    await eventually(() => expect(streams.clients).toBe(0));
    stuck.close();
  });

  it('are refused when there are too many', async () => {
    await serve({ mostClients: 2 });
    const two = await Promise.all([1, 2].map(() => openEventSource(url)));

    expect((await openEventSource(url)).status).toBe(503);
    two[0]?.close();
    await eventually(async () => {
      const third = await openEventSource(url);
      expect(third.status).toBe(200);
      third.close();
    });
    two[1]?.close();
  });
});
