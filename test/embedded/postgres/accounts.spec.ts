import { execFile } from 'node:child_process';
import { chmod, chown, lstat, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canReach } from '../../../src/embedded/postgres/account.js';
import { killApp, makeApp, makeClone, nativeOf, running, startApp, stopApp } from './app.js';
import { isRoot, itAsRoot, query, scratch } from './scratch.js';

const run = promisify(execFile);
const { folder, usedDirectory, start } = scratch();

const normalUser = isRoot ? (await accountOf('daemon')).uid : -1;
const nobody = isRoot ? await accountOf('nobody') : { uid: -1, gid: -1 };
const nodeIsReachable = isRoot && (await canReach(process.execPath.replace(/\/[^/]*$/, ''), nobody));
const itAsNormalUser = nodeIsReachable ? it : it.skip;

async function accountOf(name: string): Promise<{ uid: number; gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = (line ?? '').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

async function uidOfProcess(pid: number): Promise<number> {
  return Number(/^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

async function foldersOf(name: string, mode: number): Promise<string> {
  const made = join(await folder(), name);
  await mkdir(made);
  await chmod(made, mode);
  return made;
}

describe('started by root', () => {
  itAsRoot('the server runs as nobody, which owns the cluster and nothing else', async () => {
    const dataDir = join(await folder(), 'postgres');

    const server = await start({ dataDir });

    expect(await uidOfProcess(server.pid)).toBe(nobody.uid);
    expect((await stat(join(dataDir, 'cluster'))).uid).toBe(nobody.uid);
    expect((await stat(dataDir)).uid).toBe(0);
    expect((await stat(join(dataDir, 'postgres.json'))).uid).toBe(0);
  });

  itAsRoot('a cluster that belongs to another account keeps that account', async () => {
    const dataDir = await usedDirectory();
    await run('chown', ['-R', String(normalUser), join(dataDir, 'cluster')]);

    const server = await start({ dataDir });

    expect(await uidOfProcess(server.pid)).toBe(normalUser);
    expect((await stat(join(dataDir, 'cluster'))).uid).toBe(normalUser);
  });

  itAsRoot('a data directory below a 0700 folder gets its cluster in a shelter, and finds it again', async () => {
    const dataDir = join(await foldersOf('home', 0o700), 'data', 'postgres');
    const shelter = await foldersOf('shelter', 0o755);
    const said: string[] = [];
    const options = { dataDir, shelters: [shelter], log: (sentence: string) => said.push(sentence) };
    const first = await start(options);
    await query(first.url, 'CREATE TABLE ships AS SELECT 7 AS fuel');
    await first.stop();

    const second = await start(options);

    const [name = ''] = await readdir(shelter);
    const place = await stat(join(shelter, name));
    expect({ uid: place.uid, mode: place.mode & 0o777 }).toEqual({ uid: nobody.uid, mode: 0o700 });
    expect(said).toEqual([
      `PostgreSQL runs as uid ${nobody.uid}, which cannot reach ${dataDir}: its cluster is in ${join(shelter, name)}.`,
    ]);
    expect(JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8'))).toMatchObject({
      place: join(shelter, name),
    });
    expect(await query(second.url, 'SELECT fuel FROM ships')).toEqual([{ fuel: 7 }]);
  });

  itAsRoot('a shelter whose name somebody else took first is not used', async () => {
    const dataDir = join(await foldersOf('home', 0o700), 'postgres');
    const [first, second] = [await foldersOf('first', 0o777), await foldersOf('second', 0o777)];
    await (await start({ dataDir, shelters: [first] })).stop();
    const [name = ''] = await readdir(first);
    await chown(join(first, name), normalUser, normalUser);

    await (await start({ dataDir, shelters: [first, second] })).stop();

    expect(await readdir(second)).toEqual([name]);
    expect((await stat(join(first, name))).uid).toBe(normalUser);
  });

  itAsRoot('without any folder its account can reach it says so', async () => {
    const dataDir = join(await foldersOf('home', 0o700), 'postgres');

    await expect(start({ dataDir, shelters: [] })).rejects.toMatchObject({
      code: 'not-permitted',
      message: expect.stringMatching(
        /^PostgreSQL does not run as root, and the account it runs under reaches neither /,
      ),
    });
  });

  itAsRoot('a clone below a 0700 folder has its server copied to the shelter, and is taken over there', async () => {
    const home = await foldersOf('home', 0o700);
    const shelter = await foldersOf('shelter', 0o755);
    await makeClone(home);
    const options = { dataDir: join(home, 'data', 'postgres'), shelters: [shelter] };
    const killed = startApp(home, options);
    const left = await running(killed);
    await killApp(killed);

    const next = startApp(home, options);
    const report = await running(next);

    const [name = ''] = await readdir(shelter);
    expect(await readdir(join(shelter, name))).toEqual(['cluster', expect.stringMatching(/^native-\d/)]);
    expect(report.pid).toBe(left.pid);
    expect(await uidOfProcess(report.pid)).toBe(nobody.uid);
    expect(await query(report.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await stopApp(next);
  });
});

describe('started by a normal user', () => {
  itAsNormalUser('the server runs as that user, from packages of root it may not write', async () => {
    const home = await folder();
    await makeClone(home);
    const data = await foldersOf('data', 0o755);
    const dataDir = join(data, 'postgres');
    await mkdir(join(dataDir, 'native-of-an-earlier-version'), { recursive: true });
    await run('chown', ['-R', String(normalUser), data]);

    const app = startApp(home, { dataDir }, normalUser);
    const report = await running(app);

    expect(report.said).toEqual([]);
    expect(await uidOfProcess(report.pid)).toBe(normalUser);
    expect(await query(report.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const copies = (await readdir(dataDir)).filter((name) => name.startsWith('native-'));
    expect(copies).toEqual([expect.stringMatching(/^native-\d/)]);
    await stopApp(app);
  });

  itAsNormalUser('the links are completed in packages it may write, and nothing is copied', async () => {
    const home = await folder();
    await makeClone(home);
    const lib = join(nativeOf(home), 'lib');
    await chown(lib, normalUser, normalUser);
    const data = await foldersOf('data', 0o755);
    await chown(data, normalUser, normalUser);

    const app = startApp(home, { dataDir: join(data, 'postgres') }, normalUser);
    const report = await running(app);

    expect(await query(report.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await stat(join(data, 'postgres'))).mode & 0o777).toBe(0o700);
    const listed = JSON.parse(await readFile(join(lib, '..', 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of listed) expect((await lstat(join(lib, '..', '..', target))).isSymbolicLink()).toBe(true);
    expect((await readdir(join(data, 'postgres'))).filter((name) => name.startsWith('native'))).toEqual([]);
    await stopApp(app);
  });

  itAsNormalUser('a directory that root made is refused with the reason', async () => {
    const home = await folder();
    await makeApp(home);
    const dataDir = await usedDirectory();

    const { refused } = await startApp(home, { dataDir }, normalUser).report;

    expect(refused).toEqual({
      code: 'not-permitted',
      message: `${dataDir} cannot be used by this user: choose another data directory, or repair its owner and mode.`,
    });
  });
});
