import { jest } from '@jest/globals';
import { LogDamaged, LogTooNew } from '../../src/embedded/eventstore/log/refusals.js';
import type { EventLog, LogRecord } from '../../src/embedded/eventstore/log/event-log.js';
import { encodeSegmentHeader, segmentFileName } from '../../src/embedded/eventstore/log/segment-header.js';
import { openSegmentLog } from '../../src/embedded/eventstore/log/segment-log.js';
import { MemoryDisk } from '../embedded/eventstore/log/memory-disk.js';
import { fingerprint, names, someRecords } from '../embedded/eventstore/log/records.js';

const headerBytes = 32;
const everything = (log: EventLog) => log.readAll(0, 'forwards', Infinity);
const open = (disk: MemoryDisk) => openSegmentLog({ dataDir: '/log', disk });

interface Written {
  readonly name: string;
  readonly bytes: Buffer;
  readonly records: LogRecord[];
  /** Offset behind each append, and how many records there are up to it. */
  readonly ends: { readonly offset: number; readonly count: number }[];
}

/** 100 records in appends of 1 to 4, each on disk before the next is asked for; killed, not closed. */
async function aLog(): Promise<Written> {
  const disk = new MemoryDisk();
  const log = await open(disk);
  const ends: Written['ends'][number][] = [{ offset: headerBytes, count: 0 }];
  for (let count = 0; count < 100;) {
    const size = Math.min(1 + (count % 4), 100 - count);
    await log.append(someRecords('ship-1', count, size));
    count += size;
    ends.push({ offset: log.durableEnd, count });
  }
  const [[name, bytes]] = [...disk.files] as [[string, Buffer]];
  return { name, bytes, records: await everything(log), ends };
}

/** Opens a log that holds these bytes and closes it again: what was in it, and what was cut off. */
async function recovered(name: string, bytes: Buffer) {
  const log = await open(MemoryDisk.holding([[name, bytes]]));
  const records = await everything(log);
  await log.close();
  return { records, truncatedBytes: log.recovered.truncatedBytes };
}

async function refusal(name: string, bytes: Buffer): Promise<LogDamaged> {
  const disk = MemoryDisk.holding([[name, bytes]]);
  const error: unknown = await open(disk).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LogDamaged);
  expect(disk.files.get(name)!.equals(bytes)).toBe(true);
  return error as LogDamaged;
}

// Tens of thousands of logs are opened here: seconds alone, more beside everything else.
jest.setTimeout(120_000);

