import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainServerLog } from '../../../src/embedded/postgres/server-log.js';
import { isRoot, itAsRoot, scratch } from './scratch.js';

const { folder, usedDirectory, start, afterwards } = scratch();

const lowPortsAreKept =
  Number(await readFile('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8').catch(() => 0)) > 80;
const itWhereLowPortsAreKept = lowPortsAreKept && isRoot ? it : it.skip;
/** @returns undefined where this process may not mount */
async function smallDisk(size: string): Promise<string | undefined> {
  const path = join(await folder(), 'disk');
  await mkdir(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', path]).status !== 0) return undefined;
  afterwards(() => void spawnSync('umount', [path]));
  return path;
}

describe('what keeps the server from starting is said in one sentence', () => {
  itAsRoot('a disk too small for a new cluster', async () => {
    const disk = await smallDisk('20m');
    if (disk === undefined) return;

    await expect(start({ dataDir: join(disk, 'postgres') })).rejects.toMatchObject({
      code: 'disk-full',
      message: `The disk that holds ${disk}/postgres is full: free some space and start again.`,
    });
  });

  itAsRoot('a disk that has filled up, until there is space again', async () => {
    const disk = await smallDisk('100m');
    if (disk === undefined) return;
    const dataDir = join(disk, 'postgres');
    await (await start({ dataDir })).stop();
    const filler = join(disk, 'filler');
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4096']);

    await expect(start({ dataDir })).rejects.toMatchObject({ code: 'disk-full' });

    await rm(filler);
    expect((await start({ dataDir })).pid).toBeGreaterThan(1);
  });

  itWhereLowPortsAreKept('a port for privileged processes only', async () => {
    await expect(start({ dataDir: await usedDirectory(), port: 80 })).rejects.toMatchObject({
      code: 'not-permitted',
      message: 'PostgreSQL may not listen on port 80: choose one above 1023.',
    });
  });

  it('a data directory that is a file', async () => {
    const dataDir = join(await folder(), 'postgres');
    await writeFile(dataDir, '');

    await expect(start({ dataDir })).rejects.toMatchObject({ code: 'not-permitted' });
  });

  it('anything else, in the last words of the server', () => {
    const log =
      'LOG:  starting\nFATAL:  could not map anonymous shared memory: Cannot allocate memory\nHINT:  reduce it\n';

    expect(explainServerLog(log, '/data', 5432)).toMatchObject({
      code: 'start-failed',
      message:
        'The embedded PostgreSQL did not start (FATAL:  could not map anonymous shared memory: Cannot allocate memory); its log is /data/postgres.log.',
    });
  });
});
