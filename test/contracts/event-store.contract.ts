import { randomUUID } from 'node:crypto';
import {
  AppendTooLarge,
  StoreUnavailable,
  type AppendResult,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  type SubscriptionOptions,
} from '../../src/application/ports/event-store.js';
import type { JsonObject } from '../../src/domain/kernel/json.js';
import { eventually } from '../support/eventually.js';
import { examples } from '../support/examples.js';

/** Each call is one more client of the same log. */
export type OpenClient = () => Promise<EventStore>;

/**
 * Every sentence of the port.
 * @param openLog called for each test; the log may hold anything else beside what the test writes
 */
export function describeEventStore(openLog: () => Promise<OpenClient>): void {
  let open: OpenClient;
  let store: EventStore;
  /** Nobody else's streams begin with it. */
  let prefix: string;
  const opened: EventStore[] = [];

  const openOne = async (): Promise<EventStore> => {
    const one = await open();
    opened.push(one);
    return one;
  };

  beforeEach(async () => {
    prefix = `contract${randomUUID().slice(0, 8)}`;
    open = await openLog();
    store = await openOne();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  const streamNamed = (name: string) => `${prefix}-${name}`;
  const event = (data: JsonObject = { n: 0 }, overrides: Partial<NewEvent> = {}): NewEvent => ({
    id: randomUUID(),
    type: 'Noted',
    data,
    metadata: examples.metadata(),
    ...overrides,
  });
  const numbered = (count: number): NewEvent[] => Array.from({ length: count }, (_, n) => event({ n }));
  const numbersOf = (events: readonly RecordedEvent[]) => events.map(({ data }) => data['n']);
  const all = { max: 10_000 };

  async function wrote(result: Promise<AppendResult>) {
    const outcome = await result;
    if (outcome.type !== 'Appended') throw new Error(`expected to have written, got ${outcome.type}`);
    return outcome;
  }

  async function collect(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    for await (const each of events) found.push(each);
    return found;
  }

  describe('appending', () => {
    it('begins a stream that does not exist at revision 0', async () => {
      const { revision, position } = await wrote(store.append(streamNamed('a'), 'none', [event()]));
      expect(revision).toBe(0n);
      expect(position).toBeGreaterThan(0n);
    });

    it('answers with the revision and position of the last event', async () => {
      const { revision, position } = await wrote(store.append(streamNamed('a'), 'none', numbered(3)));
      const [last] = await store.readBackwards(streamNamed('a'), { max: 1 });
      expect({ revision, position }).toEqual({ revision: 2n, position: last?.position });
      expect(last?.revision).toBe(2n);
    });

    it('goes on from the exact revision', async () => {
      await store.append(streamNamed('a'), 'none', [event({ n: 0 }), event({ n: 1 })]);
      expect((await wrote(store.append(streamNamed('a'), 1n, [event({ n: 2 })]))).revision).toBe(2n);
      expect(numbersOf(await store.readForwards(streamNamed('a'), all))).toEqual([0, 1, 2]);
    });

    it.each<[string, 'none' | bigint]>([
      ['the stream was to be new', 'none'],
      ['somebody wrote since', 0n],
      ['the revision has not been reached', 2n],
      ['the revision is far off', 99n],
    ])('is a conflict that keeps nothing when %s', async (_, expected) => {
      await store.append(streamNamed('a'), 'none', numbered(2));
      expect(await store.append(streamNamed('a'), expected, numbered(2))).toEqual({ type: 'Conflict' });
      expect(await store.readForwards(streamNamed('a'), all)).toHaveLength(2);
    });

    it('is a conflict when the stream was to exist and does not', async () => {
      expect(await store.append(streamNamed('a'), 0n, [event()])).toEqual({ type: 'Conflict' });
      expect(await store.readForwards(streamNamed('a'), all)).toEqual([]);
    });

    it.each(['none', 0n] as const)('lets exactly one of 50 win at revision %s', async (expected) => {
      const others = await Promise.all([openOne(), openOne()]);
      if (expected === 0n) await store.append(streamNamed('a'), 'none', [event({ n: -1 })]);
      const contenders = Array.from({ length: 50 }, (_, n) => ({
        by: [store, ...others][n % 3] ?? store,
        event: event({ n }),
      }));
      const results = await Promise.all(
        contenders.map((each) => each.by.append(streamNamed('a'), expected, [each.event])),
      );
      const winners = results.flatMap(({ type }, n) => (type === 'Appended' ? [n] : []));
      expect(winners).toHaveLength(1);
      const [newest] = await store.readBackwards(streamNamed('a'), { max: 1 });
      expect(newest?.revision).toBe(expected === 'none' ? 0n : 1n);
      expect(newest?.data['n']).toBe(winners[0]);
    });

    it('gives positions that only rise, whatever the stream', async () => {
      const positions: bigint[] = [];
      for (const name of ['a', 'b', 'c']) {
        positions.push((await wrote(store.append(streamNamed(name), 'none', numbered(2)))).position);
      }
      const inLog = (await collect(store.readAll({ streamPrefixes: [prefix] }))).map(({ position }) => position);
      expect(new Set(inLog).size).toBe(6);
      expect(inLog).toEqual([...inLog].sort((one, other) => (one < other ? -1 : 1)));
      expect(positions).toEqual([inLog[1], inLog[3], inLog[5]]);
    });

    it('does not take an append of nothing', async () => {
      await expect(store.append(streamNamed('a'), 'none', [])).rejects.toThrow(RangeError);
    });
  });

  describe('repeating an append with the same ids at the same revision', () => {
    it('writes nothing and answers like the first time', async () => {
      const events = numbered(3);
      const first = await wrote(store.append(streamNamed('a'), 'none', events));
      expect(await store.append(streamNamed('a'), 'none', events)).toEqual(first);
      expect(await store.readForwards(streamNamed('a'), all)).toHaveLength(3);
    });

    it('does so after others have written more', async () => {
      await store.append(streamNamed('a'), 'none', [event()]);
      const events = numbered(2);
      const first = await wrote(store.append(streamNamed('a'), 0n, events));
      await store.append(streamNamed('a'), 2n, numbered(2));
      expect(await store.append(streamNamed('a'), 0n, events)).toEqual(first);
      expect(await store.readForwards(streamNamed('a'), all)).toHaveLength(5);
    });

    it('does so through another client, and many times at once', async () => {
      const other = await openOne();
      const events = numbered(2);
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, n) => (n % 2 ? store : other).append(streamNamed('a'), 'none', events)),
      );
      expect(new Set(results.map(({ type }) => type))).toEqual(new Set(['Appended']));
      expect(await store.readForwards(streamNamed('a'), all)).toHaveLength(2);
    });

    it('is a conflict when it is only partly the same', async () => {
      const [one, two] = [event({ n: 1 }), event({ n: 2 })];
      await store.append(streamNamed('a'), 'none', [one, two]);
      expect(await store.append(streamNamed('a'), 'none', [one, event()])).toEqual({ type: 'Conflict' });
      expect(await store.append(streamNamed('a'), 'none', [one, two, event()])).toEqual({ type: 'Conflict' });
      expect(await store.readForwards(streamNamed('a'), all)).toHaveLength(2);
    });
  });

  describe('what was written', () => {
    it('is given back whole', async () => {
      const written = event({ nested: { list: [1, 'two', null, { three: true }], empty: {} }, n: -0.5 });
      const before = Date.now();
      const { position } = await wrote(store.append(streamNamed('a'), 'none', [written]));
      const [read] = await store.readForwards(streamNamed('a'), all);
      expect(read).toEqual({
        ...written,
        stream: streamNamed('a'),
        revision: 0n,
        position,
        createdMs: expect.any(Number),
      });
      expect(Math.abs((read?.createdMs ?? 0) - before)).toBeLessThan(60_000);
    });

    it('keeps every script, in names, types, data and metadata', async () => {
      const words = 'Fähre 船 🚀 ﷽ "quoted" \\ \n \u0001 ‮';
      const stream = streamNamed('フェリー-ü🚢');
      const written = event(
        { [words]: words },
        { type: 'Größe測定', metadata: examples.metadata({ actor: { key: words, role: 'x', player: null } }) },
      );
      await wrote(store.append(stream, 'none', [written]));
      const [read] = await store.readForwards(stream, all);
      expect(read).toMatchObject({ ...written, stream });
      expect(await collect(store.readAll({ streamPrefixes: [streamNamed('フェリー')] }))).toEqual([read]);
    });

    it('may be 900 kB in one event, or 500 events at once', async () => {
      const big = event({ text: '船'.repeat(300_000) });
      await wrote(store.append(streamNamed('big'), 'none', [big]));
      expect((await store.readForwards(streamNamed('big'), all))[0]?.data).toEqual(big.data);
      await wrote(store.append(streamNamed('many'), 'none', numbered(500)));
      expect(await store.readForwards(streamNamed('many'), all)).toHaveLength(500);
    });

    it('is at most 1 MiB at a time: more is refused and nothing kept', async () => {
      const halves = [event({ text: 'x'.repeat(600_000) }), event({ text: 'y'.repeat(600_000) })];
      await expect(store.append(streamNamed('a'), 'none', halves)).rejects.toThrow(AppendTooLarge);
      expect(await store.readForwards(streamNamed('a'), all)).toEqual([]);
    });
  });

  describe('reading a stream', () => {
    it('finds no events in one that does not exist', async () => {
      expect(await store.readForwards(streamNamed('a'), all)).toEqual([]);
      expect(await store.readBackwards(streamNamed('a'), all)).toEqual([]);
    });

    it('goes forwards from the beginning, or from a revision on, and no further than asked', async () => {
      await store.append(streamNamed('a'), 'none', numbered(10));
      const forwards = async (options: { from?: bigint; max: number }) =>
        numbersOf(await store.readForwards(streamNamed('a'), options));
      expect(await forwards({ max: 3 })).toEqual([0, 1, 2]);
      expect(await forwards({ from: 7n, max: 100 })).toEqual([7, 8, 9]);
      expect(await forwards({ from: 10n, max: 5 })).toEqual([]);
    });

    it('goes backwards from the end, or from a revision on, and no further than asked', async () => {
      await store.append(streamNamed('a'), 'none', numbered(10));
      const backwards = async (options: { from?: bigint; max: number }) =>
        numbersOf(await store.readBackwards(streamNamed('a'), options));
      expect(await backwards({ max: 3 })).toEqual([9, 8, 7]);
      expect(await backwards({ from: 2n, max: 100 })).toEqual([2, 1, 0]);
      expect(await backwards({ from: 0n, max: 1 })).toEqual([0]);
    });
  });

  describe('reading the whole log', () => {
    it('gives only streams with one of the prefixes, in the order of writing', async () => {
      for (let n = 0; n < 9; n++) await store.append(streamNamed(`${'abc'[n % 3]}${n}`), 'none', [event({ n })]);
      const read = async (...names: string[]) =>
        numbersOf(await collect(store.readAll({ streamPrefixes: names.map(streamNamed) })));
      expect(await read('a', 'c')).toEqual([0, 2, 3, 5, 6, 8]);
      expect(await read('b')).toEqual([1, 4, 7]);
      expect(await read('nowhere')).toEqual([]);
    });

    it('begins after one position and ends with another', async () => {
      await store.append(streamNamed('a'), 'none', numbered(6));
      const events = await store.readForwards(streamNamed('a'), all);
      const at = (n: number) => events[n]?.position ?? 0n;
      const read = async (range: { after?: bigint; upTo?: bigint }) =>
        numbersOf(await collect(store.readAll({ streamPrefixes: [prefix], ...range })));
      expect(await read({ after: at(1), upTo: at(4) })).toEqual([2, 3, 4]);
      expect(await read({ after: at(4) })).toEqual([5]);
      expect(await read({ upTo: at(0) })).toEqual([0]);
      expect(await read({ after: 0n })).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await read({ after: at(5) })).toEqual([]);
      expect(await read({ after: at(3), upTo: at(3) })).toEqual([]);
    });

    it('gives it against its order, from the end or from before a position', async () => {
      for (let n = 0; n < 9; n++) await store.append(streamNamed(`${'abc'[n % 3]}${n}`), 'none', [event({ n })]);
      const written = await collect(store.readAll({ streamPrefixes: [prefix] }));
      const read = async (names: readonly string[], before?: bigint) => {
        const range = before === undefined ? {} : { before };
        return numbersOf(await collect(store.readAllBackwards({ streamPrefixes: names.map(streamNamed), ...range })));
      };
      expect(await read(['a', 'b', 'c'])).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0]);
      expect(await read(['b'])).toEqual([7, 4, 1]);
      expect(await read(['nowhere'])).toEqual([]);
      const at = (n: number) => written[n]?.position ?? 0n;
      expect(await read(['a', 'b', 'c'], at(3))).toEqual([2, 1, 0]);
      expect(await read(['a', 'b', 'c'], at(0))).toEqual([]);
      expect(await read(['a', 'b', 'c'], 0n)).toEqual([]);
      expect(await read(['a', 'b', 'c'], at(8) + 1_000_000_000n)).toHaveLength(9);
      for await (const { data } of store.readAllBackwards({ streamPrefixes: [prefix] })) {
        expect(data['n']).toBe(8);
        break;
      }
    });

    it('can be broken off', async () => {
      await store.append(streamNamed('a'), 'none', numbered(200));
      for await (const { data } of store.readAll({ streamPrefixes: [prefix] })) {
        if (data['n'] === 3) break;
      }
      expect(await store.readForwards(streamNamed('a'), all)).toHaveLength(200);
    });
  });

  describe('a stream that is bounded', () => {
    const bounded = async (name: string, $maxCount: number) => {
      const settings = event({ $maxCount }, { type: '$metadata' });
      await wrote(store.append(`$$${streamNamed(name)}`, 'none', [settings]));
      return settings;
    };

    it('shows its newest events, and goes on counting', async () => {
      await bounded('a', 2);
      await wrote(store.append(streamNamed('a'), 'none', numbered(5)));
      expect(await store.append(streamNamed('a'), 4n, [event({ n: 5 })])).toMatchObject({ revision: 5n });
      expect(numbersOf(await store.readForwards(streamNamed('a'), all))).toEqual([4, 5]);
      expect(numbersOf(await store.readForwards(streamNamed('a'), { from: 1n, max: 1 }))).toEqual([4]);
      expect(numbersOf(await store.readBackwards(streamNamed('a'), all))).toEqual([5, 4]);
      expect(numbersOf(await store.readBackwards(streamNamed('a'), { from: 4n, max: 9 }))).toEqual([4]);
      expect(numbersOf(await store.readBackwards(streamNamed('a'), { from: 3n, max: 9 }))).toEqual([]);
      expect(await store.append(streamNamed('a'), 'none', [event()])).toEqual({ type: 'Conflict' });
    });

    it('is bounded once: the same again is no change, and another bound a conflict', async () => {
      const settings = await bounded('a', 3);
      const name = `$$${streamNamed('a')}`;
      expect(await store.append(name, 'none', [settings])).toMatchObject({ type: 'Appended', revision: 0n });
      expect(await store.append(name, 'none', [event({ $maxCount: 9 }, { type: '$metadata' })])).toEqual({
        type: 'Conflict',
      });
      await wrote(store.append(streamNamed('a'), 'none', numbered(5)));
      expect(await store.readForwards(streamNamed('a'), all)).toHaveLength(3);
    });

    it('may be bounded after it has grown', async () => {
      await wrote(store.append(streamNamed('a'), 'none', numbered(5)));
      await bounded('a', 1);
      expect(numbersOf(await store.readForwards(streamNamed('a'), all))).toEqual([4]);
    });
  });

  it('knows the position of its head', async () => {
    const before = await store.headPosition();
    const { position } = await wrote(store.append(streamNamed('a'), 'none', numbered(2)));
    expect(position).toBeGreaterThan(before);
    expect(await store.headPosition()).toBeGreaterThanOrEqual(position);
  });

  describe('a subscription', () => {
    function follow(options: Partial<SubscriptionOptions> & { readonly by?: EventStore } = {}) {
      const { by = store, ...rest } = options;
      const log = {
        events: [] as RecordedEvent[],
        sizes: [] as number[],
        upTo: [] as bigint[],
        caughtUp: [] as number[],
      };
      const failures: unknown[] = [];
      const subscription = by.subscribe({
        from: 'start',
        streamPrefixes: [prefix],
        async onBatch(events, upTo) {
          log.events.push(...events);
          log.sizes.push(events.length);
          log.upTo.push(upTo);
        },
        onCaughtUp: () => log.caughtUp.push(log.events.length),
        onFailed: (cause) => failures.push(cause),
        ...rest,
      });
      return { subscription, log, failures };
    }

    const caughtUp = (log: { caughtUp: number[] }) => eventually(() => expect(log.caughtUp.length).toBeGreaterThan(0));

    it('from the start delivers what was there, says so, and then what comes', async () => {
      await store.append(streamNamed('a'), 'none', numbered(50));
      const { log } = follow();
      await caughtUp(log);
      expect(log.caughtUp).toEqual([50]);
      await store.append(streamNamed('a'), 49n, [event({ n: 50 })]);
      await eventually(() => expect(log.events).toHaveLength(51));
      expect(log.events).toEqual(await store.readForwards(streamNamed('a'), all));
      expect(log.caughtUp).toEqual([50]);
    });

    it('from a position delivers what lies after it', async () => {
      await store.append(streamNamed('a'), 'none', numbered(10));
      const from = (await store.readForwards(streamNamed('a'), { from: 6n, max: 1 }))[0]?.position ?? 0n;
      const { log } = follow({ from });
      await eventually(() => expect(numbersOf(log.events)).toEqual([7, 8, 9]));
    });

    it('from the end delivers only what comes', async () => {
      await store.append(streamNamed('a'), 'none', numbered(10));
      const { log } = follow({ from: 'end' });
      await caughtUp(log);
      await store.append(streamNamed('a'), 9n, [event({ n: 10 })]);
      await eventually(() => expect(numbersOf(log.events)).toEqual([10]));
    });

    it('delivers only streams with one of the prefixes', async () => {
      const { log } = follow({ streamPrefixes: [streamNamed('a'), streamNamed('c')] });
      for (const [n, name] of ['a1', 'b1', 'c1', 'a2', 'ba', 'c2'].entries()) {
        await store.append(streamNamed(name), 'none', [event({ n })]);
      }
      await eventually(() => expect(numbersOf(log.events)).toEqual([0, 2, 3, 5]));
    });

    it('delivers in the order of the log, while many write', async () => {
      const others = await Promise.all([openOne(), openOne()]);
      const { log } = follow();
      await Promise.all(
        Array.from({ length: 30 }, async (_, n) => {
          const by = [store, ...others][n % 3] ?? store;
          for (let revision = -1n; revision < 4n; revision++) {
            await wrote(by.append(streamNamed(`s${n}`), revision < 0n ? 'none' : revision, [event()]));
          }
        }),
      );
      await eventually(() => expect(log.events).toHaveLength(150));
      expect(log.events).toEqual(await collect(store.readAll({ streamPrefixes: [prefix] })));
    });

    it('never hands over two batches at once, nor an empty one, nor one over the limit', async () => {
      await store.append(streamNamed('a'), 'none', numbered(100));
      const { log, subscription } = follow({ maxBatch: 7, onBatch: slow });
      let inHand = 0;
      let most = 0;
      async function slow(events: readonly RecordedEvent[], upTo: bigint) {
        most = Math.max(most, ++inHand);
        await new Promise((resolve) => setImmediate(resolve));
        log.events.push(...events);
        log.sizes.push(events.length);
        log.upTo.push(upTo);
        inHand--;
      }
      await eventually(() => expect(log.events).toHaveLength(100));
      expect(most).toBe(1);
      expect(Math.max(...log.sizes)).toBeLessThanOrEqual(7);
      expect(Math.min(...log.sizes)).toBeGreaterThan(0);
      expect(numbersOf(log.events)).toEqual(Array.from({ length: 100 }, (_, n) => n));
      await eventually(() => expect(subscription.position).toBeGreaterThanOrEqual(log.upTo.at(-1) ?? 0n));
    });

    it('gathers what waits while a batch is in hand', async () => {
      const { log } = follow({ onBatch: slow });
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      async function slow(events: readonly RecordedEvent[]) {
        log.events.push(...events);
        log.sizes.push(events.length);
        await held;
      }
      await caughtUp(log);
      await store.append(streamNamed('a'), 'none', [event({ n: 0 })]);
      await eventually(() => expect(log.sizes).toEqual([1]));
      for (let n = 1; n <= 20; n++) await store.append(streamNamed('a'), BigInt(n - 1), [event({ n })]);
      await eventually(async () => expect(await store.readForwards(streamNamed('a'), all)).toHaveLength(21));
      release();
      await eventually(() => expect(log.events).toHaveLength(21));
      expect(log.sizes.length).toBeLessThan(21);
    });

    it('says with each batch how far it reaches', async () => {
      await store.append(streamNamed('a'), 'none', numbered(20));
      const { log } = follow({ maxBatch: 6 });
      await eventually(() => expect(log.events).toHaveLength(20));
      let next = 0;
      for (const [i, size] of log.sizes.entries()) {
        const last = log.events[(next += size) - 1];
        expect(log.upTo[i]).toBeGreaterThanOrEqual(last?.position ?? 0n);
        expect(log.upTo[i]).toBeLessThan(log.events[next]?.position ?? 2n ** 63n);
      }
    });

    it('goes on from a checkpoint without losing or doubling an event', async () => {
      await store.append(streamNamed('a'), 'none', numbered(100));
      const seen: RecordedEvent[] = [];
      let checkpoint: bigint | 'start' = 'start';
      while (seen.length < 100) {
        const { failures } = follow({
          from: checkpoint,
          maxBatch: 13,
          async onBatch(events, upTo) {
            seen.push(...events);
            checkpoint = upTo;
            throw new Error('crashed after it was committed');
          },
        });
        await eventually(() => expect(failures).toHaveLength(1));
      }
      expect(numbersOf(seen)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    });

    it('moves its position on though nothing matches', async () => {
      const { subscription, log } = follow({ streamPrefixes: [streamNamed('nobody')] });
      const { position } = await wrote(store.append(streamNamed('a'), 'none', numbered(3)));
      await eventually(() => expect(subscription.position ?? 0n).toBeGreaterThanOrEqual(position));
      expect(log.events).toEqual([]);
    });

    it('is alive until it is stopped', async () => {
      const { subscription } = follow();
      await eventually(() => expect(subscription.alive).toBe(true));
      await subscription.stop();
      expect(subscription.alive).toBe(false);
    });

    it('waits for the batch in hand when it is stopped, and delivers nothing more', async () => {
      await store.append(streamNamed('a'), 'none', numbered(10));
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      let handled = 0;
      const { subscription } = follow({
        maxBatch: 5,
        async onBatch(events) {
          await held;
          handled += events.length;
        },
      });
      await eventually(() => expect(subscription.alive).toBe(true));
      let stopped = false;
      const stopping = subscription.stop().then(() => (stopped = true));
      await store.append(streamNamed('a'), 9n, numbered(10));
      const inHand = handled;
      expect(inHand).toBe(0);
      release();
      await stopping;
      expect(stopped).toBe(true);
      expect(handled).toBeLessThanOrEqual(5);
      const after = handled;
      await store.append(streamNamed('a'), 19n, numbered(1));
      expect(await store.readForwards(streamNamed('a'), all)).toHaveLength(21);
      expect(handled).toBe(after);
    });

    it('ends when its handler throws, without moving its position', async () => {
      await store.append(streamNamed('a'), 'none', numbered(10));
      const { subscription, failures } = follow({
        maxBatch: 4,
        async onBatch(events) {
          if (numbersOf(events).includes(6)) throw new Error('indigestible');
        },
      });
      await eventually(() => expect(failures).toEqual([new Error('indigestible')]));
      expect(subscription.alive).toBe(false);
      const there = await store.readForwards(streamNamed('a'), all);
      expect(subscription.position ?? 0n).toBeLessThan(there[6]?.position ?? 0n);
      await subscription.stop();
    });

    it('does not mind another one', async () => {
      const one = follow();
      const other = follow({ by: await openOne() });
      await store.append(streamNamed('a'), 'none', numbered(5));
      await eventually(() => expect(one.log.events).toHaveLength(5));
      await one.subscription.stop();
      await store.append(streamNamed('a'), 4n, numbered(5));
      await eventually(() => expect(other.log.events).toHaveLength(10));
      expect(one.log.events).toHaveLength(5);
    });

    it('needs a prefix', () => {
      expect(() => follow({ streamPrefixes: [] })).toThrow(RangeError);
    });
  });

  describe('closing', () => {
    it('ends the subscriptions', async () => {
      const subscription = store.subscribe({
        from: 'start',
        streamPrefixes: [prefix],
        onBatch: async () => {},
        onFailed: () => {},
      });
      await eventually(() => expect(subscription.alive).toBe(true));
      await store.close();
      expect(subscription.alive).toBe(false);
    });

    it('makes every later call fail as unavailable, and may be repeated', async () => {
      await store.close();
      await store.close();
      await expect(store.append(streamNamed('a'), 'none', [event()])).rejects.toThrow(StoreUnavailable);
      await expect(store.readForwards(streamNamed('a'), all)).rejects.toThrow(StoreUnavailable);
      await expect(store.readBackwards(streamNamed('a'), all)).rejects.toThrow(StoreUnavailable);
      await expect(store.headPosition()).rejects.toThrow(StoreUnavailable);
      await expect(collect(store.readAll({ streamPrefixes: [prefix] }))).rejects.toThrow(StoreUnavailable);
    });
  });
}
