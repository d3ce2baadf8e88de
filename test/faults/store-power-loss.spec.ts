import fc from 'fast-check';
import type { EventLog } from '../../src/embedded/eventstore/log/event-log.js';
import { openSegmentLog } from '../../src/embedded/eventstore/log/segment-log.js';
import { MemoryDisk } from '../embedded/eventstore/log/memory-disk.js';
import { fingerprint, someRecords } from '../embedded/eventstore/log/records.js';

const everything = (log: EventLog) => log.readAll(0, 'forwards', Infinity);

interface Life {
  /** Appends asked for: stream, records, bytes of each record, and whether the writer waits for it. */
  readonly appends: readonly { stream: number; count: number; bytes: number; wait: boolean }[];
  /** The power goes before this operation of the disk. */
  readonly powerLossAt: number;
  readonly seed: number;
}

const life = fc.record<Life>({
  appends: fc.array(
    fc.record({
      stream: fc.nat(2),
      count: fc.integer({ min: 1, max: 4 }),
      bytes: fc.oneof(fc.nat(200), fc.integer({ min: 400, max: 3_000 })),
      wait: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  powerLossAt: fc.nat(40),
  seed: fc.nat(),
});

/** Lives on a disk until the power goes: what was acknowledged, what was asked for in order, and the disk afterwards. */
async function live(disk: MemoryDisk, { appends, powerLossAt, seed }: Life) {
  const log = await openSegmentLog({ dataDir: '/log', disk, segmentBytes: 6_000 });
  const random = randomFrom(seed);
  let after: MemoryDisk | undefined;
  let operations = 0;
  disk.before = () => {
    if (operations === powerLossAt) after = disk.afterPowerLoss(random);
    operations += 1;
  };
  let acknowledged = -1;
  const asked: { position: number; count: number }[] = [];
  for (const { stream, count, bytes, wait } of appends) {
    const name = `ship-${stream}`;
    const first = log.head(name).lastRevision + 1;
    const append = log.append(
      someRecords(name, first, count).map((record) => ({ ...record, data: Buffer.alloc(bytes, 1 + (first % 200)) })),
    );
    asked.push({ position: log.positionOf(name, first)!, count });
    const last = log.positionOf(name, first + count - 1)!;
    void append.then(() => {
      if (after === undefined) acknowledged = last;
    });
    if (wait) await append;
  }
  await log.settled();
  const written = await everything(log);
  disk.before = () => undefined;
  await log.close();
  return { acknowledged, asked, written, after: after ?? disk.afterPowerLoss(random) };
}

function randomFrom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x9e37_79b9;
    state = Math.imul(state ^ (state >>> 12), 0x297a_2d39);
    return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
  };
}

describe('A loss of power that keeps any part of what was not synced', () => {
  it('loses nothing acknowledged, keeps appends whole and in order, and never counts as damage', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 3 }), async (lives) => {
        let disk = new MemoryDisk();
        for (const each of lives) {
          const before = await live(disk, each);
          disk = before.after;
          const log = await openSegmentLog({ dataDir: '/log', disk, segmentBytes: 6_000 });
          const found = await everything(log);
          expect(found.map(fingerprint)).toEqual(before.written.slice(0, found.length).map(fingerprint));
          const end = found.at(-1)?.position ?? 0;
          expect(end).toBeGreaterThanOrEqual(before.acknowledged);
          const known = new Set(found.map(({ position }) => position));
          for (const { position, count } of before.asked) {
            const from = found.findIndex((record) => record.position === position);
            if (known.has(position)) expect(found.length).toBeGreaterThanOrEqual(from + count);
          }
          await log.close();
        }
      }),
      { numRuns: 400 },
    );
  }, 120_000);
});
