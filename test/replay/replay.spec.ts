import type { DomainEvent } from '../../src/application/events/catalogue.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { agentTask } from '../../src/domain/agent-task/agent-task.js';
import { agent } from '../../src/domain/agent/agent.js';
import { container } from '../../src/domain/container/container.js';
import { flow } from '../../src/domain/flow/flow.js';
import { instance } from '../../src/domain/instance/instance.js';
import type { Aggregate } from '../../src/domain/kernel/decider.js';
import { lease } from '../../src/domain/lease/lease.js';
import { leaseStream } from '../../src/domain/lease/resource.js';
import { player } from '../../src/domain/player/player.js';
import { system } from '../../src/domain/system/system.js';
import { InMemoryEventStore } from '../../src/infrastructure/eventstore/in-memory-event-store.js';
import { fleet } from '../../src/projections/fleet/fleet.js';
import { shipAssignments, type ShipAssignmentRow } from '../../src/projections/fleet/ship-assignments.js';
import { locks, locksTable, type LockRow } from '../../src/projections/locks/locks.js';
import { applyFact } from '../../src/projections/apply-fact.js';
import { selectRows } from '../../src/projections/reads/select.js';
import { RowSet } from '../../src/projections/rows/row-set.js';
import type { Row, Table } from '../../src/projections/rows/table.js';
import { views } from '../../src/projections/views.js';
import { World } from '../projections/support/world.js';
import { holdersIn, violationsOf } from '../support/invariants.js';
import { workViolationsOf } from '../support/locked-work.js';
import { boot, findablePrefixesOf, looseEnds, outliveSilentHolders, prefixesOf, writeInto } from './boot.js';
import { expectGolden, goldenText } from './golden.js';
import { factsOf, histories, recordedIn, textOf } from './history.js';

type AnyAggregate = Aggregate<unknown, DomainEvent>;
const aggregates: Readonly<Record<string, AnyAggregate>> = {
  ship: lease as unknown as AnyAggregate,
  container: container as unknown as AnyAggregate,
  system: system as unknown as AnyAggregate,
  player: player as unknown as AnyAggregate,
  daemon: instance as unknown as AnyAggregate,
  phase: lease as unknown as AnyAggregate,
  flow: flow as unknown as AnyAggregate,
  tasklock: lease as unknown as AnyAggregate,
  agenttask: agentTask as unknown as AnyAggregate,
  agent: agent as unknown as AnyAggregate,
};

function aggregateOf(stream: string): AnyAggregate {
  const found = aggregates[stream.slice(0, stream.indexOf('-'))];
  if (!found) throw new Error(`no aggregate for ${stream}`);
  return found;
}

const at = (prefix: readonly RecordedEvent[]) => {
  const { stream, revision, type } = prefix.at(-1) ?? {};
  return `after ${prefix.length} events: ${stream}@${revision} ${type}`;
};

it('there are histories of the runs that matter', () => {
  expect(histories).toEqual(
    expect.arrayContaining(['chapters', 'flows', 'half-made', 'incident', 'locks', 'operator', 'silent-worker']),
  );
});

it('[A353, A354] and so do claims and ends of work, of those that a sweep has to tell or to free', async () => {
  const found = new Set<string>();
  for (const prefix of ['locks', 'flows'].flatMap((name) => findablePrefixesOf(recordedIn(textOf(name))))) {
    for (const { type } of (await boot(prefix)).first.repaired) found.add(type);
  }
  expect([...found].sort()).toEqual(['ReleaseEnded', 'ReleaseFinished', 'RollBackClaim', 'TellWork']);
});

it('[A006, A227] cuts between two appends call for every kind of repair that a half-made command can need', async () => {
  const found = new Set<string>();
  for (const prefix of findablePrefixesOf(recordedIn(textOf('half-made')))) {
    for (const { type, reason } of (await boot(prefix)).first.repaired) {
      found.add(type);
      if (type === 'ReleaseOrphan') expect(reason).toBe('daemon_restart');
    }
  }
  expect([...found].sort()).toEqual(['FinishAttempt', 'FinishStop', 'ReleaseEnded', 'ReleaseOrphan', 'RollBackClaim']);
});

