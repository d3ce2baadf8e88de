import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** One folder per test run, named after the process that runs it; `database.ts` starts the run's server in it. */
const prefix = 'holdfast-test-database-';

export const folderOfRun = (pid) => join(tmpdir(), prefix + pid);
export const databasesOfRun = (pid) => `holdfast_test_${pid}_`;

/** Removes what runs that were killed left behind. */
export async function sweepDeadRuns() {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) await endRun(pid);
  }
}

/** Stops the run's server and removes its files; on a server of somebody else, drops the run's databases. */
export async function endRun(pid) {
  const folder = folderOfRun(pid);
  const record = await readJson(join(folder, 'postgres', 'postgres.json'));
  if (record) {
    await stopServer(join(record.place, 'cluster'));
    if (!record.place.startsWith(folder)) await rm(record.place, { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
}

export async function dropDatabasesOfRun(url, pid) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
    databasesOfRun(pid),
  ]);
  for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`);
  await client.end();
}

/** Nothing in a test server is worth keeping: an immediate shutdown, by the cluster's own pid file. */
async function stopServer(cluster) {
  const pid = Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  for (const signal of ['SIGQUIT', 'SIGKILL']) {
    for (let waited = 0; waited < 100; waited += 1) {
      if (!(pid > 1) || !isAlive(pid) || !(await serves(pid, cluster))) return;
      if (waited === 0) process.kill(pid, signal);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A process id may have been given to somebody else since. */
async function serves(pid, cluster) {
  if (process.platform !== 'linux') return true;
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cluster;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function readJson(path) {
  return JSON.parse(await readFile(path, 'utf8').catch(() => 'null'));
}
