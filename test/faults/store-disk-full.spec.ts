import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventLog } from '../../src/embedded/eventstore/log/event-log.js';
import { LogBroken, LogFull } from '../../src/embedded/eventstore/log/event-log.js';
import { openSegmentLog } from '../../src/embedded/eventstore/log/segment-log.js';
import { FaultyDisk, anError } from '../embedded/eventstore/log/faulty-disk.js';
import { MemoryDisk } from '../embedded/eventstore/log/memory-disk.js';
import { aRecord, names, someRecords } from '../embedded/eventstore/log/records.js';

const everything = (log: EventLog) => log.readAll(0, 'forwards', Infinity);
const outcome = (append: Promise<unknown>) =>
  append.then(
    () => 'kept',
    (error: unknown) => (error as Error).name,
  );

describe('A disk without room', () => {
  let memory: MemoryDisk;
  let disk: FaultyDisk;
  let log: EventLog;
  beforeEach(async () => {
    memory = new MemoryDisk();
    disk = new FaultyDisk(memory);
    log = await openSegmentLog({ dataDir: '/log', disk, segmentBytes: 4_000, cacheBytes: 0 });
  });
  afterEach(() => log.close());

  it('refuses the append and those queued behind it, and nothing that was promised before', async () => {
    await log.append(someRecords('ship-1', 0, 2));
    disk.room = 250;
    const appends = [2, 3, 4, 5].map((revision) => outcome(log.append([aRecord('ship-1', revision)])));
    const other = outcome(log.append([aRecord('ship-2', 0)]));
    expect(log.head('ship-1').lastRevision).toBe(5);
    expect(await Promise.all([...appends, other])).toEqual(Array(5).fill('LogFull'));
    expect(log.head('ship-1').lastRevision).toBe(1);
    expect(log.head('ship-2').lastRevision).toBe(-1);
    expect(log.positionOf('ship-1', 2)).toBeUndefined();
    expect(names(await everything(log))).toEqual(['ship-1@0', 'ship-1@1']);
  });

  it('leaves no byte of a refused append in the file', async () => {
    await log.append(someRecords('ship-1', 0, 2));
    const before = memory.files;
    for (const room of [0, 1, 31, 32, 33, 100, 200]) {
      disk.room = room;
      await expect(log.append(someRecords('ship-1', 2, 2))).rejects.toThrow(LogFull);
      expect(memory.files).toEqual(before);
    }
  });

  it('takes appends again as soon as there is room, without a restart', async () => {
    await log.append([aRecord('ship-1', 0)]);
    disk.room = 10;
    await expect(log.append([aRecord('ship-1', 1)])).rejects.toThrow(/no room .*ENOSPC/);
    await expect(log.settled()).resolves.toBeUndefined();
    disk.room = Infinity;
    await log.append([aRecord('ship-1', 1)]);
    const again = await openSegmentLog({ dataDir: '/log', disk: MemoryDisk.holding(memory.files) });
    expect(again.recovered.truncatedBytes).toBe(0);
    expect(names(await everything(again))).toEqual(['ship-1@0', 'ship-1@1']);
  });

  it('may be full at any byte, also where a new segment begins, and never harms what is there', async () => {
    let revision = 0;
    for (let room = 0; room < 3_000; room += 17) {
      disk.room = room;
      const asked = [0, 1, 2].map((at) => outcome(log.append(someRecords('ship-1', revision + at * 3, 3))));
      expect(log.head('ship-1').lastRevision).toBe(revision + 8);
      const kept = (await Promise.all(asked)).filter((name) => name === 'kept').length;
      revision += kept * 3;
      expect(log.head('ship-1').lastRevision).toBe(revision - 1);
      disk.room = Infinity;
      await log.append([aRecord('ship-1', revision)]);
      revision += 1;
    }
    const again = await openSegmentLog({ dataDir: '/log', disk: MemoryDisk.holding(memory.files) });
    expect(again.recovered.truncatedBytes).toBe(0);
    expect(names(await everything(again))).toEqual(Array.from({ length: revision }, (_, at) => `ship-1@${at}`));
    expect(memory.files.size).toBeGreaterThan(10);
  });

  it('still lets the log be closed', async () => {
    await log.append([aRecord('ship-1', 0)]);
    disk.room = 3;
    await log.close();
    const again = await openSegmentLog({ dataDir: '/log', disk: MemoryDisk.holding(memory.files) });
    expect(again.recovered.truncatedBytes).toBe(0);
    expect(again.head('ship-1').lastRevision).toBe(0);
  });

  it('breaks the log if what was written in part cannot be taken back', async () => {
    await log.append([aRecord('ship-1', 0)]);
    disk.room = 40;
    disk.failTruncate = anError('EIO');
    await expect(log.append([aRecord('ship-1', 1)])).rejects.toThrow(LogBroken);
  });

  it('is not taken for full when it is merely slow to take the bytes', async () => {
    disk.longestWrite = 7;
    await log.append(someRecords('ship-1', 0, 20));
    const again = await openSegmentLog({ dataDir: '/log', disk: MemoryDisk.holding(memory.files) });
    expect(again.head('ship-1').lastRevision).toBe(19);
  });
});

describe('A real file system without room', () => {
  it('refuses, goes on reading, and takes appends again when a file is deleted', async () => {
    const mount = await mkdtemp(join(tmpdir(), 'holdfast-full-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount]).status === 0;
    try {
      // Only root may mount; everybody else has the injected disk above.
      if (!mounted) return;
      await writeFile(join(mount, 'ballast'), Buffer.alloc(700_000));
      const dataDir = join(mount, 'log');
      const log = await openSegmentLog({ dataDir, segmentBytes: 64_000, cacheBytes: 0 });
      const big = (revision: number) => aRecord('ship-1', revision, { data: Buffer.alloc(10_000, revision) });
      let kept = 0;
      while ((await outcome(log.append([big(kept)]))) === 'kept') kept += 1;
      expect(kept).toBeGreaterThan(5);
      expect(kept).toBeLessThan(40);
      await expect(log.append([big(kept)])).rejects.toThrow(LogFull);
      expect(log.head('ship-1').lastRevision).toBe(kept - 1);
      expect(await everything(log)).toHaveLength(kept);
      await rm(join(mount, 'ballast'));
      await log.append([big(kept)]);
      await log.close();
      const again = await openSegmentLog({ dataDir });
      expect(again.recovered.truncatedBytes).toBe(0);
      expect(await everything(again)).toHaveLength(kept + 1);
      await again.close();
    } finally {
      if (mounted) spawnSync('umount', [mount]);
      await rm(mount, { recursive: true });
    }
  });
});