describe.each(histories)('the history "%s"', (name) => {
  const events = recordedIn(textOf(name));

  it('is understood event by event, in whatever version it was written', () => {
    expect(factsOf(events)).toHaveLength(events.length);
  });

  it('names no host, process or key', () => {
    for (const { stream, metadata, data } of events) {
      expect(metadata.actor.key).toMatch(/^actor-\d+$/);
      if (stream.startsWith('daemon-')) expect(stream).toMatch(/^daemon-host-\d+-\d+-[0-9a-f]{6}$/);
      if ('host' in data) expect(data['host']).toMatch(/^host-\d+$/);
      if ('pid' in data) expect(data['pid']).toBeLessThan(100);
    }
    expect(textOf(name)).not.toMatch(/pid:\[/);
    expect(textOf(name)).not.toMatch(/"\/(tmp|home|root|var|work|usr)\/|127\.0\.0\.1|localhost/);
  });

  it('folds into its golden views, twice, byte for byte', () => {
    const once = goldenText(events);
    expect(goldenText(recordedIn(textOf(name)))).toBe(once);
    expectGolden(name, once);
  });

  it('gives the same rows in PostgreSQL', async () => {
    const store = new InMemoryEventStore();
    await writeInto(store, events);
    const world = await World.open(store);
    try {
      world.project();
      const head = await store.headPosition();
      for (const view of views) await world.reached(head, view.name);
      const stored = new Map<Table, readonly Row[]>();
      for (const table of views.flatMap(({ tables }) => tables)) {
        stored.set(table, (await selectRows(world.database, table)).map(atItsRecordedPosition(events)));
      }
      expectGolden(
        name,
        goldenText(events, (table) => stored.get(table) ?? []),
      );
    } finally {
      await world.close();
    }
  });

  it('breaks no law of custody at any point of it, and every view agrees about who holds what', () => {
    const rows = new RowSet(fleet.tables);
    const lockRows = new RowSet(locks.tables);
    const facts = factsOf(events);
    for (const prefix of prefixesOf(events)) {
      const fact = facts[prefix.length - 1];
      if (fact && fleet.streamPrefixes.some((each) => fact.stream.startsWith(each))) applyFact(fleet, fact, rows);
      if (fact && locks.streamPrefixes.some((each) => fact.stream.startsWith(each))) applyFact(locks, fact, lockRows);
      const broken = [...violationsOf(prefix), ...workViolationsOf(prefix)];
      expect({ at: at(prefix), broken }).toEqual({ at: at(prefix), broken: [] });
      const held = [...holdersIn(prefix)].map(([stream, { id, token }]) => [stream, id, token]).sort();
      const ships = (rows.sorted(shipAssignments) as ShipAssignmentRow[])
        .filter(({ status }) => status !== 'idle')
        .map((row) => [`ship-${row.player_id}.${row.ship_symbol}`, row.holder_id, row.token]);
      const others = (lockRows.sorted(locksTable) as LockRow[])
        .filter(({ status }) => status !== 'idle')
        .map((row) => [locks.streamOf(locksTable, row), row.holder_id, row.token]);
      const seen = [...ships, ...others].sort();
      expect({ at: at(prefix), seen }).toEqual({ at: at(prefix), seen: held });
    }
  });

  it('folds into a state at every point of every stream, and the same one from each chapter on', () => {
    const states = new Map<string, unknown>();
    for (const { stream, event } of factsOf(events)) {
      const { initial, evolve, opensChapter } = aggregateOf(stream);
      const state = evolve(states.has(stream) ? states.get(stream) : initial, event);
      if (opensChapter(event)) expect(evolve(initial, event)).toEqual(state);
      states.set(stream, state);
    }
  });

  it('can be started from at every point of it: one sweep puts right what was half made, and silence frees all but reserved and laden ships', async () => {
    for (const prefix of findablePrefixesOf(events)) {
      const { room, first, second } = await boot(prefix);
      const after = await room.events();
      expect({ at: at(prefix), again: second.repaired }).toEqual({ at: at(prefix), again: [] });
      expect({ at: at(prefix), loose: await looseEnds(room) }).toEqual({ at: at(prefix), loose: [] });
      expect({ at: at(prefix), broken: violationsOf(after) }).toEqual({ at: at(prefix), broken: [] });
      const itsStart = 1;
      if (first.repaired.length === 0) expect(after).toHaveLength(prefix.length + itsStart);
      await outliveSilentHolders(room);
      const laden = second.kept.map(({ resource }) => leaseStream(resource));
      const left = [...holdersIn(await room.events())].filter(
        ([stream, { kind }]) => kind !== 'operator' && !laden.includes(stream),
      );
      expect({ at: at(prefix), left }).toEqual({ at: at(prefix), left: [] });
    }
  });
});

/** The log that was projected counts its events; the recorded one has them where they stood. */
function atItsRecordedPosition(events: readonly RecordedEvent[]): (row: Row) => Row {
  return (row) => ({ ...row, position: String(events[Number(row['position']) - 1]?.position) });
}
