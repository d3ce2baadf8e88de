import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { EventLog } from '../../../../src/embedded/eventstore/log/event-log.js';
import { openMemoryLog } from '../../../../src/embedded/eventstore/log/memory-log.js';
import { openSegmentLog } from '../../../../src/embedded/eventstore/log/segment-log.js';
import { eventLogContract } from './event-log.contract.js';
import { MemoryDisk } from './memory-disk.js';
import { aRecord, content, names, someRecords } from './records.js';

const made: string[] = [];
const aDirectory = async () => {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-log-'));
  made.push(path);
  return path;
};
afterAll(() => Promise.all(made.map((path) => rm(path, { recursive: true }))));

eventLogContract('An event log on disk', async () => openSegmentLog({ dataDir: join(await aDirectory(), 'a', 'b') }));

eventLogContract('An event log on disk, in many segments, with no cache and one open file', async () =>
  openSegmentLog({ dataDir: await aDirectory(), segmentBytes: 700, cacheBytes: 0, maxOpenFiles: 1 }),
);

describe('An event log that is opened again', () => {
  const everything = (log: EventLog) => log.readAll(0, 'forwards', Infinity);

  it('has what it had, at the same positions, and goes on behind it', async () => {
    const dataDir = await aDirectory();
    const before = await openSegmentLog({ dataDir });
    await before.append(someRecords('ship-1', 0, 3));
    await before.append([aRecord('ship-2', 0), aRecord('ship-2', 0, { tombstone: true })]);
    const records = await everything(before);
    await before.close();

    const after = await openSegmentLog({ dataDir });
    expect(after.recovered).toEqual({ truncatedBytes: 0 });
    expect(await everything(after)).toEqual(records);
    expect(after.head('ship-1')).toEqual({ lastRevision: 2, tombstoned: false });
    expect(after.head('ship-2')).toEqual({ lastRevision: 0, tombstoned: true });
    expect(after.lastPosition).toBe(records.at(-1)!.position);
    const [position] = await after.append([aRecord('ship-1', 3)]);
    expect(position).toBeGreaterThan(records.at(-1)!.end);
    await after.close();
  });

  it('does not grow when nothing is appended', async () => {
    const dataDir = await aDirectory();
    const first = await openSegmentLog({ dataDir });
    await first.append([aRecord('ship-1', 0)]);
    await first.close();
    for (let time = 0; time < 3; time += 1) {
      const log = await openSegmentLog({ dataDir });
      expect(log.durableEnd).toBe(first.durableEnd);
      await log.close();
    }
  });

  it('puts an append that is larger than a segment into one of its own', async () => {
    const dataDir = await aDirectory();
    const options = { dataDir, segmentBytes: 1_000, cacheBytes: 0 };
    const log = await openSegmentLog(options);
    await log.append([aRecord('ship-1', 0)]);
    await log.append(someRecords('ship-1', 1, 50));
    await log.append([aRecord('ship-1', 51)]);
    await log.close();
    expect((await readdir(dataDir)).toSorted()).toEqual([
      expect.stringMatching(/^0{16}\.segment$/),
      expect.stringMatching(/^\d{16}\.segment$/),
      expect.stringMatching(/^\d{16}\.segment$/),
    ]);
    const again = await openSegmentLog(options);
    expect(names(await everything(again))).toEqual(Array.from({ length: 52 }, (_, revision) => `ship-1@${revision}`));
    await again.close();
  });

  it('is, after any appends and restarts, what the log in memory is', async () => {
    const append = fc.record({
      stream: fc.constantFrom('ship-1', 'ship-2', 'container-ä'),
      count: fc.integer({ min: 1, max: 5 }),
      bytes: fc.integer({ min: 0, max: 600 }),
      wait: fc.boolean(),
    });
    const step = fc.oneof({ weight: 9, arbitrary: append }, { weight: 1, arbitrary: fc.constant('reopen' as const) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const options = { dataDir: '/', disk: new MemoryDisk(), segmentBytes: 2_000, cacheBytes: 3_000 };
        const model = openMemoryLog();
        let log = await openSegmentLog(options);
        for (const next of steps) {
          if (next === 'reopen') {
            await log.close();
            log = await openSegmentLog(options);
            continue;
          }
          const { stream, count, bytes, wait } = next;
          const records = someRecords(stream, model.head(stream).lastRevision + 1, count).map((record) => ({
            ...record,
            data: Buffer.alloc(bytes, record.revision),
          }));
          void model.append(records);
          const appended = log.append(records);
          if (wait) await appended;
        }
        await log.settled();
        await model.settled();
        const [expected, found] = [await everything(model), await everything(log)];
        expect(found.map(content)).toEqual(expected.map(content));
        for (const stream of ['ship-1', 'ship-2', 'container-ä']) {
          expect(log.head(stream)).toEqual(model.head(stream));
          const middle = Math.floor(model.head(stream).lastRevision / 2);
          for (const direction of ['forwards', 'backwards'] as const)
            expect(names(await log.readStream(stream, middle, direction, 7))).toEqual(
              names(await model.readStream(stream, middle, direction, 7)),
            );
        }
        await log.close();
      }),
      { numRuns: 100 },
    );
  });
});
