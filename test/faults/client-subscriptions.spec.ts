import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { EventStore, NewEvent, SubscriptionOptions } from '../../src/application/ports/event-store.js';
import { startEventStore, type RunningEventStore } from '../../src/embedded/eventstore/server.js';
import { connectEventStore } from '../../src/infrastructure/eventstore/connect.js';
import { SilentDrop } from '../../src/infrastructure/eventstore/esdb-feed.js';
import { eventually } from '../support/eventually.js';
import { examples } from '../support/examples.js';
import { ScriptedStore } from '../support/scripted-store.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const times = { deadlineMs: 600, watchMs: 100, backoff: { firstMs: 5, longestMs: 50 } };

const noted = (n: number): NewEvent => ({
  ...examples.newEvent(examples.player.registered()),
  id: randomUUID(),
  type: 'Noted',
  data: { n },
});
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

function follow(store: EventStore, options: Partial<SubscriptionOptions> = {}) {
  const seen: unknown[] = [];
  const drops: unknown[] = [];
  const failures: unknown[] = [];
  let caughtUp = 0;
  const subscription = store.subscribe({
    from: 'start',
    streamPrefixes: ['ship-'],
    onBatch: async (events) => void seen.push(...events.map(({ data }) => data['n'])),
    onCaughtUp: () => caughtUp++,
    onDropped: (cause) => drops.push(cause),
    onFailed: (cause) => failures.push(cause),
    ...options,
  });
  return { subscription, seen, drops, failures, caughtUp: () => caughtUp };
}

describe('a subscription over the official client', () => {
  let server: ScriptedStore;
  let store: EventStore;
  let written = 0;

  beforeEach(async () => {
    written = 0;
    server = await ScriptedStore.start();
    store = connectEventStore(server.connectionString, times);
  });
  afterEach(async () => {
    await store.close();
    server.stop();
  });

  async function write(count: number) {
    for (let n = 0; n < count; n++, written++) {
      await store.append('ship-1.A', written === 0 ? 'none' : BigInt(written - 1), [noted(written)]);
    }
  }

  it.each([status.UNAVAILABLE, status.CANCELLED, status.INTERNAL, status.UNKNOWN, status.RESOURCE_EXHAUSTED])(
    'goes on from where it was after status %p',
    async (code) => {
      await write(5);
      const { seen, drops, subscription } = follow(store);
      await eventually(() => expect(seen).toEqual(upTo(5)));
      server.failSubscribers(code);
      await write(5);
      await eventually(() => expect(seen).toEqual(upTo(10)));
      expect(drops).toHaveLength(1);
      expect(subscription.alive).toBe(true);
    },
  );

  it('goes on after a failure in the middle of catching up', async () => {
    await write(20);
    server.subscriptionScripts.push(
      { fail: status.UNAVAILABLE, afterEvents: 3 },
      { fail: status.INTERNAL, afterEvents: 0 },
      { fail: status.UNAVAILABLE, afterEvents: 9 },
    );
    const { seen, drops, caughtUp } = follow(store, { maxBatch: 2 });
    await eventually(() => expect(seen).toEqual(upTo(20)));
    expect(drops.length).toBeGreaterThanOrEqual(3);
    await eventually(() => expect(caughtUp()).toBe(1));
  });

  it('goes on after the server has ended it, and says each time that it has caught up', async () => {
    await write(5);
    const { seen, caughtUp } = follow(store);
    await eventually(() => expect(caughtUp()).toBe(1));
    server.endSubscribers();
    await write(5);
    await eventually(() => expect(seen).toEqual(upTo(10)));
    await eventually(() => expect(caughtUp()).toBe(2));
  });

  it('notices that it hears nothing although the log has grown', async () => {
    await write(5);
    const { seen, drops } = follow(store);
    await eventually(() => expect(seen).toEqual(upTo(5)));
    server.muteSubscribers();
    await write(5);
    await eventually(() => expect(seen).toEqual(upTo(10)));
    expect(drops).toEqual([expect.any(SilentDrop)]);
  });

  it('notices it before the first event too', async () => {
    const { seen, drops, caughtUp } = follow(store, { from: 'end' });
    await eventually(() => expect(caughtUp()).toBe(1));
    server.muteSubscribers();
    await write(3);
    await eventually(() => expect(seen).toEqual(upTo(3)));
    expect(drops).toHaveLength(1);
  });

  it('does not take a log that grows elsewhere for a silent drop', async () => {
    const { drops, seen, subscription } = follow(store, { streamPrefixes: ['container-'] });
    await eventually(() => expect(subscription.alive).toBe(true));
    await write(5);
    await eventually(() => expect(subscription.position).toBe(500n));
    await write(5);
    await eventually(() => expect(subscription.position).toBe(1000n));
    expect([drops, seen]).toEqual([[], []]);
    expect(server.calls.filter((call) => call === 'subscribe')).toHaveLength(1);
  });

  it('does not take a handler that thinks for long for a silent drop', async () => {
    await write(5);
    const seen: unknown[] = [];
    const { drops } = follow(store, {
      async onBatch(events) {
        await new Promise((resolve) => setTimeout(resolve, 5 * times.watchMs));
        seen.push(...events.map(({ data }) => data['n']));
      },
    });
    await write(5);
    await eventually(() => expect(seen).toEqual(upTo(10)));
    expect(drops).toEqual([]);
  });

  it('asks again when it is not confirmed', async () => {
    await write(3);
    server.subscriptionScripts.push('silence');
    const { seen, drops } = follow(store);
    await eventually(() => expect(seen).toEqual(upTo(3)));
    expect(drops).toEqual([expect.any(SilentDrop)]);
  });

  it('can be stopped while the server is mute, and while nobody listens', async () => {
    server.subscriptionScripts.push(...Array.from({ length: 9 }, () => 'silence' as const));
    const one = follow(store).subscription;
    await eventually(() => expect(server.calls).toContain('subscribe'));
    await one.stop();
    const other = connectEventStore('esdb://127.0.0.1:1?tls=false', times);
    const { subscription, drops } = follow(other);
    await eventually(() => expect(drops.length).toBeGreaterThan(2));
    expect(subscription.alive).toBe(false);
    await subscription.stop();
    await other.close();
  });

  it('waits longer each time, with chance in it, while nobody listens', async () => {
    const other = connectEventStore('esdb://127.0.0.1:1?tls=false', {
      ...times,
      backoff: { firstMs: 20, longestMs: 160 },
    });
    const at: number[] = [];
    const { subscription } = follow(other, { onDropped: () => at.push(performance.now()) });
    await eventually(() => expect(at.length).toBeGreaterThanOrEqual(7));
    await subscription.stop();
    await other.close();
    const waits = at.slice(1).map((time, n) => time - (at[n] ?? 0));
    expect(waits[5]).toBeGreaterThan(79);
    expect(waits[0]).toBeLessThan(waits[5] ?? 0);
  });
});

