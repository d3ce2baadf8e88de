import type { Heartbeat } from '../../../src/application/ports/heartbeats.js';
import { DatabaseUnavailable } from '../../../src/application/ports/views.js';
import { PostgresHeartbeats } from '../../../src/infrastructure/postgres/heartbeats.js';
import { PostgresDatabase } from '../../../src/infrastructure/postgres/postgres-database.js';
import { eventually } from '../../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const heartbeat = (overrides: Partial<Heartbeat> = {}): Heartbeat => ({
  subject: 'ship-1.COOPER-2',
  attempt: 1,
  token: 1,
  sequence: 1,
  cursor: { lap: 3 },
  quietUntilMs: null,
  atMs: 1_768_478_400_000,
  ...overrides,
});

describe('heartbeats', () => {
  let room: TestDatabase;
  let database: PostgresDatabase;
  const open: PostgresHeartbeats[] = [];
  const never = 1_000_000;
  const instance = (intervalMs = never) => {
    const heartbeats = new PostgresHeartbeats(database, intervalMs);
    open.push(heartbeats);
    return heartbeats;
  };

  beforeEach(async () => {
    room = await createTestDatabase();
    database = new PostgresDatabase({ url: room.url });
  });
  afterEach(async () => {
    for (const heartbeats of open.splice(0)) await heartbeats.close();
    await database.close();
    await room.drop();
  });

  it('are known here at once, and elsewhere once they were written', async () => {
    const [here, there] = [instance(), instance()];
    here.record(heartbeat());
    expect(await here.latest()).toEqual([heartbeat()]);
    expect(await there.latest()).toEqual([]);
    await here.flush();
    expect(await there.latest()).toEqual([heartbeat()]);
  });

  it('are written by themselves after a while', async () => {
    const [here, there] = [instance(5), instance()];
    here.record(heartbeat({ quietUntilMs: 1_768_478_460_000, cursor: null }));
    await eventually(async () =>
      expect(await there.latest()).toEqual([heartbeat({ quietUntilMs: 1_768_478_460_000, cursor: null })]),
    );
  });

  it.each([
    ['an older heartbeat of the same token', heartbeat({ token: 2, sequence: 4 })],
    ['a later heartbeat of an older token', heartbeat({ token: 1, sequence: 99 })],
    ['the same heartbeat', heartbeat({ token: 2, sequence: 5, cursor: 'late' })],
  ])('are not set back by %s', async (_what, late) => {
    const [here, there] = [instance(), instance()];
    const newest = heartbeat({ token: 2, sequence: 5 });
    here.record(newest);
    here.record(late);
    expect(await here.latest()).toEqual([newest]);
    await here.flush();
    there.record(late);
    expect(await there.latest()).toEqual([newest]);
    await there.flush();
    expect(await here.latest()).toEqual([newest]);
  });

  it('begin anew with a new token', async () => {
    const here = instance();
    here.record(heartbeat({ sequence: 50 }));
    await here.flush();
    here.record(heartbeat({ token: 2, attempt: 2, sequence: 1 }));
    await here.flush();
    expect(await here.latest()).toEqual([heartbeat({ token: 2, attempt: 2, sequence: 1 })]);
  });

  it('of a lease that is over are forgotten', async () => {
    const [here, there] = [instance(), instance()];
    here.record(heartbeat());
    here.record(heartbeat({ subject: 'ship-1.COOPER-3' }));
    await here.flush();
    here.record(heartbeat({ sequence: 2 }));
    here.forget('ship-1.COOPER-2');
    expect((await here.latest()).map(({ subject }) => subject)).toEqual(['ship-1.COOPER-3']);
    await here.flush();
    expect((await there.latest()).map(({ subject }) => subject)).toEqual(['ship-1.COOPER-3']);
  });

  it('that PostgreSQL will never take do not hold up the others', async () => {
    const [here, there] = [instance(), instance()];
    here.record(heartbeat({ subject: 'a\0b' }));
    here.record(heartbeat());
    here.record(heartbeat({ subject: 'half', sequence: 1.5 }));
    await here.flush();
    expect(await there.latest()).toEqual([heartbeat()]);
    expect(await here.latest()).toEqual([heartbeat()]);
  });

  it('never throw; without PostgreSQL they wait, and reading them rejects', async () => {
    const nobody = new PostgresDatabase({ url: 'postgres://127.0.0.1:1/none', connectTimeoutMs: 500 });
    const here = new PostgresHeartbeats(nobody, 5);
    here.record(heartbeat());
    here.forget('ship-1.COOPER-9');
    await expect(here.latest()).rejects.toThrow(DatabaseUnavailable);
    await expect(here.flush()).rejects.toThrow(DatabaseUnavailable);
    await here.close();
    await nobody.close();
  });
});
