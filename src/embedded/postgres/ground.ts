import { join } from 'node:path';
import { chooseAccount, type Account } from './account.js';
import { findShippedBinaries, prepareBinaries, type Binaries, type ShippedBinaries } from './binaries.js';
import { inspectCluster } from './cluster.js';
import { newPassword, readConnectionRecord, type ConnectionRecord } from './connection-record.js';
import { choosePlace, defaultShelters } from './place.js';
import type { PostgresOptions } from './postgres-options.js';

/** Who runs the server, from which binaries, on which cluster, and how it is reached. */
export interface Ground {
  readonly dataDir: string;
  readonly place: string;
  readonly cluster: string;
  readonly account: Account | undefined;
  readonly shipped: ShippedBinaries;
  readonly binaries: Binaries;
  readonly record: ConnectionRecord;
  /** `usable` when the cluster is whole, of the binaries' version, and its password is known; else what is wrong with it. */
  readonly condition: 'usable' | 'absent' | { readonly unusable: string };
}

/** Finds out where everything is; changes nothing but folders, links and copies of binaries. */
export async function surveyGround(dataDir: string, options: PostgresOptions): Promise<Ground> {
  const known = await readConnectionRecord(dataDir);
  const shipped = await findShippedBinaries();
  const account = await chooseAccount([dataDir, known?.place ?? dataDir].map((folder) => join(folder, 'cluster')));
  const place = await choosePlace(dataDir, account, options.shelters ?? defaultShelters(), known?.place);
  if (place !== dataDir && place !== known?.place) {
    options.log?.(
      `PostgreSQL runs as uid ${account?.uid ?? ''}, which cannot reach ${dataDir}: its cluster is in ${place}.`,
    );
  }
  const binaries = await prepareBinaries(shipped, account, place);
  const cluster = join(place, 'cluster');
  const condition = await judgeCluster(cluster, binaries, known !== undefined);
  const kept = condition === 'usable' ? known : undefined;
  const record: ConnectionRecord = {
    format: 1,
    user: kept?.user ?? options.user ?? 'holdfast',
    password: kept?.password ?? newPassword(),
    database: kept?.database ?? options.database ?? 'holdfast',
    ...(known?.port === undefined ? {} : { port: known.port }),
    place,
  };
  return { dataDir, place, cluster, account, shipped, binaries, record, condition };
}

async function judgeCluster(
  cluster: string,
  binaries: Binaries,
  passwordIsKnown: boolean,
): Promise<Ground['condition']> {
  const state = await inspectCluster(cluster);
  if (state.kind === 'absent') return 'absent';
  if (state.kind === 'damaged') return { unusable: 'is damaged' };
  if (state.major !== binaries.major) return { unusable: `is of version ${state.major}` };
  return passwordIsKnown ? 'usable' : { unusable: 'has lost its password' };
}
