import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { foldView } from '../support/fold-view.js';
import { columnsOf, type Row, type Table } from '../../src/projections/rows/table.js';
import { views } from '../../src/projections/views.js';
import { factsOf } from './history.js';

const flag = 'HOLDFAST_UPDATE_GOLDEN';
const fileOf = (name: string): string => fileURLToPath(new URL(`golden/${name}.jsonl`, import.meta.url));

/** One line of how many events there are of which type, then one line per row, tables and keys in their own order. */
export function goldenText(
  events: readonly RecordedEvent[],
  rowsOf: (table: Table) => readonly Row[] = rowsFoldedFrom(events),
): string {
  const types: Record<string, number> = {};
  for (const { type } of [...events].sort((one, other) => (one.type < other.type ? -1 : 1))) {
    types[type] = (types[type] ?? 0) + 1;
  }
  const rows = views.flatMap(({ tables }) =>
    tables.flatMap((table) => rowsOf(table).map((row) => ({ table: table.name, row: plain(table, row) }))),
  );
  return [{ events: events.length, types }, ...rows].map((line) => `${JSON.stringify(line)}\n`).join('');
}

function rowsFoldedFrom(events: readonly RecordedEvent[]): (table: Table) => readonly Row[] {
  const facts = factsOf(events);
  const folded = views.map((view) => {
    const concerned = facts.filter(({ stream }) => view.streamPrefixes.some((prefix) => stream.startsWith(prefix)));
    return { view, rows: foldView(view, concerned) };
  });
  return (table) => folded.find(({ view }) => view.tables.includes(table))?.rows.sorted(table) ?? [];
}

function plain(table: Table, row: Row): Row {
  return Object.fromEntries(columnsOf(table).map((column) => [column, row[column] ?? null]));
}

/** @throws Error naming the first line that differs, and what to do; with the flag set, writes the file instead */
export function expectGolden(name: string, text: string): void {
  const file = fileOf(name);
  if (process.env[flag] === '1') return writeFileSync(file, text);
  const golden = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (golden === text) return;
  const [expected, given] = [golden.split('\n'), text.split('\n')];
  const line = expected.findIndex((each, index) => each !== given[index]);
  throw new Error(
    `The history "${name}" no longer gives the views in ${file}, first at line ${line + 1}:\n` +
      `  golden: ${expected[line] || 'nothing'}\n  now:    ${given[line] || 'nothing'}\n` +
      `An old log must go on giving the same rows. If the views were meant to change, write the file anew with ` +
      `${flag}=1, and read its diff line by line before it is committed.`,
  );
}
