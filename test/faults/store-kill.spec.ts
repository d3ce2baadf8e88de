import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LogRecord } from '../../src/embedded/eventstore/log/event-log.js';
import { openSegmentLog } from '../../src/embedded/eventstore/log/segment-log.js';
import { compileLog, ended, startChild } from './store-child.js';

// Each log lives through many kills; several logs, so that reading them again and again stays cheap.
const logs = 3;
const killsOfEach = 20;
const segmentBytes = 64 << 10;

// Six writers, each to a stream of its own, each awaiting its append; every acknowledgement goes out at once, with a
// plain write that the kernel keeps when the process is killed.
const writer = `
import { writeSync } from 'node:fs';
import { openSegmentLog } from './log/segment-log.js';

const [dataDir, segmentBytes] = process.argv.slice(2);
const log = await openSegmentLog({ dataDir, segmentBytes: Number(segmentBytes) });
writeSync(1, 'ready ' + log.recovered.truncatedBytes + '\\n');

async function write(stream) {
  for (;;) {
    const first = log.head(stream).lastRevision + 1;
    const count = 1 + (first % 4);
    const records = Array.from({ length: count }, (_, at) => ({
      stream,
      revision: first + at,
      tombstone: false,
      id: new Uint8Array(16),
      type: 'Written',
      isJson: true,
      createdTicks: 1n,
      data: Buffer.from(JSON.stringify({ first, count, at, filler: 'x'.repeat((first * 37) % 400) })),
      metadata: new Uint8Array(0),
    }));
    const positions = await log.append(records);
    writeSync(1, 'ack ' + stream + ' ' + first + ' ' + positions.join(',') + '\\n');
  }
}
for (let at = 0; at < 6; at += 1) void write('writer-' + at);
`;

interface Acknowledged {
  readonly stream: string;
  readonly first: number;
  readonly positions: readonly number[];
}

const folder = await mkdtemp(join(tmpdir(), 'holdfast-kill-'));
let child: ChildProcess | undefined;
afterAll(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('A process that is killed while six writers append', () => {
  it(`loses nothing it had acknowledged, keeps appends whole and in order, ${logs * killsOfEach} times`, async () => {
    await compileLog(folder);
    await writeFile(join(folder, 'writer.js'), writer);
    const census = { acknowledged: 0, killedBeforeReady: 0 };
    for (let at = 0; at < logs; at += 1) {
      const dataDir = join(folder, `data-${at}`);
      let checkedTo = 0;
      let next = new Map<string, number>();
      for (let kill = 0; kill < killsOfEach; kill += 1) {
        const said = await killed(dataDir, at * killsOfEach + kill);
        const acknowledged = said.flatMap(parseAcknowledgement);
        census.acknowledged += acknowledged.length;
        if (!said.some((line) => line.startsWith('ready'))) census.killedBeforeReady += 1;

        const log = await openSegmentLog({ dataDir, segmentBytes });
        const records = await log.readAll(checkedTo, 'forwards', Infinity);
        expectAcknowledged(records, acknowledged);
        next = expectWholeAndInOrder(records, next);
        checkedTo = log.durableEnd;
        await log.close();
      }
      const log = await openSegmentLog({ dataDir, segmentBytes });
      expect(expectWholeAndInOrder(await log.readAll(0, 'forwards', Infinity), new Map())).toEqual(next);
      await log.close();
    }
    expect(census.acknowledged).toBeGreaterThanOrEqual(2_000);
    expect(census.killedBeforeReady).toBeLessThan((logs * killsOfEach) / 2);
  }, 300_000);

  /** Runs the writers, kills them after some acknowledgements (now and then at the start), and returns what they said. */
  async function killed(dataDir: string, kill: number): Promise<string[]> {
    child = startChild(folder, 'writer.js', [dataDir, String(segmentBytes)]);
    const end = ended(child);
    let said = '';
    let complaints = '';
    const saidLines = (count: number) =>
      new Promise<void>((resolve) => {
        child!.stdout!.on('data', () => {
          if (said.split('\n').length > count) resolve();
        });
      });
    child.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    if (kill % 10 === 9) await Promise.race([saidLines(1), end, pause(60 + kill)]);
    else await Promise.race([saidLines(20 + ((kill * 37) % 50)), end]);
    await pause(kill % 4);
    child.kill('SIGKILL');
    const outcome = await end;
    if (outcome !== 'SIGKILL') throw new Error(`The writers ended by themselves (${outcome}): ${complaints}`);
    return said.split('\n').slice(0, -1);
  }
});

function parseAcknowledgement(line: string): Acknowledged[] {
  const [word, stream, first, positions] = line.split(' ');
  if (word !== 'ack') return [];
  return [{ stream: stream!, first: Number(first), positions: positions!.split(',').map(Number) }];
}

function expectAcknowledged(records: readonly LogRecord[], acknowledged: readonly Acknowledged[]): void {
  const found = new Map(records.map(({ position, stream, revision }) => [position, `${stream}@${revision}`]));
  for (const { stream, first, positions } of acknowledged)
    for (const [at, position] of positions.entries())
      if (found.get(position) !== `${stream}@${first + at}`)
        throw new Error(`${stream}@${first + at} was acknowledged at ${position}; there is ${found.get(position)}.`);
}

/** Checks that revisions have no gaps and appends are unbroken. Returns the next revision of each stream. */
function expectWholeAndInOrder(records: readonly LogRecord[], next: ReadonlyMap<string, number>): Map<string, number> {
  const expected = new Map(next);
  for (const [index, { stream, revision, data }] of records.entries()) {
    if (revision !== (expected.get(stream) ?? 0)) throw new Error(`${stream}@${revision} is out of order.`);
    expected.set(stream, revision + 1);
    const { first, count, at } = JSON.parse(Buffer.from(data).toString()) as {
      first: number;
      count: number;
      at: number;
    };
    const whole = at === count - 1 || records[index + 1]?.stream === stream;
    if (revision !== first + at || !whole) throw new Error(`The append of ${stream}@${first} is broken at ${at}.`);
  }
  return expected;
}
