import { randomUUID } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finish, type Account } from './account.js';
import type { Binaries } from './binaries.js';
import { diskFull, EmbeddedPostgresError, errnoOf, tellsOfFullDisk } from './embedded-postgres-error.js';

export type ClusterState =
  { readonly kind: 'absent' } | { readonly kind: 'present'; readonly major: string } | { readonly kind: 'damaged' };

/** What lies at `cluster`. A cluster gets that name only when initdb has finished, so a half-made one is never seen here. */
export async function inspectCluster(cluster: string): Promise<ClusterState> {
  try {
    const major = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
    await stat(join(cluster, 'global', 'pg_control'));
    return { kind: 'present', major };
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  const entries = await readdir(cluster).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  return entries.length === 0 ? { kind: 'absent' } : { kind: 'damaged' };
}

export interface NewCluster {
  readonly place: string;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly user: string;
  readonly password: string;
}

const unfinished = 'cluster.unfinished-';

/** Runs initdb in a folder of its own and gives it the name `<place>/cluster` when it is whole. */
export async function createCluster({ place, binaries, account, user, password }: NewCluster): Promise<void> {
  await removeUnfinished(place);
  const folder = join(place, unfinished + randomUUID());
  const passwordFile = `${folder}.password`;
  try {
    await mkdir(folder, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account) {
      await chown(folder, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const { status, output, error } = await finish(
      binaries.initdb,
      [
        '-D',
        folder,
        '-U',
        user,
        '--pwfile',
        passwordFile,
        '-A',
        'scram-sha-256',
        '-E',
        'UTF8',
        '--no-locale',
        '--no-instructions',
      ],
      account,
    );
    if (status !== 0) throw explainInitdb(place, output, error);
    const cluster = join(place, 'cluster');
    await rm(cluster, { recursive: true, force: true });
    await rename(folder, cluster);
  } finally {
    await removeUnfinished(place);
  }
}

/** Keeps what cannot be used out of the way, for whoever wants to look; the views are rebuilt from the log. */
export async function setAside(cluster: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const aside = `${cluster}.aside-${number}`;
    if (await stat(aside).catch(() => undefined)) continue;
    await rename(cluster, aside);
    return aside;
  }
}

/** An initdb that outlived its killed parent may still be writing: then its folder goes at the next start. */
async function removeUnfinished(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    if (!name.startsWith(unfinished)) continue;
    await rm(join(place, name), { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }
}

function explainInitdb(place: string, output: string, error: NodeJS.ErrnoException | undefined): EmbeddedPostgresError {
  if (tellsOfFullDisk(output)) return diskFull(place);
  if (/could not look up effective user ID/.test(output)) {
    return new EmbeddedPostgresError(
      'not-permitted',
      'PostgreSQL does not run under a user id without a name: give the id an entry in /etc/passwd, or set DATABASE_URL.',
    );
  }
  const reason =
    error?.message ?? /error: .*|FATAL: .*|PANIC: .*/.exec(output)?.[0] ?? output.trim().split('\n').at(-1);
  const code = /Permission denied|Operation not permitted/.test(output) ? 'not-permitted' : 'start-failed';
  return new EmbeddedPostgresError(
    code,
    `initdb made no PostgreSQL cluster in ${place}: ${reason ?? 'no reason given'}.`,
  );
}