describe('A log whose last write was interrupted', () => {
  let written: Written;
  beforeAll(async () => {
    written = await aLog();
  });

  const lastWholeBefore = (length: number) => written.ends.findLast(({ offset }) => offset <= length)!;

  /** Reads the newest record only: 15,000 logs are opened here. */
  async function expectCutTo(bytes: Buffer, end: { offset: number; count: number }) {
    const log = await open(MemoryDisk.holding([[written.name, bytes]]));
    const [newest] = await log.readAll(log.durableEnd, 'backwards', 1);
    const found = { count: log.head('ship-1').lastRevision + 1, truncated: log.recovered.truncatedBytes };
    await log.close();
    if (found.count !== end.count || found.truncated !== bytes.length - end.offset)
      throw new Error(`${found.count} records, ${found.truncated} bytes cut; wanted ${end.count} up to ${end.offset}.`);
    if (newest?.position !== written.records[end.count - 1]?.position)
      throw new Error(`The newest of ${end.count} moved.`);
  }

  it('comes back with every whole append and nothing of the rest, wherever it was cut', async () => {
    for (let length = headerBytes; length <= written.bytes.length; length += 1)
      await expectCutTo(written.bytes.subarray(0, length), lastWholeBefore(length));
  });

  it('comes back likewise when the rest of the file reads as zeros', async () => {
    for (let length = headerBytes; length < written.bytes.length; length += 7) {
      const whole = lastWholeBefore(length);
      const zeroed = Buffer.alloc(written.bytes.length + 5_000);
      written.bytes.copy(zeroed, 0, 0, length);
      // A zero that was written as a zero is no loss.
      const next = written.ends.find(({ offset }) => offset > whole.offset)!;
      const same = zeroed.subarray(0, next.offset).equals(written.bytes.subarray(0, next.offset));
      await expectCutTo(zeroed, same ? next : whole);
    }
  });

  it('comes back likewise when the rest of the file is garbage', async () => {
    const garbage = Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 2_654_435_761) >>> 13));
    for (let length = headerBytes; length < written.bytes.length; length += 13)
      await expectCutTo(
        Buffer.concat([written.bytes.subarray(0, length), Buffer.from([0x99]), garbage]),
        lastWholeBefore(length),
      );
  });

  it('has what it had, record by record', async () => {
    for (const { offset, count } of written.ends) {
      const found = await recovered(written.name, written.bytes.subarray(0, offset + 20));
      expect(found.records.map(fingerprint)).toEqual(written.records.slice(0, count).map(fingerprint));
    }
  });

  it('goes on behind the last whole append, and the next start finds nothing to cut', async () => {
    const disk = MemoryDisk.holding([[written.name, written.bytes.subarray(0, -3)]]);
    const log = await open(disk);
    expect(log.recovered.truncatedBytes).toBeGreaterThan(0);
    const { lastRevision } = log.head('ship-1');
    await log.append(someRecords('ship-1', lastRevision + 1, 3));
    const again = await open(MemoryDisk.holding(disk.files));
    expect(again.recovered.truncatedBytes).toBe(0);
    expect(names(await everything(again))).toEqual(names(await everything(log)));
    expect(again.head('ship-1').lastRevision).toBe(lastRevision + 3);
  });

  it.each([512, 4_096])(
    'loses only that write when any of its %i-byte sectors never reached the disk',
    async (sector) => {
      const disk = new MemoryDisk();
      const log = await open(disk);
      await log.append(someRecords('ship-1', 0, 3));
      const synced = log.durableEnd;
      await Promise.all(
        Array.from({ length: 30 }, (_, at) =>
          log.append([{ ...someRecords('ship-1', 3 + at, 1)[0]!, data: Buffer.alloc(900, 0x41 + at) }]),
        ),
      );
      const [[name, bytes]] = [...disk.files] as [[string, Buffer]];
      const records = await everything(log);
      for (let at = synced - (synced % sector); at < bytes.length; at += sector) {
        const torn = Buffer.from(bytes);
        torn.fill(0, Math.max(at, synced), Math.min(at + sector, torn.length));
        const found = await recovered(name, torn);
        expect(found.records.length).toBeGreaterThanOrEqual(3);
        expect(found.records.map(fingerprint)).toEqual(records.slice(0, found.records.length).map(fingerprint));
        expect(found.records.at(-1)!.end).toBeLessThanOrEqual(Math.max(at, synced));
      }
    },
  );
});

