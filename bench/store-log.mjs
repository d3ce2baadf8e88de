// The event store's log alone, without gRPC: `node bench/store-log.mjs [events, 1000000 unless told]`.
// Every append counts only when its own sync is done. Needs `npm run build`.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSegmentLog } from '../dist/embedded/eventstore/log/segment-log.js';

const events = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? 1_000_000);
const streams = Math.max(1, events / 10);
const payload = Buffer.from(JSON.stringify({ ship: 'COOPER-2', holder: 'scout-tour', reason: 'x'.repeat(120) }));
const metadata = Buffer.from(JSON.stringify({ $correlationId: '85834fb5-0000-4000-8000-000000000000' }));
const id = Buffer.alloc(16, 7);

const record = (stream, revision) => ({
  stream,
  revision,
  tombstone: false,
  id,
  type: 'ShipGranted',
  isJson: true,
  createdTicks: 17_321_055_000_000_000n,
  data: payload,
  metadata,
});

const round = (value, digits = 0) => Number(value.toFixed(digits));

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { result, ms: performance.now() - began };
}

async function writers(log, count, perWriter) {
  const latencies = [];
  const write = async (writer) => {
    for (let revision = 0; revision < perWriter; revision += 1) {
      const began = performance.now();
      await log.append([record(`writer-${count}.${writer}`, revision)]);
      latencies.push(performance.now() - began);
    }
  };
  const { ms } = await timed(() => Promise.all(Array.from({ length: count }, (_, writer) => write(writer))));
  latencies.sort((a, b) => a - b);
  return {
    perSecond: round((count * perWriter * 1000) / ms),
    p50Ms: round(latencies[Math.floor(latencies.length * 0.5)], 3),
    p99Ms: round(latencies[Math.floor(latencies.length * 0.99)], 3),
  };
}

async function fill(log) {
  for (let at = 0; at < events; at += 20_000) {
    const batch = [];
    for (let next = at; next < Math.min(events, at + 20_000); next += 1) {
      const stream = `ship-player.COOPER-${next % streams}`;
      batch.push(log.append([record(stream, log.head(stream).lastRevision + 1)]));
    }
    await Promise.all(batch);
  }
}

async function scan(log) {
  let count = 0;
  for (let from = 0; ;) {
    const records = await log.readAll(from, 'forwards', 1_000);
    if (records.length === 0) return count;
    count += records.length;
    from = records.at(-1).end;
  }
}

function memory() {
  for (let time = 0; time < 2; time += 1) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssMb: round(rss / 2 ** 20), heapMb: round(heapUsed / 2 ** 20), externalMb: round(external / 2 ** 20) };
}

/** In a process of its own, so that only the opened log takes memory. */
async function measureOpen(dataDir) {
  const before = memory();
  const opening = await timed(() => openSegmentLog({ dataDir }));
  const log = opening.result;
  const after = memory();
  const reading = await timed(() => scan(log));
  if (reading.result !== events) throw new Error(`${reading.result} of ${events} events were read.`);
  const hot = await timed(async () => {
    for (let at = 0; at < 20_000; at += 1)
      await log.readStream(`ship-player.COOPER-${at % Math.min(streams, 200)}`, 0, 'forwards', 100);
  });
  await log.close();
  return {
    open: { ms: round(opening.ms), before, after },
    readAll: { perSecond: round((events * 1000) / reading.ms) },
    busyStreamReads: { perSecond: round((20_000 * 1000) / hot.ms) },
  };
}

async function measureAll(root) {
  const small = await openSegmentLog({ dataDir: join(root, 'writers') });
  await writers(small, 8, 500);
  const one = await writers(small, 1, 5_000);
  const sixtyFour = await writers(small, 64, 5_000);
  await small.close();

  const dataDir = join(root, 'filled');
  const log = await openSegmentLog({ dataDir });
  const filling = await timed(() => fill(log));
  const filled = {
    events,
    megabytes: round(log.durableEnd / 2 ** 20),
    perSecond: round((events * 1000) / filling.ms),
  };
  await log.close();
  const self = new URL(import.meta.url).pathname;
  const opened = execFileSync(process.execPath, ['--expose-gc', self, '--open', dataDir, String(events)]);
  return { one, sixtyFour, filled, ...JSON.parse(opened.toString()) };
}

if (process.argv[2] === '--open') console.log(JSON.stringify(await measureOpen(process.argv[3])));
else {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  try {
    console.log(JSON.stringify(await measureAll(root), null, 2));
  } finally {
    await rm(root, { recursive: true });
  }
}
