import esdb, { type Filter } from '@eventstore/db-client';
import fc from 'fast-check';
import { compileExpression } from '../../../src/embedded/eventstore/filter/expression.js';
import { UnsupportedExpression } from '../../../src/embedded/eventstore/filter/expression-syntax.js';
import { eventually } from '../../support/eventually.js';
import { event, events, failureOf, openStore, type Store } from './support.js';

const { streamNameFilter, eventTypeFilter, excludeSystemEvents } = esdb;

describe('a regular expression of a filter', () => {
  const patterns = [
    '^ship-',
    'ship|container',
    '^(ship|task)-[A-Z]{2,4}-\\d+$',
    '^[^\\$].*',
    'a+b*c?',
    '(ab)+$',
    'x{3}',
    'x{2,}y',
    '(a|b)*abb',
    '\\bab\\b',
    '[\\w.-]+@\\w+',
    'a.c',
    '^$',
    '(?:a|)b',
    '\\u0061\\x62',
    'a+?b',
    '(a*)*b',
    '[]a]|\\]',
  ].filter((pattern) => !pattern.startsWith('[]'));

  it.each(patterns)('%s matches what the language itself lets it match', (pattern) => {
    const matches = compileExpression(pattern);
    const native = new RegExp(pattern);
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'abcxyAB1-$@. ship') }),
      fc.constantFrom('ship-AB-1', 'container-7', 'task-ABCD-99', '$system', 'abb', 'aab', 'me@here', ''),
    );
    fc.assert(fc.property(text, (candidate) => matches(candidate) === native.test(candidate)));
  });

  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(a)\\1',
    '(?<name>a)',
    '(a',
    'a)',
    '[a',
    'a**',
    '*',
    'a{3,1}',
    '\\',
    '\\p{L}',
  ])('%s is refused', (pattern) => expect(() => compileExpression(pattern)).toThrow(UnsupportedExpression));

  it('is refused when it is longer than 256 characters, or multiplies to too much', () => {
    expect(() => compileExpression('a'.repeat(257))).toThrow(UnsupportedExpression);
    expect(() => compileExpression('((a{99}){99}){99}')).toThrow(UnsupportedExpression);
    expect(compileExpression('a'.repeat(256))('b')).toBe(false);
  });

  it.each(['(a+)+$', '(a|aa)*$', '(.*)*b', 'a*a*a*a*a*a*$'])('%s cannot be made slow', (pattern) => {
    const startedAt = performance.now();
    compileExpression(pattern)(`${'a'.repeat(5000)}!`);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});

describe('a filtered subscription', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore();
  });
  afterEach(() => store.close());

  const open = (filter: Filter, fromPosition: 'start' | 'end' = 'start') => {
    const subscription = store.client.subscribeToAll({ fromPosition, filter });
    const watched = { types: [] as string[], streams: [] as string[], positions: [] as bigint[], caughtUp: 0 };
    subscription.on('caughtUp', () => (watched.caughtUp += 1));
    subscription.on('data', ({ event: recorded }) => {
      watched.types.push(recorded!.type);
      watched.streams.push(recorded!.streamId);
      watched.positions.push(recorded!.position.commit);
    });
    return { subscription, watched };
  };

  it.each([
    ['by the prefix of the stream', () => streamNameFilter({ prefixes: ['ship-', 'task-'] })],
    ['by an expression on the stream', () => streamNameFilter({ regex: '^(ship|task)-' })],
    ['by the prefix of the type', () => eventTypeFilter({ prefixes: ['Kept'] })],
    ['by an expression on the type', () => eventTypeFilter({ regex: '^Kept' })],
  ])('delivers what passes %s, past and live', async (_, filter) => {
    const write = async (): Promise<void> => {
      await store.client.appendToStream('ship-1', event('KeptA'));
      await store.client.appendToStream('other-1', event('Dropped'));
      await store.client.appendToStream('task-1', event('KeptB'));
    };
    await write();
    const { subscription, watched } = open(filter());
    await eventually(() => expect(watched.caughtUp).toBe(1));
    await write();
    await eventually(() => expect(watched.types).toEqual(['KeptA', 'KeptB', 'KeptA', 'KeptB']));
    await subscription.unsubscribe();
  });

  it('leaves out the events of the system when asked to', async () => {
    await store.client.appendToStream('ship-1', event());
    const { subscription, watched } = open(excludeSystemEvents());
    await eventually(() => expect([watched.caughtUp, ...watched.streams]).toEqual([1, 'ship-1']));
    await subscription.unsubscribe();
  });

  it.each(['past', 'live'])('reports its progress through 384 %s events every 64, once each', async (when) => {
    const checkpoints: bigint[] = [];
    const write = () =>
      Promise.all(Array.from({ length: 8 }, (_, n) => store.client.appendToStream(`other-${n}`, events(48, 'Other'))));
    if (when === 'past') await write();
    const { subscription, watched } = open(
      eventTypeFilter({
        prefixes: ['Kept'],
        maxSearchWindow: 32,
        checkpointInterval: 2,
        checkpointReached: async (_, position) => void checkpoints.push(position.commit),
      }),
    );
    await eventually(() => expect(watched.caughtUp).toBe(1));
    if (when === 'live') await write();
    const last = (await store.client.appendToStream('ship-1', event('Kept'))).position!.commit;
    await eventually(() => expect(watched.positions).toEqual([last]));
    expect([6, 7]).toContain(checkpoints.length);
    expect(checkpoints).toEqual([...new Set(checkpoints)].sort((a, b) => (a < b ? -1 : 1)));
    expect(watched.caughtUp).toBe(1);
    await subscription.unsubscribe();
  });

  it('can be taken up again at a checkpoint without loss', async () => {
    let checkpoint: { commit: bigint; prepare: bigint } | undefined;
    await store.client.appendToStream('other-1', events(100));
    const first = open(
      streamNameFilter({
        prefixes: ['ship-'],
        checkpointReached: async (_, position) => void (checkpoint = position),
      }),
    );
    await eventually(() => expect(first.watched.caughtUp).toBe(1));
    await first.subscription.unsubscribe();
    await store.client.appendToStream('ship-1', events(3));
    const again = store.client.subscribeToAll({
      fromPosition: checkpoint!,
      filter: streamNameFilter({ prefixes: ['ship-'] }),
    });
    const seen: number[] = [];
    again.on('data', ({ event: recorded }) => seen.push(Number(recorded!.revision)));
    await eventually(() => expect(seen).toEqual([0, 1, 2]));
    await again.unsubscribe();
  });

  it('is refused with a reason when its expression cannot be matched in linear time', async () => {
    const { subscription } = open(streamNameFilter({ regex: '^(?!ship)' }));
    const failure = await failureOf(new Promise((_, reject) => subscription.once('error', reject)));
    expect(failure).toMatchObject({ code: 3 });
    expect(String(failure['message'])).toContain('regular expression');
  });
});
