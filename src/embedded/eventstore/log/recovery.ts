import { join } from 'node:path';
import type { Disk, DiskFile } from './disk.js';
import { readWhole } from './disk.js';
import type { Tail } from './log-tail.js';
import { LogIndex } from './log-index.js';
import { peekRecord } from './record.js';
import { LogDamaged, LogTooNew } from './refusals.js';
import { newSuffix } from './segment-files.js';
import { baseOfSegmentFile, decodeSegmentHeader, formatVersion, segmentFileName } from './segment-header.js';
import type { Segment } from './segment-header.js';
import { damageAfter, scanSegment } from './segment-scan.js';

/** What opening found. */
export interface Recovered {
  readonly index: LogIndex;
  readonly segments: Segment[];
  /** undefined for a log without segments. */
  readonly tail: Tail | undefined;
  /** Whether the log ends with the frame that closing it leaves behind. */
  readonly closed: boolean;
  readonly truncatedBytes: number;
}

interface SegmentFile {
  readonly path: string;
  readonly base: number;
  readonly bytes: Buffer;
}

/**
 * Reads the whole log once, checks every sum, and builds its index. What a crash has left of the last write is cut off;
 * anything else that is not as it was written throws LogDamaged or LogTooNew and leaves the files alone.
 */
export async function recover(disk: Disk, directory: string): Promise<Recovered> {
  const index = new LogIndex();
  const segments: Segment[] = [];
  let end = 0;
  let closed = true;
  let truncatedBytes = 0;
  for await (const { file, isNewest } of segmentFiles(disk, directory)) {
    const segment = acceptSegment(file, end);
    const scan = scanSegment(file.bytes, segment, (offset) => {
      const { stream, tombstone } = peekRecord(file.bytes, offset);
      index.add(stream, tombstone, segment.base + offset);
    });
    truncatedBytes = file.bytes.length - scan.end;
    if (truncatedBytes > 0) {
      const damage = isNewest
        ? damageAfter(file.bytes, scan.end, segment)
        : 'the log goes on in a later segment, so this was on disk.';
      if (damage !== undefined) throw new LogDamaged(file.path, scan.end, damage);
      await cutBack(disk, file.path, scan.end);
    }
    segments.push(segment);
    end = segment.base + scan.end;
    closed = scan.closed;
  }
  const newest = segments.at(-1);
  return { index, segments, tail: newest && { segment: newest, end }, closed, truncatedBytes };
}

function acceptSegment({ path, base, bytes }: SegmentFile, expectedBase: number): Segment {
  const header = decodeSegmentHeader(bytes);
  if (header.kind === 'newer') throw new LogTooNew(path, header.version, formatVersion);
  if (header.kind === 'damaged') throw new LogDamaged(path, 0, 'its header is not what was written.');
  if (header.segment.base !== base) throw new LogDamaged(path, 0, 'its header belongs to another segment.');
  if (base !== expectedBase)
    throw new LogDamaged(path, 0, `it begins at position ${base}, but the log before it ends at ${expectedBase}.`);
  return header.segment;
}

async function cutBack(disk: Disk, path: string, length: number): Promise<void> {
  const file = await disk.open(path, 'write');
  try {
    await file.truncate(length);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The segments in log order. The next one is read while one is looked at; `bytes` are valid only until then. */
async function* segmentFiles(
  disk: Disk,
  directory: string,
): AsyncGenerator<{ readonly file: SegmentFile; readonly isNewest: boolean }> {
  const names = (await disk.list(directory)).toSorted();
  for (const name of names.filter((name) => name.endsWith(newSuffix))) await disk.remove(join(directory, name));
  const found = names.flatMap((name) => {
    const base = baseOfSegmentFile(name);
    return base === undefined ? [] : [{ path: join(directory, segmentFileName(base)), base }];
  });
  const buffers: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)];
  const load = async (at: number): Promise<SegmentFile | undefined> => {
    const next = found[at];
    if (next === undefined) return undefined;
    const file = await disk.open(next.path, 'read');
    try {
      const bytes = await readFile(file, buffers[at % 2]!);
      buffers[at % 2] = bytes;
      return { ...next, bytes };
    } finally {
      await file.close();
    }
  };
  let loading = load(0);
  for (let at = 0; at < found.length; at += 1) {
    const file = await loading;
    loading = load(at + 1);
    loading.catch(() => undefined);
    yield { file: file!, isNewest: at === found.length - 1 };
  }
}

/** The whole file, in `reuse` if it is large enough. */
async function readFile(file: DiskFile, reuse: Buffer): Promise<Buffer> {
  const size = await file.size();
  const whole = reuse.buffer.byteLength >= size ? Buffer.from(reuse.buffer, 0, size) : Buffer.allocUnsafeSlow(size);
  return whole.subarray(0, await readWhole(file, whole, 0));
}
