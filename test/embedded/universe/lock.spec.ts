import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDirectory } from '../../../src/embedded/universe/state/lock.js';
import { DirectoryTaken } from '../../../src/embedded/universe/state/refusals.js';
import { eventually } from '../../support/eventually.js';

describe('the lock of a directory', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lock-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const leave = (pid: number) => writeFile(join(directory, 'owner.pid'), `${pid}\n\n`);

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is not held by a process that has ended and was never reaped', async () => {
    // What is exec'ed here does not know of the child, and so never reaps it.
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const gone = once(parent, 'exit');
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(String(line));
      await eventually(async () => expect(await readFile(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /));
      await leave(pid);
      await (await lockDirectory(directory)).release();
    } finally {
      parent.kill('SIGKILL');
      await gone;
    }
  });

  it('is had by one only of many that find what a dead process left', async () => {
    for (let round = 0; round < 20; round += 1) {
      await leave(2 ** 30);
      const asked = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
      const had = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      const refused = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      expect(had).toHaveLength(1);
      expect(refused.every((reason) => reason instanceof DirectoryTaken)).toBe(true);
      expect(await readdir(directory)).toEqual(['owner.pid']);
      await had[0]?.release();
    }
  });
});
