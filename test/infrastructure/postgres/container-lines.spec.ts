import type { Line, LinesAsked } from '../../../src/application/ports/container-lines.js';
import { DatabaseUnavailable, RowRefused, type Database } from '../../../src/application/ports/views.js';
import { PostgresContainerLines, type LinesOptions } from '../../../src/infrastructure/postgres/container-lines.js';
import { PostgresDatabase } from '../../../src/infrastructure/postgres/postgres-database.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { FakeClock } from '../../support/fake-clock.js';

const line = (text: string, more: Partial<Line> = {}): Line => ({
  containerId: 'c-1',
  attempt: 1,
  level: 'info',
  text,
  ...more,
});
const never = 1_000_000;
const aMinute = 60_000;

describe('lines of containers', () => {
  let room: TestDatabase;
  let database: PostgresDatabase;
  let clock: FakeClock;
  const open: PostgresContainerLines[] = [];
  const instance = (options: Partial<LinesOptions> = {}, on: Database = database) => {
    const lines = new PostgresContainerLines(on, clock, { intervalMs: never, ...options });
    open.push(lines);
    return lines;
  };
  const read = async (of: PostgresContainerLines, ask: Partial<LinesAsked> = {}) =>
    (await of.read({ containerId: 'c-1', limit: 1_000, ...ask })).map(({ text, count }) =>
      count === 1 ? text : `${text} x${count}`,
    );

  beforeEach(async () => {
    clock = new FakeClock();
    room = await createTestDatabase();
    database = new PostgresDatabase({ url: room.url });
  });
  afterEach(async () => {
    for (const lines of open.splice(0)) await lines.close();
    await database.close();
    await room.drop();
  });

  it('[A096] are each kept for the container that said them, in the order it said them', async () => {
    const lines = instance();
    for (let i = 1; i <= 20; i++) lines.write(line(`${i}`, { containerId: i % 2 === 0 ? 'c-1' : 'c-2' }));
    expect(await read(lines)).toEqual(['2', '4', '6', '8', '10', '12', '14', '16', '18', '20']);
    expect(await read(lines, { containerId: 'c-2' })).toEqual(['1', '3', '5', '7', '9', '11', '13', '15', '17', '19']);
    expect(await read(lines, { containerId: 'silent' })).toEqual([]);
  });

  it('[A144] are folded with their count while the same is said again within a minute, and never over anything else', async () => {
    const lines = instance();
    for (let i = 0; i < 3; i++) lines.write(line('waiting'));
    lines.write(line('waiting', { level: 'warn' }));
    lines.write(line('waiting', { level: 'warn', attempt: 2 }));
    lines.write(line('moved'));
    lines.write(line('waiting'));
    expect(await read(lines)).toEqual(['waiting x3', 'waiting', 'waiting', 'moved', 'waiting']);

    lines.write(line('waiting'));
    clock.pass(aMinute);
    lines.write(line('waiting'));
    expect(await read(lines)).toEqual(['waiting x3', 'waiting', 'waiting', 'moved', 'waiting x3']);

    clock.pass(aMinute + 1);
    lines.write(line('waiting'));
    expect((await read(lines)).slice(-2)).toEqual(['waiting x3', 'waiting']);
  });

  it('say when they were said first and last', async () => {
    const lines = instance();
    const firstAtMs = clock.nowMs();
    lines.write(line('waiting'));
    await lines.flush();
    clock.pass(5_000);
    lines.write(line('waiting'));
    expect(await lines.read({ containerId: 'c-1', limit: 1 })).toMatchObject([
      { firstAtMs, lastAtMs: firstAtMs + 5_000, count: 2 },
    ]);
  });

  it('[A093, A095] are given as the newest, oldest first, and page by page', async () => {
    const lines = instance();
    for (let i = 1; i <= 15; i++) lines.write(line(`${i}`));
    expect(await read(lines, { limit: 5 })).toEqual(['11', '12', '13', '14', '15']);
    expect(await read(lines, { limit: 5, offset: 5 })).toEqual(['6', '7', '8', '9', '10']);
    expect(await read(lines, { limit: 5, offset: 10 })).toEqual(['1', '2', '3', '4', '5']);
    expect(await read(lines, { limit: 10, offset: 10 })).toHaveLength(5);
  });

  it('[A095] tell when each container last spoke, and nothing of one that never did', async () => {
    const lines = instance();
    lines.write(line('one', { containerId: 'c-1' }));
    lines.write(line('two', { containerId: 'c-2' }));
    clock.pass(1_000);
    const atMs = clock.nowMs();
    lines.write(line('three', { containerId: 'c-1' }));
    expect(await lines.latest()).toEqual(
      new Map([
        ['c-1', atMs],
        ['c-2', atMs - 1_000],
      ]),
    );
  });

  it('are given by level, and from a moment on', async () => {
    const lines = instance();
    lines.write(line('early', { level: 'error' }));
    clock.pass(1_000);
    const sinceMs = clock.nowMs();
    lines.write(line('late', { level: 'warn' }));
    lines.write(line('later'));
    expect(await read(lines, { levels: ['error', 'warn'] })).toEqual(['early', 'late']);
    expect(await read(lines, { sinceMs })).toEqual(['late', 'later']);
    expect(await read(lines, { sinceMs, levels: ['error'] })).toEqual([]);
  });

  it('can be followed from the last one seen, which comes again when it was said again', async () => {
    const lines = instance();
    lines.write(line('one'));
    lines.write(line('two'));
    const [one, two] = await lines.read({ containerId: 'c-1', limit: 10 });
    expect(await read(lines, { after: two })).toEqual([]);
    lines.write(line('two'));
    lines.write(line('three'));
    expect(await read(lines, { after: two })).toEqual(['two x2', 'three']);
    expect(await read(lines, { after: one, limit: 1 })).toEqual(['two x2']);
  });

  it('are bounded: the newest of each container are kept, and nothing that is old', async () => {
    const lines = instance({ keptPerContainer: 3, keptForMs: aMinute });
    lines.write(line('of another', { containerId: 'c-2' }));
    for (let i = 1; i <= 10; i++) lines.write(line(`${i}`));
    expect(await read(lines)).toEqual(['8', '9', '10']);
    expect(await read(lines, { containerId: 'c-2' })).toEqual(['of another']);
    clock.pass(3_600_000);
    lines.write(line('11'));
    expect(await read(lines)).toEqual(['11']);
    expect(await read(lines, { containerId: 'c-2' })).toEqual([]);
  });

  it('[A089] keep every control character but the one that PostgreSQL has no room for', async () => {
    const lines = instance();
    const controls = String.fromCharCode(...Array.from({ length: 31 }, (_each, i) => i + 1), 127);
    lines.write(line(`a${controls}b`));
    lines.write(line('nul \0, half a pair \ud800'));
    lines.write(line('x'.repeat(5_000)));
    const [first, second, third] = await read(lines);
    expect([first, second]).toEqual([`a${controls}b`, 'nul \ufffd, half a pair \ufffd']);
    expect(third).toHaveLength(4_096);
  });

  it('are written by themselves, and known to another instance then', async () => {
    const [here, there] = [instance({ intervalMs: 5 }), instance()];
    here.write(line('hello'));
    await eventually(async () => expect(await read(there)).toEqual(['hello']));
  });

  it('wait while PostgreSQL is away, the oldest being dropped, and lose nothing else', async () => {
    let away = true;
    const flaky: Database = {
      query: (...args: Parameters<Database['query']>) => database.query(...args),
      transaction: (work: Parameters<Database['transaction']>[0]) =>
        away ? Promise.reject(new DatabaseUnavailable('away')) : database.transaction(work),
    } as Database;
    const lines = instance({ waiting: 3 }, flaky);
    for (const text of ['1', '2']) lines.write(line(text));
    await expect(lines.flush()).rejects.toBeInstanceOf(DatabaseUnavailable);
    for (const text of ['3', '4']) lines.write(line(text));
    away = false;
    expect(await read(lines)).toEqual(['2', '3', '4']);
    expect(await lines.close()).toBe(1);
  });

  it('tell at the end how many were not written: those refused, those dropped and those still waiting', async () => {
    let failure: Error = new RowRefused('never');
    const failing = { ...database, transaction: () => Promise.reject(failure) } as unknown as Database;
    const lines = instance({ waiting: 3 }, failing);
    for (const text of ['1', '2']) lines.write(line(text));
    await expect(lines.flush()).rejects.toBe(failure);
    failure = new DatabaseUnavailable('away');
    for (const text of ['3', '4', '5', '6']) lines.write(line(text));
    expect(await lines.close()).toBe(2 + 1 + 3);
  });

  it('are not flushed by the timer again while it still waits for PostgreSQL', async () => {
    class Counted extends PostgresContainerLines {
      flushes = 0;
      override flush(): Promise<void> {
        this.flushes += 1;
        return super.flush();
      }
    }
    let answer: () => void = () => undefined;
    const silence = new Promise<void>((resolve) => (answer = resolve));
    const silent = { ...database, transaction: () => silence } as unknown as Database;
    const [stuck, other] = [silent, database].map((on) => new Counted(on, clock, { intervalMs: 2 })) as [
      Counted,
      Counted,
    ];
    open.push(stuck, other);
    stuck.write(line('one'));
    await eventually(() => expect(other.flushes).toBeGreaterThan(20));
    expect(stuck.flushes).toBe(1);
    answer();
    await eventually(() => expect(stuck.flushes).toBeGreaterThan(1));
  });
});
