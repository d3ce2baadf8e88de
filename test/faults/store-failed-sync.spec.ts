import type { EventLog } from '../../src/embedded/eventstore/log/event-log.js';
import { LogBroken } from '../../src/embedded/eventstore/log/event-log.js';
import { openSegmentLog } from '../../src/embedded/eventstore/log/segment-log.js';
import { FaultyDisk, anError } from '../embedded/eventstore/log/faulty-disk.js';
import { MemoryDisk } from '../embedded/eventstore/log/memory-disk.js';
import { aRecord, names, someRecords } from '../embedded/eventstore/log/records.js';

describe('A sync that fails', () => {
  let disk: FaultyDisk;
  let log: EventLog;
  beforeEach(async () => {
    disk = new FaultyDisk(new MemoryDisk());
    log = await openSegmentLog({ dataDir: '/log', disk });
    await log.append([aRecord('ship-1', 0)]);
  });
  afterEach(() => log.close());

  it('breaks the log: every append under way and every later one is refused', async () => {
    disk.failSync = anError('EIO');
    const appends = [1, 2, 3].map((revision) => log.append([aRecord('ship-1', revision)]));
    const settled = log.settled();
    for (const append of appends) await expect(append).rejects.toThrow(LogBroken);
    await expect(settled).rejects.toThrow(LogBroken);
    await expect(log.append([aRecord('ship-1', 1)])).rejects.toThrow(/failed to sync .*EIO/);
    await expect(log.settled()).rejects.toThrow(LogBroken);
    expect(log.head('ship-1').lastRevision).toBe(0);
  });

  it('is never tried again, though the disk would say yes', async () => {
    disk.failSync = anError('EIO');
    await expect(log.append([aRecord('ship-1', 1)])).rejects.toThrow(LogBroken);
    const { syncs } = disk;
    disk.failSync = undefined;
    await expect(log.append([aRecord('ship-1', 1)])).rejects.toThrow(LogBroken);
    await log.close();
    expect(disk.syncs).toBe(syncs);
  });

  it('is told once to those who listen, and at once to those who come later', async () => {
    const heard: string[] = [];
    log.onBroken(({ message }) => heard.push(message));
    const stop = log.onBroken(() => heard.push('stopped listening'));
    stop();
    disk.failSync = anError('EIO');
    await Promise.allSettled([1, 2].map((revision) => log.append([aRecord('ship-1', revision)])));
    await Promise.allSettled([log.append([aRecord('ship-1', 1)])]);
    expect(heard).toEqual([expect.stringContaining('EIO')]);
    log.onBroken(() => heard.push('late'));
    expect(heard).toHaveLength(2);
  });

  it('is not seen by readers and listeners as a success', async () => {
    let heard = 0;
    log.onDurable((records) => (heard += records.length));
    disk.failSync = anError('EIO');
    await expect(log.append(someRecords('ship-1', 1, 3))).rejects.toThrow(LogBroken);
    expect(heard).toBe(0);
    expect(names(await log.readAll(0, 'forwards', 10))).toEqual(['ship-1@0']);
  });

  it('breaks the log also when it is the sync of a new segment', async () => {
    const fresh = await openSegmentLog({ dataDir: '/fresh', disk: (disk = new FaultyDisk(new MemoryDisk())) });
    disk.failSync = anError('EIO');
    await expect(fresh.append([aRecord('ship-1', 0)])).rejects.toThrow(LogBroken);
    await fresh.close();
  });

  it('is no different from a write that fails for any reason but room', async () => {
    disk.failWrite = anError('EIO');
    await expect(log.append([aRecord('ship-1', 1)])).rejects.toThrow(/cannot be written .*EIO/);
    disk.failWrite = undefined;
    await expect(log.append([aRecord('ship-1', 1)])).rejects.toThrow(LogBroken);
  });
});
