import { systemClock } from '../../../src/infrastructure/clock.js';
import { PostgresDatabase } from '../../../src/infrastructure/postgres/postgres-database.js';
import { PostgresWatchTurn } from '../../../src/infrastructure/postgres/watch-turn.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

describe('the turn to watch', () => {
  let room: TestDatabase;
  let database: PostgresDatabase;
  const turns: PostgresWatchTurn[] = [];
  beforeEach(async () => {
    room = await createTestDatabase();
    database = new PostgresDatabase({ url: room.url });
    await database.open();
  });
  afterEach(async () => {
    for (const turn of turns.splice(0)) await turn.stop();
    await database.close();
    await room.drop();
  });

  function started(pid: number, standstillMs = 60_000): PostgresWatchTurn {
    const turn = new PostgresWatchTurn(database, systemClock, { host: 'host-1', pid }, { standbyMs: 20, standstillMs });
    turns.push(turn);
    turn.start(() => undefined);
    return turn;
  }

  it('is one process’s at a time, and says whose', async () => {
    const one = started(1);
    await eventually(() => expect(one.mine).toBe(true));
    const other = started(2);
    await one.looked(1_000, 6_000);
    expect(await other.watcher()).toMatchObject({ pid: 1, runs: 1, lastRunAtMs: 1_000, nextRunAtMs: 6_000 });
    expect(other.mine).toBe(false);
    await one.stop();
    await eventually(() => expect(other.mine).toBe(true));
    await eventually(async () => expect(await one.watcher()).toMatchObject({ pid: 2, runs: 0 }));
  });

  it('is lost with its connection, as when the process dies', async () => {
    const one = started(1);
    await eventually(() => expect(one.mine).toBe(true));
    void one.stop();
    const other = started(2);
    await database.evict('holdfast monitor');
    await eventually(() => expect(other.mine).toBe(true));
  });

  it('is taken from one that has it and no longer looks', async () => {
    const one = started(1);
    await eventually(() => expect(one.mine).toBe(true));
    const other = started(2, 200);
    await eventually(() => expect(other.mine).toBe(true));
    expect(one.mine).toBe(false);
  });
});
