import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDirectory } from '../../src/embedded/eventstore/log/directory-lock.js';
import { LogLocked, LogUnusable } from '../../src/embedded/eventstore/log/refusals.js';
import { openSegmentLog } from '../../src/embedded/eventstore/log/segment-log.js';
import { aRecord } from '../embedded/eventstore/log/records.js';
import { compileLog, ended, startChild } from './store-child.js';

const holder = `
import { openSegmentLog } from './log/segment-log.js';
try {
  await openSegmentLog({ dataDir: process.argv[2] });
  console.log('open');
  setInterval(() => undefined, 1000);
} catch (error) {
  console.log(error.name + ': ' + error.message);
}
`;

const folder = await mkdtemp(join(tmpdir(), 'holdfast-lock-'));
afterAll(() => rm(folder, { recursive: true }));

/** A process that opens the log; resolves with the first line it says. */
async function aHolder(dataDir: string) {
  const child = startChild(folder, 'holder.js', [dataDir]);
  const end = ended(child);
  const said = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.trim());
    });
    void end.then((outcome) => reject(new Error(`The process ended (${outcome}) without a word.`)));
  });
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await end;
  };
  return { child, said, kill };
}

describe('A directory that somebody has open', () => {
  let dataDir: string;
  beforeAll(async () => {
    await compileLog(folder);
    await writeFile(join(folder, 'holder.js'), holder);
  });
  beforeEach(async () => {
    dataDir = await mkdtemp(join(folder, 'data-'));
  });

  it('is refused to a second one in the same process, until it is closed', async () => {
    const first = await openSegmentLog({ dataDir });
    const second = openSegmentLog({ dataDir });
    await expect(second).rejects.toThrow(LogLocked);
    await expect(second).rejects.toThrow(
      `The event log in ${dataDir} is already open (process ${process.pid}). Stop that one first, or choose another`,
    );
    await first.append([aRecord('ship-1', 0)]);
    await first.close();
    const third = await openSegmentLog({ dataDir });
    expect(third.head('ship-1').lastRevision).toBe(0);
    await third.close();
  });

  it('is refused to another process, even when its holder is stopped and cannot answer', async () => {
    const first = await aHolder(dataDir);
    expect(first.said).toBe('open');
    expect((await aHolder(dataDir)).said).toContain(`already open (process ${first.child.pid})`);
    first.child.kill('SIGSTOP');
    await expect(openSegmentLog({ dataDir })).rejects.toThrow(LogLocked);
    await first.kill('SIGKILL');
  });

  it('is free at once when its holder was killed, and what that one left is tidied up', async () => {
    for (let time = 0; time < 3; time += 1) {
      const killed = await aHolder(dataDir);
      expect(killed.said).toBe('open');
      await killed.kill('SIGKILL');
    }
    const log = await openSegmentLog({ dataDir });
    expect(await readdir(dataDir)).toHaveLength(1);
    await log.close();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('goes to exactly one of several processes that start together', async () => {
    for (let time = 0; time < 3; time += 1) {
      const holders = await Promise.all([1, 2, 3].map(() => aHolder(dataDir)));
      expect(holders.filter(({ said }) => said === 'open')).toHaveLength(1);
      await Promise.all(holders.filter(({ said }) => said === 'open').map(({ kill }) => kill('SIGKILL')));
    }
  });

  it('goes to at most one of many that ask in the same tick', async () => {
    for (let time = 0; time < 20; time += 1) {
      const asked = await Promise.allSettled(Array.from({ length: 4 }, () => lockDirectory(dataDir)));
      const held = asked.filter((outcome) => outcome.status === 'fulfilled');
      expect(held.length).toBeLessThanOrEqual(1);
      for (const { value } of held) await value.release();
    }
  });

  it('may have a name longer than the address of a socket', async () => {
    const deep = join(dataDir, ...Array.from({ length: 12 }, () => 'a-long-name-of-a-folder'));
    const log = await openSegmentLog({ dataDir: deep });
    await expect(openSegmentLog({ dataDir: deep })).rejects.toThrow(LogLocked);
    await log.close();
    await (await openSegmentLog({ dataDir: deep })).close();
  });

  it('may be a copy, in which a lock is just a file', async () => {
    await writeFile(join(dataDir, 'lock-1-00000000'), '');
    const log = await openSegmentLog({ dataDir });
    await log.close();
  });
});

describe('A directory that cannot be used', () => {
  it('is refused with the reason', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(openSegmentLog({ dataDir: join(file, 'log') })).rejects.toThrow(LogUnusable);
    await expect(openSegmentLog({ dataDir: join(file, 'log') })).rejects.toThrow(/cannot be kept in .*: ENOTDIR/);
  });
});
