import fc from 'fast-check';
import type { DomainEvent } from '../../src/application/events/catalogue.js';
import { container as containerAggregate } from '../../src/domain/container/container.js';
import type { ContainerEvent, ContainerSnapshot } from '../../src/domain/container/events.js';
import { fold } from '../support/fold.js';
import type { LeaseEvent } from '../../src/domain/lease/events.js';
import { lease as leaseAggregate, type LeaseState } from '../../src/domain/lease/lease.js';
import { containers, wholeSnapshotOf } from '../../src/projections/fleet/containers.js';
import { fleet } from '../../src/projections/fleet/fleet.js';
import { leaseStateOf, shipAssignments } from '../../src/projections/fleet/ship-assignments.js';
import { applyFact } from '../../src/projections/apply-fact.js';
import { foldView } from '../support/fold-view.js';
import { RowSet } from '../../src/projections/rows/row-set.js';
import { views } from '../../src/projections/views.js';
import { factsOf, streamOf } from './support/history.js';
import { scoutHistory } from './support/scout-history.js';

const histories = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 9 }), fc.nat())
  .map(([ships, laps, cut]) => {
    const events = scoutHistory(ships, laps);
    return events.slice(0, 2 + (cut % (events.length - 1)));
  });

/** Views that read no row before they put one have none to name. */
const putsWholeRows = new Set(['systems', 'markets']);

const concerning = (prefixes: readonly string[], events: readonly DomainEvent[]) =>
  events.filter((event) => prefixes.some((prefix) => streamOf(event).startsWith(prefix)));

const lines = (rows: RowSet) => fleet.tables.map((table) => rows.canonicalLines(table));

describe('the fleet as rows', () => {
  it('says of every ship and every container what the domain says, but for what only a recovery asks the log for', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const events = concerning(fleet.streamPrefixes, history);
        const rows = foldView(fleet, factsOf(events));
        for (const row of rows.sorted(shipAssignments)) {
          const own = events.filter(
            (event): event is LeaseEvent => 'resource' in event && event.resource.name === row['ship_symbol'],
          );
          expect(leaseStateOf(row as never)).toEqual(asInRows(fold(leaseAggregate, own)));
        }
        for (const row of rows.sorted(containers)) {
          const own = events.filter(
            (event): event is ContainerEvent => 'containerId' in event && event.containerId === row['container_id'],
          );
          const { config: _config, progress: _progress, ...rest } = wholeSnapshotOf(row as never);
          const { config: _was, progress: _been, ...expected } = fold(containerAggregate, own) as ContainerSnapshot;
          expect(rest).toEqual(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is the same whatever the batches were, and however often the rows went to disk and back', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 20 }), (history, batchSize) => {
        const facts = factsOf(concerning(fleet.streamPrefixes, history));
        let rows = new RowSet(fleet.tables);
        facts.forEach((fact, index) => {
          applyFact(fleet, fact, rows);
          if (index % batchSize === 0) rows = reloaded(rows);
        });
        expect(lines(rows)).toEqual(lines(foldView(fleet, facts)));
      }),
      { numRuns: 40 },
    );
  });

  it('keeps an event whole: one that throws changes no row', () => {
    const facts = factsOf(concerning(fleet.streamPrefixes, scoutHistory(1, 1)));
    const rows = foldView(fleet, facts);
    const before = lines(rows);
    const ship = rows.get(shipAssignments, 1, 'COOPER-1');
    const [fact] = facts;
    if (!fact) throw new Error('no fact');
    expect(() =>
      rows.atomically(() => {
        fleet.apply(fact, rows);
        throw new Error('too late');
      }),
    ).toThrow('too late');
    expect(rows.get(shipAssignments, 1, 'COOPER-1')).toBe(ship);
    rows.atomically(() => undefined);
    expect(lines(rows)).toEqual(before);
  });

  it('touches no row that it does not name', () => {
    for (const view of views) {
      for (const fact of factsOf(concerning(view.streamPrefixes, scoutHistory(2, 5)))) {
        const named = new Set(view.rowsTouchedBy(fact).map(({ table, key }) => `${table.name} ${key.join('|')}`));
        const touched: string[] = [];
        const seen = new RowSet(view.tables);
        const spy = {
          get: (table: never, ...key: never[]) => (note(table, key), seen.get(table, ...key)),
          put: (table: { key: string[] }, row: Record<string, never>) =>
            note(
              table as never,
              table.key.map((column) => row[column]),
            ),
          delete: (table: never, ...key: never[]) => note(table, key),
        };
        const note = (table: { name: string }, key: readonly unknown[]) =>
          touched.push(`${table.name} ${key.join('|')}`);
        try {
          view.apply(fact, spy as never);
        } catch {
          continue;
        }
        if (!putsWholeRows.has(view.name)) for (const each of touched) expect(named).toContain(each);
      }
    }
  });
});

/** Whatever a recovery alone asks for is read from the log: the rows are without it, and without nothing else. */
function asInRows({ workedUnder: _token, ...state }: LeaseState): LeaseState {
  return { ...state, obligations: state.obligations.map(({ by: _by, ...owed }) => owed) };
}

/** As the rows come back from a database: their cells and nothing else. */
function reloaded(rows: RowSet): RowSet {
  const copy = new RowSet(fleet.tables);
  for (const table of fleet.tables) {
    for (const row of rows.sorted(table)) copy.load(table, JSON.parse(JSON.stringify(row)) as typeof row);
  }
  return copy;
}
