import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutcomeUnknown, StoreUnavailable, type NewEvent } from '../../src/application/ports/event-store.js';
import { startEventStore } from '../../src/embedded/eventstore/server.js';
import { connectEventStore } from '../../src/infrastructure/eventstore/connect.js';
import { eventually } from '../support/eventually.js';
import { examples } from '../support/examples.js';

const noted = (n: number): NewEvent => ({
  ...examples.newEvent(examples.player.registered()),
  id: randomUUID(),
  type: 'Noted',
  data: { n },
});

describe('an event store that is started anew', () => {
  it('finds its writers and readers where they were, with nothing lost or doubled', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-restart-'));
    let server = await startEventStore({ dataDir });
    const { port } = server;
    const store = connectEventStore(server.connectionString, {
      deadlineMs: 2_000,
      watchMs: 100,
      backoff: { firstMs: 5, longestMs: 50 },
    });
    const seen: unknown[] = [];
    const subscription = store.subscribe({
      from: 'start',
      streamPrefixes: ['ship-'],
      onBatch: async (events) => void seen.push(...events.map(({ data }) => data['n'])),
      onFailed: (cause) => seen.push(cause),
    });
    const count = 120;
    const writing = (async () => {
      for (let n = 0; n < count;) {
        const event = noted(n);
        for (let known = false; !known;) {
          try {
            const result = await store.append('ship-1.A', n === 0 ? 'none' : BigInt(n - 1), [event]);
            expect(result).toMatchObject({ type: 'Appended', revision: BigInt(n) });
            known = true;
          } catch (failure) {
            if (!(failure instanceof OutcomeUnknown || failure instanceof StoreUnavailable)) throw failure;
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        }
        n++;
      }
    })();
    for (const reached of [20, 50, 80]) {
      await eventually(() => expect(seen.length).toBeGreaterThan(reached));
      await server.stop();
      server = await startEventStore({ dataDir, port });
    }
    await writing;
    const numbers = Array.from({ length: count }, (_, n) => n);
    await eventually(() => expect(seen).toEqual(numbers));
    expect((await store.readForwards('ship-1.A', { max: 1000 })).map(({ data }) => data['n'])).toEqual(numbers);
    expect(subscription.alive).toBe(true);
    await store.close();
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  it('that cannot be discovered is unavailable, and nothing is left unhandled', async () => {
    const store = connectEventStore('kurrentdb+discover://127.0.0.1:1?tls=false&maxDiscoverAttempts=2');
    await expect(store.append('ship-1.A', 'none', [noted(0)])).rejects.toThrow(StoreUnavailable);
    await expect(store.headPosition()).rejects.toThrow(StoreUnavailable);
    await store.close();
  });

  it('needs a connection string that parses', () => {
    expect(() => connectEventStore('postgres://nowhere')).toThrow(/esdb/);
  });
});
