import type { Beat } from '../../../src/application/ports/heartbeats.js';
import { DatabaseUnavailable } from '../../../src/application/ports/views.js';
import { PostgresHeartbeats } from '../../../src/infrastructure/postgres/heartbeats.js';
import { PostgresDatabase } from '../../../src/infrastructure/postgres/postgres-database.js';
import { eventually } from '../../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const beat = (overrides: Partial<Beat> = {}): Beat => ({
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
    here.beat(beat());
    expect(await here.latest()).toEqual([beat()]);
    expect(await there.latest()).toEqual([]);
    await here.flush();
    expect(await there.latest()).toEqual([beat()]);
  });

  it('are written by themselves after a while', async () => {
    const [here, there] = [instance(5), instance()];
    here.beat(beat({ quietUntilMs: 1_768_478_460_000, cursor: null }));
    await eventually(async () =>
      expect(await there.latest()).toEqual([beat({ quietUntilMs: 1_768_478_460_000, cursor: null })]),
    );
  });

  it.each([
    ['an older beat of the same token', beat({ token: 2, sequence: 4 })],
    ['a later beat of an older token', beat({ token: 1, sequence: 99 })],
    ['the same beat', beat({ token: 2, sequence: 5, cursor: 'late' })],
  ])('are not set back by %s', async (_what, late) => {
    const [here, there] = [instance(), instance()];
    const newest = beat({ token: 2, sequence: 5 });
    here.beat(newest);
    here.beat(late);
    expect(await here.latest()).toEqual([newest]);
    await here.flush();
    there.beat(late);
    expect(await there.latest()).toEqual([newest]);
    await there.flush();
    expect(await here.latest()).toEqual([newest]);
  });

  it('begin anew with a new token', async () => {
    const here = instance();
    here.beat(beat({ sequence: 50 }));
    await here.flush();
    here.beat(beat({ token: 2, attempt: 2, sequence: 1 }));
    await here.flush();
    expect(await here.latest()).toEqual([beat({ token: 2, attempt: 2, sequence: 1 })]);
  });

  it('of a lease that is over are forgotten', async () => {
    const [here, there] = [instance(), instance()];
    here.beat(beat());
    here.beat(beat({ subject: 'ship-1.COOPER-3' }));
    await here.flush();
    here.beat(beat({ sequence: 2 }));
    here.forget('ship-1.COOPER-2');
    expect((await here.latest()).map(({ subject }) => subject)).toEqual(['ship-1.COOPER-3']);
    await here.flush();
    expect((await there.latest()).map(({ subject }) => subject)).toEqual(['ship-1.COOPER-3']);
  });

  it('that PostgreSQL will never take do not hold up the others', async () => {
    const [here, there] = [instance(), instance()];
    here.beat(beat({ subject: 'a\0b' }));
    here.beat(beat());
    here.beat(beat({ subject: 'half', sequence: 1.5 }));
    await here.flush();
    expect(await there.latest()).toEqual([beat()]);
    expect(await here.latest()).toEqual([beat()]);
  });

  it('never throw; without PostgreSQL they wait, and reading them rejects', async () => {
    const nobody = new PostgresDatabase({ url: 'postgres://127.0.0.1:1/none', connectTimeoutMs: 500 });
    const here = new PostgresHeartbeats(nobody, 5);
    here.beat(beat());
    here.forget('ship-1.COOPER-9');
    await expect(here.latest()).rejects.toThrow(DatabaseUnavailable);
    await expect(here.flush()).rejects.toThrow(DatabaseUnavailable);
    await here.close();
    await nobody.close();
  });
});
