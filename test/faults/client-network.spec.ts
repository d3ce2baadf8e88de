import { randomUUID } from 'node:crypto';
import {
  OutcomeUnknown,
  StoreUnavailable,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
} from '../../src/application/ports/event-store.js';
import { busy } from '../support/busy.js';
import { startEventStore, type RunningEventStore } from '../../src/embedded/eventstore/server.js';
import { connectEventStore } from '../../src/infrastructure/eventstore/connect.js';
import { examples } from '../support/examples.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const deadlineMs = 600;

const noted = (n: number): NewEvent => ({
  ...examples.newEvent(examples.player.registered()),
  id: randomUUID(),
  type: 'Noted',
  data: { n },
});
const oneToN = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a line to the event store that', () => {
  let server: RunningEventStore;
  let proxy: TcpProxy;
  let store: EventStore;
  let direct: EventStore;

  beforeAll(async () => (server = await startEventStore({ memory: true })));
  afterAll(() => server.stop());
  beforeEach(async () => {
    proxy = await startTcpProxy(server.port);
    store = connectEventStore(`esdb://127.0.0.1:${proxy.port}?tls=false`, { deadlineMs });
    direct = connectEventStore(server.connectionString);
  });
  afterEach(async () => {
    await store.close();
    await direct.close();
    await proxy.close();
  });

  const freshStream = () => `ship-1.${randomUUID()}`;
  const numbersIn = async (stream: string) =>
    (await direct.readForwards(stream, { max: 10_000 })).map(({ data }) => data['n']);

  /** As a command does: an append of unknown outcome is repeated as it was until it is known. */
  async function appendUntilKnown(by: EventStore, stream: string, expected: ExpectedRevision, event: NewEvent) {
    for (let again = 0; again < 20; again++) {
      try {
        return await by.append(stream, expected, [event]);
      } catch (failure) {
        if (!(failure instanceof OutcomeUnknown || failure instanceof StoreUnavailable)) throw failure;
      }
    }
    return 'never known';
  }

  async function appendInTurn(by: EventStore, stream: string, count: number, between: (n: number) => void = () => {}) {
    for (let n = 0; n < count; n++) {
      between(n);
      const result = await appendUntilKnown(by, stream, n === 0 ? 'none' : BigInt(n - 1), noted(n));
      expect(result).toMatchObject({ type: 'Appended', revision: BigInt(n) });
    }
  }

  it('is cut again and again loses and doubles nothing', async () => {
    const stream = freshStream();
    await appendInTurn(store, stream, 60, (n) => {
      if (n % 5 === 4) setImmediate(() => proxy.cut());
    });
    expect(await numbersIn(stream)).toEqual(oneToN(60));
    expect(proxy.connections).toBeGreaterThan(3);
  });

  it('is reset in the middle of a frame loses and doubles nothing', async () => {
    const stream = freshStream();
    proxy.weather.resetAfter = 1111;
    await appendInTurn(store, stream, 20);
    expect(await numbersIn(stream)).toEqual(oneToN(20));
    expect(proxy.connections).toBeGreaterThan(3);
  });

  it('carries one byte at a time is slow, and right', async () => {
    proxy.weather.slice = 1;
    const stream = freshStream();
    await appendInTurn(connectedWith({ deadlineMs: 10_000 }), stream, 5);
    expect(await numbersIn(stream)).toEqual(oneToN(5));
  });

  it('swallows the reply after the append was executed: it is read back over another line', async () => {
    const stream = freshStream();
    await store.append(freshStream(), 'none', [noted(0)]);
    proxy.swallow('replies');
    expect(await store.append(stream, 'none', [noted(0)])).toMatchObject({ type: 'Appended', revision: 0n });
    expect(await numbersIn(stream)).toEqual([0]);
    expect(proxy.connections).toBe(2);
  });

  it('swallows everything is left for another one', async () => {
    const stream = freshStream();
    await store.append(freshStream(), 'none', [noted(0)]);
    proxy.swallow('both');
    expect(await store.append(stream, 'none', [noted(0)])).toMatchObject({ type: 'Appended', revision: 0n });
    const startedAt = performance.now();
    expect(await store.append(stream, 0n, [noted(1)])).toMatchObject({ type: 'Appended', revision: 1n });
    expect(performance.now() - startedAt).toBeLessThan(deadlineMs);
    expect(await numbersIn(stream)).toEqual([0, 1]);
  });

  it('is a black hole for longer than the deadline makes the append end unknown, and its repeat settles it', async () => {
    const stream = freshStream();
    await store.append(freshStream(), 'none', [noted(0)]);
    proxy.weather.blackhole = 'both';
    const event = noted(0);
    const startedAt = performance.now();
    await expect(store.append(stream, 'none', [event])).rejects.toThrow(OutcomeUnknown);
    expect(performance.now() - startedAt).toBeLessThan(2 * deadlineMs + 1500 * busy());
    proxy.weather.blackhole = 'none';
    expect(await appendUntilKnown(store, stream, 'none', event)).toMatchObject({ type: 'Appended', revision: 0n });
    expect(await numbersIn(stream)).toEqual([0]);
  });

  it('breaks under one client does not concern another one in the same process', async () => {
    const [mine, theirs] = [freshStream(), freshStream()];
    const failures: unknown[] = [];
    const theirAppends = (async () => {
      for (let n = 0; n < 100; n++) {
        await direct
          .append(theirs, n === 0 ? 'none' : BigInt(n - 1), [noted(n)])
          .catch((e: unknown) => failures.push(e));
      }
    })();
    await appendInTurn(store, mine, 30, (n) => {
      if (n % 3 === 2) setImmediate(() => proxy.cut());
    });
    await theirAppends;
    expect(failures).toEqual([]);
    expect(await numbersIn(theirs)).toEqual(oneToN(100));
    expect(await numbersIn(mine)).toEqual(oneToN(30));
  });

  it('is there only later is waited for by those who repeat', async () => {
    const stream = freshStream();
    const nobody = connectEventStore('esdb://127.0.0.1:1?tls=false', { deadlineMs });
    await expect(nobody.headPosition()).rejects.toThrow(StoreUnavailable);
    await expect(nobody.append(stream, 'none', [noted(0)])).rejects.toThrow(StoreUnavailable);
    await nobody.close();
  });

  const others: EventStore[] = [];
  afterEach(async () => {
    await Promise.all(others.splice(0).map((other) => other.close()));
  });
  function connectedWith(times: { deadlineMs: number }): EventStore {
    const other = connectEventStore(`esdb://127.0.0.1:${proxy.port}?tls=false`, times);
    others.push(other);
    return other;
  }
});
