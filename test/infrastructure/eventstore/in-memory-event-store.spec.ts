import { InMemoryEventStore } from '../../../src/infrastructure/eventstore/in-memory-event-store.js';
import { describeEventStore } from '../../contracts/event-store.contract.js';
import { examples } from '../../support/examples.js';

describe('the event store in memory', () => {
  describeEventStore(async () => {
    const store = new InMemoryEventStore();
    return async () => store;
  });

  const noted = () => [examples.newEvent(examples.player.registered())];

  it('tells the time it is given', async () => {
    const store = new InMemoryEventStore(() => 42);
    await store.append('player-1', 'none', noted());
    expect((await store.readForwards('player-1', { max: 1 }))[0]?.createdMs).toBe(42);
  });

  it('keeps what was written, not the object it came in', async () => {
    const store = new InMemoryEventStore();
    const [event] = noted();
    if (event === undefined) throw new Error('no event');
    await store.append('player-1', 'none', [event]);
    Object.assign(event.data, { agentSymbol: 'PIRATE' });
    expect((await store.readForwards('player-1', { max: 1 }))[0]?.data['agentSymbol']).toBe('COOPER');
  });

  it.each([
    { written: false, kept: 0 },
    { written: true, kept: 1 },
  ])('fails once when told to, with written: $written', async ({ written, kept }) => {
    const store = new InMemoryEventStore();
    store.failNextAppend(new Error('no answer'), { written });
    await expect(store.append('player-1', 'none', noted())).rejects.toThrow('no answer');
    expect(await store.readForwards('player-1', { max: 9 })).toHaveLength(kept);
    expect((await store.append('player-1', 'none', noted())).type).toBe('Appended');
  });
});
