import { acquire } from '../../../src/domain/lease/granting.js';
import { lease } from '../../../src/domain/lease/lease.js';
import { resource } from '../../../src/domain/lease/resource.js';

const ask = {
  resource: resource('task', 'main', '999'),
  holder: { kind: 'agent', id: 'session-7', attempt: 1 },
  operation: 'task',
  ttlMs: 1_800_000,
  adoptsObligations: false,
  nowMs: 1_000,
} as const;
const process = { host: 'box', pid: 4_242, mark: { machine: 'boot-1', began: '77' } };

describe('what a holder says of itself', () => {
  it('stands in the grant and in the hold, and is carried into the next chapter', () => {
    const { outcome, events } = acquire({ ...ask, owner: 'test_ai', process }, lease.initial);
    expect(outcome).toMatchObject({ type: 'Granted', hold: { owner: 'test_ai', process } });
    const state = events.reduce(lease.evolve, lease.initial);
    expect(state.hold).toMatchObject({ holder: ask.holder, owner: 'test_ai', process });
    const chapter = lease.chapterOf(state, 2_000);
    expect(chapter && lease.evolve(lease.initial, chapter)).toEqual(state);
  });

  it('is evidence only: the same session under another process has the lease already', () => {
    const state = acquire({ ...ask, process }, lease.initial).events.reduce(lease.evolve, lease.initial);
    const again = acquire({ ...ask, process: { ...process, pid: 5_000 }, nowMs: 3_000 }, state);
    expect(again.outcome).toMatchObject({ type: 'Granted', already: true, hold: { token: 1, process } });
    expect(again.events).toEqual([]);
  });

  it('is absent where the holder says nothing', () => {
    const [granted] = acquire(ask, lease.initial).events;
    expect(granted).toBeDefined();
    expect(Object.keys(granted ?? {})).not.toEqual(expect.arrayContaining(['owner']));
  });
});
