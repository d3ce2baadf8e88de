import { randomUUID } from 'node:crypto';
import type { NewEvent } from '../../../src/application/ports/event-store.js';
import type { Json } from '../../../src/domain/kernel/json.js';
import { readParked } from '../../../src/projections/live/parked.js';
import { eventually } from '../../support/eventually.js';
import { examples } from '../../support/examples.js';
import { newEvent } from '../support/history.js';
import { World } from '../support/world.js';

const { container, lease, player } = examples;

const raw = (overrides: Partial<NewEvent>): NewEvent => ({
  ...newEvent(container.created()),
  id: randomUUID(),
  ...overrides,
});
const created = (containerId: string, more: object): NewEvent => {
  const event = newEvent(container.created({ containerId }));
  return { ...event, data: { ...event.data, ...more } };
};

const deep = (levels: number): Json => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as Json;

/** What must park its stream: its stream, the event, and a word of the reason. */
const corpus: readonly (readonly [string, string, NewEvent, RegExp])[] = [
  ['an unknown type', 'container-unknown', raw({ type: 'ContainerVanished' }), /unknown type/],
  [
    'a later version',
    'container-later',
    raw({ metadata: { ...examples.metadata(), schemaVersion: 99 } }),
    /unknown version/,
  ],
  ['version 0', 'container-zero', raw({ metadata: { ...examples.metadata(), schemaVersion: 0 } }), /unknown version/],
  ['no metadata', 'container-bare', raw({ metadata: null as never }), /unknown version|null/],
  ['no data', 'container-empty', raw({ data: {} }), /UnreadableEvent/],
  ['a NUL in a text', 'container-nul', created('nul', { commandType: 'a\0b' }), /NUL|fit/],
  ['a NUL in the config', 'container-nul2', created('nul2', { config: { note: 'a\0b' } }), /NUL|fit/],
  ['half a surrogate pair', 'container-half', created('half', { commandType: '\ud800' }), /surrogate|fit/],
  ['half a pair in a key', 'container-half2', created('half2', { config: { '\udc00': 1 } }), /surrogate|fit/],
  ['a number over int8', 'container-huge', created('huge', { maxRestarts: 1e19 }), /fit|integer/],
  ['a player over int4', 'container-player', created('player', { player: 3_000_000_000 }), /NotStorable/],
  ['a time after the year 9999', 'container-time', created('time', { atMs: 8.64e15 }), /NotStorable/],
  ['another stream', 'container-other', newEvent(container.created()), /Misplaced/],
  ['a lease event', 'container-lease', newEvent(lease.granted()), /Misplaced|container/],
  ['no beginning', 'container-end', newEvent(container.completed({ containerId: 'end' })), /begin/],
];

describe('a stream with an event that cannot be applied', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  it('is parked alone, with position, type and reason; the rest goes on', async () => {
    const projecting = world.project();
    await world.writer.write(lease.granted());
    const positions = new Map<string, bigint>();
    for (const [, stream, event] of corpus) positions.set(stream, await world.writer.writeRaw(stream, event));
    const position = await world.writer.write(container.created(), lease.released());
    await world.reached(position);

    const parked = await readParked(world.database, 'fleet');
    expect(parked.map(({ stream }) => stream)).toEqual(corpus.map(([, stream]) => stream));
    for (const [, stream, { type, id }, reason] of corpus) {
      const one = parked.find((each) => each.stream === stream);
      expect(one).toMatchObject({ view: 'fleet', position: positions.get(stream), eventType: type, eventId: id });
      expect(one?.reason).toMatch(reason);
    }
    expect(await world.database.query('SELECT status FROM ship_assignments')).toEqual([{ status: 'idle' }]);
    expect(await world.database.query('SELECT container_id FROM containers')).toEqual([
      { container_id: examples.containerId },
    ]);
    expect(projecting.statuses()[0]?.parked).toBe(corpus.length);
  });

  it('keeps its row as it was before, and later events are counted and passed over', async () => {
    world.project();
    const stream = 'ship-1.COOPER-2';
    await world.writer.write(lease.granted());
    await world.writer.writeRaw(stream, raw({ type: 'LeaseMislaid' }));
    await world.writer.write(lease.released());
    await world.reached(await world.writer.write(lease.granted({ token: 2 })));

    expect(await world.database.query('SELECT status, token FROM ship_assignments')).toEqual([
      { status: 'active', token: '1' },
    ]);
    expect(await readParked(world.database)).toMatchObject([{ stream, revision: 1n, passedOver: 2 }]);
  });

  it('stays parked over a restart', async () => {
    const first = world.project();
    await world.reached(await world.writer.writeRaw('ship-1.COOPER-2', raw({ type: 'LeaseMislaid' })));
    await first.stop();
    const second = world.project();
    await world.reached(await world.writer.write(lease.granted()));
    expect(await world.database.query('SELECT * FROM ship_assignments')).toEqual([]);
    expect(second.statuses()[0]?.parked).toBe(1);
  });

  it('takes 1 MiB of config, and of error, without a word', async () => {
    world.project();
    const large = 'x'.repeat(900_000);
    await world.writer.write(
      container.created({ config: { params: { note: large } } }),
      container.failed({ error: large }),
    );
    await world.reached(await world.writer.write(lease.granted()));
    expect(await readParked(world.database)).toEqual([]);
    expect(
      await world.database.query(
        `SELECT length(config::jsonb->'params'->>'note') AS a, length(last_error) AS b FROM containers`,
      ),
    ).toEqual([{ a: large.length, b: large.length }]);
  });

  it('is not stopped by JSON nested 3,000 deep', async () => {
    world.project();
    await world.writer.write(container.created({ config: { params: { deep: deep(3_000) } } }));
    await world.reached(await world.writer.write(lease.granted()));
    expect(await readParked(world.database)).toEqual([]);
    expect(await world.database.query(`SELECT 1 AS there FROM containers WHERE config::jsonb ? 'params'`)).toHaveLength(
      1,
    );
  });

  it('is found by halving when it is PostgreSQL that refuses a row', async () => {
    await world.database.query(`ALTER TABLE players ADD CHECK (agent_symbol <> 'REFUSED')`);
    for (let count = 1; count <= 40; count += 1) {
      const agentSymbol = count === 13 || count === 29 ? 'REFUSED' : `AGENT-${count}`;
      await world.writer.write(player.registered({ player: count, agentSymbol }));
    }
    const projecting = world.project();
    await world.reached(40n, 'players');

    expect(await world.database.query('SELECT count(*)::int AS count FROM players')).toEqual([{ count: 38 }]);
    const parked = await readParked(world.database, 'players');
    expect(parked.map(({ stream }) => stream)).toEqual(['player-13', 'player-29']);
    expect(parked[0]?.reason).toContain('23514');
    await eventually(() => expect(projecting.statuses().find(({ view }) => view === 'players')?.parked).toBe(2));
  });
});