describe('A log that is damaged', () => {
  let written: Written;
  beforeAll(async () => {
    written = await aLog();
  });

  it('is refused for any flipped byte that a later append follows, and cut only when it is in the last one', async () => {
    const last = written.ends.at(-2)!;
    for (let at = 0; at < written.bytes.length; at += 1) {
      const flipped = Buffer.from(written.bytes);
      flipped[at]! ^= 1 << (at % 8);
      if (at < last.offset) {
        const { offset, file } = await refusal(written.name, flipped);
        const append = written.ends.findLast((end) => end.offset <= at)?.offset ?? 0;
        if (offset !== append) throw new Error(`Byte ${at} was flipped, and ${offset} was named.`);
        expect(file).toBe(`/log/${written.name}`);
      } else {
        const found = await recovered(written.name, flipped);
        if (found.records.length !== last.count) throw new Error(`Byte ${at}: ${found.records.length} records.`);
        expect(found.truncatedBytes).toBe(written.bytes.length - last.offset);
      }
    }
  });

  it('is refused for any flipped byte of an append, also the last one, when it had been closed', async () => {
    const disk = MemoryDisk.holding([[written.name, written.bytes]]);
    await (await open(disk)).close();
    const closed = disk.files.get(written.name)!;
    expect(closed.length).toBeGreaterThan(written.bytes.length);
    for (let at = written.ends.at(-2)!.offset; at < written.bytes.length; at += 1) {
      const flipped = Buffer.from(closed);
      flipped[at]! ^= 0x10;
      await refusal(written.name, flipped);
    }
  });

  it('is refused for a flipped byte among appends that shared one sync', async () => {
    const disk = new MemoryDisk();
    const log = await open(disk);
    await Promise.all(Array.from({ length: 20 }, (_, at) => log.append(someRecords('ship-1', at, 1))));
    const [[name, bytes]] = [...disk.files] as [[string, Buffer]];
    const last = (await everything(log)).at(-1)!.position - headerBytes;
    for (let at = headerBytes; at < last; at += 3) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 0xff;
      await refusal(name, flipped);
    }
  });

  it('says which file, where, and what to do, in one sentence each', async () => {
    const flipped = Buffer.from(written.bytes);
    flipped[5_000]! ^= 1;
    const { message } = await refusal(written.name, flipped);
    expect(message).toMatch(/damaged in \/log\/0{16}\.segment at byte \d+: .+ Nothing was changed\. Put a sound copy/);
  });

  it('is refused when zeros or garbage lie between sound appends', async () => {
    const { offset } = written.ends[10]!;
    const [before, after] = [written.bytes.subarray(0, offset), written.bytes.subarray(offset)];
    for (const filler of [Buffer.alloc(4_096), Buffer.alloc(100, 0xaa)]) {
      const holed = Buffer.from(written.bytes);
      filler.copy(holed, offset, 0, Math.min(filler.length, holed.length - offset - 3_000));
      expect((await refusal(written.name, holed)).offset).toBe(offset);
    }
    // Whole appends in the wrong place are no appends: the same bytes one byte later are the garbage end of a log.
    const moved = await recovered(written.name, Buffer.concat([before, Buffer.from([0]), after]));
    expect(moved.records).toHaveLength(written.ends[10]!.count);
  });

  it('does not take a log inside the data of an event for the log', async () => {
    const disk = new MemoryDisk();
    const log = await open(disk);
    const record = { ...someRecords('ship-1', 0, 1)[0]!, data: written.bytes };
    await log.append([record]);
    const [[name, bytes]] = [...disk.files] as [[string, Buffer]];
    const found = await recovered(name, bytes.subarray(0, -1));
    expect(found).toMatchObject({ records: [], truncatedBytes: bytes.length - 1 - headerBytes });
  });
});

describe('A log of several segments', () => {
  async function segments(): Promise<Map<string, Buffer>> {
    const disk = new MemoryDisk();
    const log = await openSegmentLog({ dataDir: '/log', disk, segmentBytes: 1_500 });
    for (let at = 0; at < 40; at += 1) await log.append(someRecords('ship-1', at, 1));
    expect(disk.files.size).toBeGreaterThan(3);
    return disk.files;
  }

  it('is refused when a segment is missing, at the beginning or between others', async () => {
    const files = await segments();
    for (const name of [...files.keys()].slice(0, -1)) {
      const left = new Map([...files].filter(([other]) => other !== name));
      await expect(open(MemoryDisk.holding(left))).rejects.toThrow(
        /begins at position \d+, but the log before it ends/,
      );
    }
  });

  it('is refused when any segment but the newest is cut or has bytes to spare', async () => {
    const files = await segments();
    for (const name of [...files.keys()].slice(0, -1))
      for (const change of [
        (bytes: Buffer) => bytes.subarray(0, -1),
        (bytes: Buffer) => Buffer.concat([bytes, bytes]),
      ]) {
        const disk = MemoryDisk.holding(new Map(files).set(name, change(files.get(name)!)));
        await expect(open(disk)).rejects.toThrow('the log goes on in a later segment');
      }
  });

  it('is refused when files have changed places', async () => {
    const files = await segments();
    const [first, second] = [...files.keys()] as [string, string];
    const swapped = new Map(files).set(first, files.get(second)!).set(second, files.get(first)!);
    await expect(open(MemoryDisk.holding(swapped))).rejects.toThrow('its header belongs to another segment');
  });

  it('is refused, and says who can read it, when a later version wrote it', async () => {
    const newer = encodeSegmentHeader({ base: 0, salt: 1 }, 2);
    const opening = open(MemoryDisk.holding([[segmentFileName(0), newer]]));
    await expect(opening).rejects.toThrow(LogTooNew);
    await expect(opening).rejects.toThrow(/format 2 .* knows formats up to 1\. Start the version that wrote it/);
  });

  it('forgets a segment that a crash kept from being begun', async () => {
    const files = await segments();
    const disk = MemoryDisk.holding(new Map(files).set(`${segmentFileName(99_999)}.new`, Buffer.alloc(7)));
    const log = await open(disk);
    expect(log.head('ship-1').lastRevision).toBe(39);
    expect([...disk.files.keys()]).toEqual([...files.keys()]);
  });
});
