import { chmod, mkdir, realpath } from 'node:fs/promises';
import { removeOldCopies } from './binaries.js';
import { bringUp, takeOver, type Serving } from './bring-up.js';
import { createCluster, setAside } from './cluster.js';
import { writeConnectionRecord } from './connection-record.js';
import { explainFileError } from './embedded-postgres-error.js';
import { checkPort } from './free-port.js';
import { surveyGround, type Ground } from './ground.js';
import { takeOwnership } from './ownership.js';
import type { PostgresOptions } from './postgres-options.js';
import { clearMisleadingPidFile, findPostmaster, stopPostmaster } from './postmaster.js';
import { runningPostgres, type RunningPostgres } from './running-postgres.js';
import { defaultSettings } from './settings.js';

export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './embedded-postgres-error.js';
export type { PostgresOptions } from './postgres-options.js';
export type { PostgresExit, RunningPostgres } from './running-postgres.js';

const defaultStopTimeoutMs = 10_000;

/**
 * Starts the PostgreSQL server that npm installed, on the loopback address, with a cluster below the data directory;
 * makes or replaces the cluster as needed and takes over a server that a killed process left running.
 * @throws EmbeddedPostgresError with one sentence an operator can act on
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  if (options.port !== undefined) checkPort(options.port);
  try {
    const dataDir = await makeDataDirectory(options.dataDir);
    const ownership = await takeOwnership(dataDir);
    try {
      const { postmaster, record, port } = await serve(dataDir, options);
      return runningPostgres(postmaster, record, port, ownership, options.stopTimeoutMs ?? defaultStopTimeoutMs);
    } catch (error) {
      await ownership.release();
      throw error;
    }
  } catch (error) {
    throw explainFileError(error, options.dataDir);
  }
}

async function serve(dataDir: string, options: PostgresOptions): Promise<Serving> {
  const ground = await surveyGround(dataDir, options);
  const startTimeoutMs = options.startTimeoutMs ?? 60_000;
  const takenOver = await takeOverOrStop(ground, options, startTimeoutMs);
  if (takenOver) return takenOver;
  if (ground.condition !== 'usable') await beginAnew(ground, options);
  await clearMisleadingPidFile(ground.cluster);
  await removeOldCopies(ground.shipped, ground.place);
  const settings = { ...defaultSettings, ...options.settings };
  return bringUp({ ...ground, settings }, ground.record, options.port, startTimeoutMs);
}

/** A server that a killed process left behind is used when it answers as the one we would start, and stopped otherwise. */
async function takeOverOrStop(
  { cluster, binaries, account, record, condition }: Ground,
  { port, log, stopTimeoutMs }: PostgresOptions,
  startTimeoutMs: number,
): Promise<Serving | undefined> {
  const found = await findPostmaster(cluster, binaries, account);
  if (!found) return undefined;
  const wanted = condition === 'usable' && (port === undefined || port === found.port);
  const subject = `the PostgreSQL server (process ${found.postmaster.pid}) that an earlier run left behind`;
  if (wanted && (await takeOver(found, record, cluster, startTimeoutMs))) {
    log?.(`Took over ${subject}.`);
    return { postmaster: found.postmaster, record, port: found.port };
  }
  await stopPostmaster(found.postmaster, stopTimeoutMs ?? defaultStopTimeoutMs);
  log?.(`Stopped ${subject}.`);
  return undefined;
}

async function beginAnew(
  { dataDir, place, cluster, binaries, account, record, condition }: Ground,
  { log }: PostgresOptions,
): Promise<void> {
  if (typeof condition === 'object') {
    const aside = await setAside(cluster);
    log?.(`The PostgreSQL cluster ${condition.unusable}: it was moved to ${aside}, and the views start empty.`);
  }
  await writeConnectionRecord(dataDir, record);
  await createCluster({ place, binaries, account, user: record.user, password: record.password });
}

/** @returns its real path: what the server, `/proc` and the hash of a shelter are compared with */
async function makeDataDirectory(path: string): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  if ((await mkdir(path, { recursive: true, mode: 0o755 })) !== undefined) await chmod(path, isRoot ? 0o711 : 0o700);
  return realpath(path);
}
