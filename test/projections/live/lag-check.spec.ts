import { lagCountedTo } from '../../../src/application/ports/views.js';
import { InMemoryEventStore } from '../../../src/infrastructure/eventstore/in-memory-event-store.js';
import { LagCheck } from '../../../src/projections/live/lag-check.js';
import { players } from '../../../src/projections/players/players.js';
import { examples } from '../../support/examples.js';
import { Writer } from '../support/history.js';

const { player, container } = examples;

describe('the comparison of a view with the head of the log', () => {
  let nowMs: number;
  let store: InMemoryEventStore;
  let writer: Writer;
  let check: LagCheck;
  const registered = (id: number) => player.registered({ player: id });
  const others = (count: number) =>
    Array.from({ length: count }, (_, index) => container.created({ containerId: `c-${nowMs}-${index}` }));

  beforeEach(() => {
    nowMs = 1_000;
    store = new InMemoryEventStore(() => nowMs);
    writer = new Writer(store);
    const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: () => Promise.resolve() };
    check = new LagCheck(players, store, clock);
  });

  it('finds a view that reflects the head level with it', async () => {
    await writer.write(registered(1));
    expect(await check.look(1n, 1_000)).toEqual({
      head: 1n,
      lagEvents: 0,
      lagMs: 0,
      waiting: false,
      level: 1n,
      currentAtMs: 1_000,
    });
  });

  it('finds it level too when nothing behind concerns it', async () => {
    await writer.write(registered(1), ...others(5));
    expect(await check.look(1n, 1_000)).toMatchObject({ head: 6n, level: 6n, waiting: false, currentAtMs: 1_000 });
  });

  it('counts what waits in a view that stands still, and how long the first of it has waited', async () => {
    await writer.write(registered(1));
    nowMs = 5_000;
    await writer.write(...others(2), registered(2), registered(3));
    nowMs = 9_000;
    expect(await check.look(1n, 1_000)).toEqual({
      head: 5n,
      lagEvents: 2,
      lagMs: 4_000,
      waiting: true,
      level: null,
      currentAtMs: null,
    });
  });

  it('looks through a bounded stretch, and goes on there the next time', async () => {
    await writer.write(...others(lagCountedTo + 10), registered(1));
    const first = await check.look(null, null);
    expect(first).toMatchObject({ waiting: false, level: BigInt(lagCountedTo), currentAtMs: null });
    await check.look(first.level, null);
    expect(await check.look(first.level, null)).toMatchObject({ waiting: true, lagEvents: 1, level: null });
  });

  it('does not look after a view that moves, and knows by its moving from when it is', async () => {
    await writer.write(...[1, 2, 3, 4].map(registered));
    await check.look(1n, 1_000);
    nowMs = 3_000;
    await writer.write(registered(5));
    expect(await check.look(2n, 1_000)).toMatchObject({
      lagEvents: null,
      lagMs: 2_000,
      waiting: false,
      currentAtMs: null,
    });
    nowMs = 4_000;
    // The head of the first look is reached: nothing that was written before that instant is missing.
    expect(await check.look(4n, 1_000)).toMatchObject({ level: 4n, waiting: false, currentAtMs: 1_000 });
  });
});
