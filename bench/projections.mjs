// The views: bringing them level with a log, rebuilding them, and how soon an append is visible. Prints one JSON object.
//   node bench/projections.mjs [events, default 100000] [--memory: the log in this process instead of the embedded store]
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEvent } from '../dist/application/events/event-codec.js';
import { startEventStoreProcess } from '../dist/embedded/eventstore/event-store-process.js';
import { startPostgres } from '../dist/embedded/postgres/start-postgres.js';
import { systemClock } from '../dist/infrastructure/clock.js';
import { connectEventStore } from '../dist/infrastructure/eventstore/connect.js';
import { InMemoryEventStore } from '../dist/infrastructure/eventstore/in-memory-event-store.js';
import { PostgresDatabase } from '../dist/infrastructure/postgres/postgres-database.js';
import { applyFact } from '../dist/projections/fold-view.js';
import { Projecting } from '../dist/projections/project.js';
import { fingerprintOf, fingerprintOfRows } from '../dist/projections/rebuild/fingerprint.js';
import { rebuild } from '../dist/projections/rebuild/rebuild.js';
import { RowSet } from '../dist/projections/rows/row-set.js';
import { views } from '../dist/projections/views.js';
import { tourHistory } from './tour-history.mjs';

const wanted = Number(process.argv.slice(2).find((each) => /^\d+$/.test(each)) ?? 100_000);
const inMemory = process.argv.includes('--memory');
const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
// As root PostgreSQL runs under another account, which must reach its cluster in here.
chmodSync(directory, 0o755);
const say = (sentence) => process.stderr.write(`${sentence}\n`);
const seconds = (sinceMs) => (performance.now() - sinceMs) / 1000;
const closing = [];
const result = { events: 0, store: inMemory ? 'memory' : 'embedded' };

try {
  const server = await startPostgres({ dataDir: join(directory, 'postgres') });
  closing.push(() => server.stop());
  const store = await openStore();
  closing.push(() => store.close());
  const database = new PostgresDatabase({ url: server.url });
  closing.push(() => database.close());

  const filledAt = performance.now();
  result.events = await fill(store);
  say(`wrote ${result.events} events in ${seconds(filledAt).toFixed(1)} s`);

  const head = await store.headPosition();
  const liveAt = performance.now();
  const projecting = new Projecting(views, { store, database, clock: systemClock, log: say }, { probeMs: 500 });
  projecting.start();
  closing.push(() => projecting.stop());
  await until(() => projecting.statuses().every(({ position }) => position !== null && position >= head));
  result.liveSeconds = seconds(liveAt);
  result.liveEventsPerSecond = Math.round(result.events / result.liveSeconds);
  say(`live: ${result.liveEventsPerSecond} events/s`);

  result.visibleAfterMs = await visibleAfter(store, database);
  say(`visible after ${JSON.stringify(result.visibleAfterMs)} ms`);

  result.rebuild = {};
  let rebuildSeconds = 0;
  for (const view of views) {
    const outcome = await rebuild(view, { store, database, clock: systemClock });
    rebuildSeconds += outcome.elapsedMs / 1000;
    const { type, events, elapsedMs, fingerprints, differences } = outcome;
    const live = await Promise.all(view.tables.map((table) => fingerprintOf(database, undefined, table)));
    const inMemoryFold = await folded(store, view);
    const identical =
      JSON.stringify(fingerprints) === JSON.stringify(live) && JSON.stringify(live) === JSON.stringify(inMemoryFold);
    result.rebuild[view.name] = {
      type,
      events,
      elapsedMs,
      identical,
      differences: differences?.length,
      rows: live.map(({ rows }) => rows),
    };
    say(`rebuilt ${view.name}: ${JSON.stringify(result.rebuild[view.name])}`);
  }
  result.rebuildSeconds = rebuildSeconds;
  result.rebuildEventsPerSecond = Math.round(result.events / rebuildSeconds);
  result.maxResidentMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
} finally {
  for (const close of closing.reverse()) await close();
  rmSync(directory, { recursive: true, force: true });
}

async function openStore() {
  if (inMemory) return new InMemoryEventStore();
  const server = await startEventStoreProcess({ dataDir: join(directory, 'store'), port: 0, log: say, onGone: say });
  closing.push(() => server.stop());
  return connectEventStore(server.connectionString, { deadlineMs: 30_000 });
}

/** Appends of up to 64 events, 64 of them in flight; each stream in order. */
async function fill(store) {
  const revisions = new Map();
  const tails = new Map();
  let written = 0;
  let inFlight = [];
  for (const { stream, events } of tourHistory(wanted)) {
    const append = (tails.get(stream) ?? Promise.resolve()).then(async () => {
      const answer = await store.append(stream, revisions.get(stream) ?? 'none', events);
      if (answer.type !== 'Appended') throw new Error(`${stream}: ${answer.type}`);
      revisions.set(stream, answer.revision);
    });
    tails.set(stream, append);
    inFlight.push(append);
    written += events.length;
    if (inFlight.length < 64) continue;
    await Promise.all(inFlight);
    inFlight = [];
  }
  await Promise.all(inFlight);
  return written;
}

async function folded(store, view) {
  const rows = new RowSet(view.tables);
  for await (const recorded of store.readAll({ streamPrefixes: view.streamPrefixes })) {
    applyFact(view, { ...recorded, event: decodeEvent(recorded) }, rows);
  }
  return view.tables.map((table) => fingerprintOfRows(rows, table));
}

/** From the acknowledged append to the row that a reader sees. */
async function visibleAfter(store, database) {
  const times = [];
  for (let count = 0; count < 200; count += 1) {
    const stream = `player-${1000 + count}`;
    const data = { player: 1000 + count, agentSymbol: `AGENT-${count}`, atMs: Date.now() };
    const metadata = {
      commandId: randomUUID(),
      $correlationId: 'b',
      $causationId: 'b',
      actor: { key: 'b', role: 'b', player: null },
      via: 'test',
      schemaVersion: 1,
    };
    await store.append(stream, 'none', [{ id: randomUUID(), type: 'PlayerRegistered', data, metadata }]);
    const at = performance.now();
    for (;;) {
      const [row] = await database.query('SELECT 1 AS there FROM players WHERE player_id = $1', [1000 + count]);
      if (row) break;
    }
    times.push(performance.now() - at);
  }
  times.sort((one, other) => one - other);
  return { p50: Math.round(times[99] * 10) / 10, p99: Math.round(times[197] * 10) / 10 };
}

async function until(isSo) {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}
