import { chmod, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseAccount } from './account.js';
import { findShippedBinaries, prepareBinaries } from './binaries.js';
import { createCluster, inspectCluster, setAside } from './cluster.js';
import {
  newPassword,
  readConnectionRecord,
  writeConnectionRecord,
  type ConnectionRecord,
} from './connection-record.js';
import { explainFileError } from './embedded-postgres-error.js';
import { checkPort } from './free-port.js';
import { takeOwnership } from './ownership.js';
import { choosePlace, defaultShelters } from './place.js';
import { clearMisleadingPidFile, findPostmaster, stopPostmaster } from './postmaster.js';
import { runningPostgres, type RunningPostgres } from './running-postgres.js';
import { bringUp, takeOver, type Serving } from './bring-up.js';
import { defaultSettings, type Settings } from './settings.js';

export interface PostgresOptions {
  /** Made when missing. Holds the cluster, the log, and `postgres.json` with the password (0600). */
  readonly dataDir: string;
  /** Loopback port; without one, the port of the last run when it is free, else any. */
  readonly port?: number;
  /** For a new cluster only; both `holdfast` by default. */
  readonly user?: string;
  readonly database?: string;
  /** Server settings on top of the defaults. */
  readonly settings?: Settings;
  /** Told in one sentence each whatever an operator should know (a cluster set aside, a server taken over). */
  readonly log?: (sentence: string) => void;
  /** As root only: where a cluster may live that its account cannot reach in the data directory. */
  readonly shelters?: readonly string[];
  /** Until the server answers, crash recovery included; 60 s by default. */
  readonly startTimeoutMs?: number;
  /** For a fast shutdown before harder ones; 10 s by default. */
  readonly stopTimeoutMs?: number;
}

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
      return runningPostgres(postmaster, record, port, ownership, options.stopTimeoutMs ?? 10_000);
    } catch (error) {
      await ownership.release();
      throw error;
    }
  } catch (error) {
    throw explainFileError(error, options.dataDir);
  }
}

async function serve(dataDir: string, options: PostgresOptions): Promise<Serving> {
  const log = options.log ?? (() => undefined);
  const known = await readConnectionRecord(dataDir);
  const shipped = await findShippedBinaries();
  const account = await chooseAccount([dataDir, known?.place ?? dataDir].map((folder) => join(folder, 'cluster')));
  const place = await choosePlace(dataDir, account, options.shelters ?? defaultShelters(), known?.place);
  if (place !== dataDir && place !== known?.place) {
    log(`PostgreSQL runs as uid ${account?.uid ?? ''}, which cannot reach ${dataDir}: its cluster is in ${place}.`);
  }
  const binaries = await prepareBinaries(shipped, account, place);
  const cluster = join(place, 'cluster');
  const state = await inspectCluster(cluster);
  const usable = state.kind === 'present' && state.major === binaries.major && known !== undefined;
  const record: ConnectionRecord = {
    format: 1,
    user: (usable ? known.user : options.user) ?? 'holdfast',
    password: usable ? known.password : newPassword(),
    database: (usable ? known.database : options.database) ?? 'holdfast',
    ...(known?.port === undefined ? {} : { port: known.port }),
    place,
  };
  const launch = {
    binaries,
    cluster,
    dataDir,
    account,
    settings: { ...defaultSettings, ...options.settings },
  };
  const patience = { startMs: options.startTimeoutMs ?? 60_000, stopMs: options.stopTimeoutMs ?? 10_000 };

  const found = await findPostmaster(cluster, binaries, account);
  if (found) {
    const wanted = usable && (options.port === undefined || options.port === found.port);
    if (wanted && (await takeOver(found, record, cluster, patience.startMs))) {
      log(`Took over the PostgreSQL server (process ${found.postmaster.pid}) that an earlier run left behind.`);
      return { postmaster: found.postmaster, record, port: found.port };
    }
    await stopPostmaster(found.postmaster, patience.stopMs);
    log(`Stopped the PostgreSQL server (process ${found.postmaster.pid}) that an earlier run left behind.`);
  }
  if (!usable) {
    if (state.kind !== 'absent') {
      const why =
        state.kind === 'damaged'
          ? 'is damaged'
          : state.major === binaries.major
            ? 'has lost its password'
            : `is of version ${state.major}`;
      log(`The PostgreSQL cluster ${why}: it was moved to ${await setAside(cluster)}, and the views start empty.`);
    }
    await writeConnectionRecord(dataDir, record);
    await createCluster({ place, binaries, account, user: record.user, password: record.password });
  }
  await clearMisleadingPidFile(cluster);
  return bringUp(launch, record, options.port, patience.startMs);
}

/** @returns its real path: what the server, `/proc` and the hash of a shelter are compared with */
async function makeDataDirectory(path: string): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  if ((await mkdir(path, { recursive: true, mode: 0o755 })) !== undefined) await chmod(path, isRoot ? 0o711 : 0o700);
  return realpath(path);
}
