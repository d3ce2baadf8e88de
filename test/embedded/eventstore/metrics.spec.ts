import { appendFile, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unwatched, type LogWatch } from '../../../src/embedded/eventstore/log/log-watch.js';
import { openSegmentLog } from '../../../src/embedded/eventstore/log/segment-log.js';
import { samplesOf, valueOf } from '../../support/exposition.js';
import { someRecords } from './log/records.js';
import { events, freshStream, openStore, type Store } from './support.js';

describe('the metrics of the event store', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-store-metrics-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const segments = async () =>
    (await readdir(dataDir)).filter((name) => name.endsWith('.segment')).map((name) => join(dataDir, name));
  const scrape = async ({ server }: Store) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    return samplesOf(await response.text());
  };

  it('tell how long each sync took, how many events shared it, how long the log is, and how much room is left', async () => {
    const store = await openStore({ dataDir });
    try {
      const before = await scrape(store);
      await store.client.appendToStream(freshStream(), events(5));
      const after = await scrape(store);
      const moved = (name: string) => (valueOf(after, name) ?? 0) - (valueOf(before, name) ?? 0);
      expect(moved('fleet_store_fsync_duration_seconds_count')).toBe(1);
      expect(moved('fleet_store_fsync_duration_seconds_sum')).toBeGreaterThan(0);
      expect(moved('fleet_store_group_commit_events_sum')).toBe(5);
      expect(moved('fleet_store_bytes')).toBeGreaterThan(100);
      expect(valueOf(after, 'fleet_store_free_bytes')).toBeGreaterThan(1e6);
      expect(valueOf(after, 'fleet_store_recovery_duration_seconds')).toBeGreaterThan(0);
      expect(valueOf(after, 'fleet_store_tail_truncated_bytes_total')).toBe(0);
      expect(valueOf(after, 'fleet_store_corruption_total')).toBe(0);
    } finally {
      await store.close();
    }
  });

  it('tell what opening the log had to cut off', async () => {
    const first = await openStore({ dataDir });
    await first.close();
    await appendFile((await segments()).at(-1) ?? '', Buffer.alloc(33, 7));
    const second = await openStore({ dataDir });
    try {
      expect(valueOf(await scrape(second), 'fleet_store_tail_truncated_bytes_total')).toBe(33);
    } finally {
      await second.close();
    }
  });

  it('count a read that finds something else than was written', async () => {
    let damaged = 0;
    const watch: LogWatch = { ...unwatched, damaged: () => (damaged += 1) };
    const log = await openSegmentLog({ dataDir, cacheBytes: 0, watch });
    try {
      const [, , third] = await log.append(someRecords('ship-1', 0, 3));
      expect(await log.readStream('ship-1', 0, 'forwards', 10)).toHaveLength(3);
      expect(damaged).toBe(0);
      const file = await open((await segments())[0] ?? '', 'r+');
      await file.write(Buffer.from([255, 255, 255]), 0, 3, (third ?? 0) + 40);
      await file.close();
      await expect(log.readStream('ship-1', 0, 'forwards', 10)).rejects.toThrow(/checksum/);
      expect(damaged).toBe(1);
    } finally {
      await log.close();
    }
  });

  it('leave out the room on a disk where there is none', async () => {
    const store = await openStore({ memory: true });
    try {
      const samples = await scrape(store);
      expect(valueOf(samples, 'fleet_store_free_bytes')).toBeUndefined();
      expect(valueOf(samples, 'fleet_store_bytes')).toBeGreaterThan(0);
    } finally {
      await store.close();
    }
  });
});