describe('a subscription over a bad line', () => {
  let server: RunningEventStore;
  let proxy: TcpProxy;
  let store: EventStore;
  let direct: EventStore;

  beforeEach(async () => {
    server = await startEventStore({ memory: true });
    proxy = await startTcpProxy(server.port);
    store = connectEventStore(`esdb://127.0.0.1:${proxy.port}?tls=false`, times);
    direct = connectEventStore(server.connectionString);
  });
  afterEach(async () => {
    await store.close();
    await direct.close();
    await proxy.close();
    await server.stop();
  });

  async function write(from: number, to: number, each = 1) {
    for (let n = from; n < to; n += each) {
      const events = Array.from({ length: each }, (_, i) => noted(n + i));
      await direct.append('ship-1.A', n === 0 ? 'none' : BigInt(n - 1), events);
    }
  }

  it('that is cut again and again delivers everything once and in order', async () => {
    const { seen, drops } = follow(store, { maxBatch: 3 });
    for (let n = 0; n < 100; n += 10) {
      await write(n, n + 10);
      proxy.cut();
    }
    await eventually(() => expect(seen).toEqual(upTo(100)));
    expect(drops.length).toBeGreaterThan(0);
  });

  it('that swallows everything without breaking is left for another one', async () => {
    await write(0, 5);
    const { seen, drops } = follow(store);
    await eventually(() => expect(seen).toEqual(upTo(5)));
    proxy.swallow('both');
    await write(5, 10);
    await eventually(() => expect(seen).toEqual(upTo(10)));
    expect(drops.length).toBeGreaterThan(0);
  });

  it('that carries one byte at a time delivers everything', async () => {
    proxy.weather.slice = 1;
    await write(0, 10);
    const patient = connectEventStore(`esdb://127.0.0.1:${proxy.port}?tls=false`, { ...times, deadlineMs: 10_000 });
    const { seen } = follow(patient);
    await eventually(() => expect(seen).toEqual(upTo(10)), 20_000);
    await patient.close();
  });

  it('makes the server wait for a slow handler instead of piling up what it has not taken', async () => {
    const count = 30_000;
    await write(0, count, 1000);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let next = 0;
    let ordered = true;
    const { drops } = follow(store, {
      async onBatch(events) {
        await held;
        for (const { data } of events) ordered &&= data['n'] === next++;
      },
    });
    let before = -1;
    await eventually(
      () => {
        const now = proxy.replied;
        const settled = now > 0 && now === before;
        before = now;
        expect(settled).toBe(true);
      },
      20_000,
      300,
    );
    const whileHeld = proxy.replied;
    release();
    await eventually(() => expect(next).toBe(count), 60_000, 100);
    expect(ordered).toBe(true);
    expect(drops).toEqual([]);
    expect(whileHeld).toBeLessThan(proxy.replied / 10);
  }, 100_000);
});
