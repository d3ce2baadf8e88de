import { systemContext } from '../../../src/application/command-context.js';
import { MarketStreams } from '../../../src/application/registry/market-streams.js';
import { StoreUnavailable, type EventStore, type RecordedEvent } from '../../../src/application/ports/event-store.js';
import { scansKept } from '../../../src/domain/market/market.js';
import { InMemoryEventStore } from '../../../src/infrastructure/eventstore/in-memory-event-store.js';
import { uuids } from '../../../src/infrastructure/ids.js';

const contextOf = () => systemContext(uuids, 'test', 'test');
const settings = '$$market-X1-A1';
const read = (store: EventStore) => store.readForwards(settings, { max: 9 });

describe('the stream of a market', () => {
  it('is bounded before its first scan, once, by however many processes and commands', async () => {
    const store = new InMemoryEventStore();
    const [one, other] = [new MarketStreams(store, uuids), new MarketStreams(store, uuids)];
    for (const streams of [one, one, other]) await streams.bound('X1-A1', contextOf());
    expect((await read(store)).map(({ type, data }) => ({ type, data }))).toEqual([
      { type: '$metadata', data: { $maxCount: scansKept } },
    ]);
  });

  it('keeps the bound that somebody else gave it', async () => {
    const store = new InMemoryEventStore();
    await new MarketStreams(store, uuids).bound('X1-A2', contextOf());
    const [{ id, type, metadata }] = (await store.readForwards('$$market-X1-A2', { max: 1 })) as [RecordedEvent];
    await store.append(settings, 'none', [{ id, type, metadata, data: { $maxCount: 7 } }]);
    await new MarketStreams(store, uuids).bound('X1-A1', contextOf());
    expect((await read(store)).map(({ data }) => data)).toEqual([{ $maxCount: 7 }]);
  });

  it('is bounded with a later scan when the log could not be reached', async () => {
    const store = new InMemoryEventStore();
    const streams = new MarketStreams(store, uuids);
    store.failNextAppend(new StoreUnavailable('away'));
    await streams.bound('X1-A1', contextOf());
    expect(await read(store)).toEqual([]);
    await streams.bound('X1-A1', contextOf());
    expect(await read(store)).toHaveLength(1);
  });
});
