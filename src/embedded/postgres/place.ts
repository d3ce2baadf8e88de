import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { canReach, type Account } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Where root may shelter a cluster its account could not reach; the first is not swept by temp file cleaners. */
export const defaultShelters = (): readonly string[] => ['/var/lib', '/var/tmp', tmpdir()];

/**
 * The folder that holds the cluster: the data directory itself, or, when the account cannot step into it (a clone
 * below a 0700 home), a 0700 folder of the account's own, named by a hash of the data directory.
 * @param dataDir a real path
 */
export async function choosePlace(
  dataDir: string,
  account: Account | undefined,
  shelters: readonly string[],
  remembered?: string,
): Promise<string> {
  if (!account) return dataDir;
  const name = `holdfast-postgres-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;
  // A copied data directory remembers the shelter of its original, which is not its own.
  const sheltered = remembered !== undefined && basename(remembered) === name;
  if (sheltered && (await canReach(remembered, account))) return remembered;
  if (await canReach(dataDir, account)) return dataDir;
  for (const shelter of shelters) {
    const place = join(shelter, name);
    if ((await makePrivate(place, account)) && (await canReach(place, account))) return place;
  }
  throw new EmbeddedPostgresError(
    'not-permitted',
    `PostgreSQL does not run as root, and the account it runs under reaches neither ${dataDir} nor a folder in ${shelters.join(', ')}: choose another data directory, or set DATABASE_URL.`,
  );
}

/** In a folder anyone may write, somebody else could have made the name first: then it is not used. */
async function makePrivate(folder: string, account: Account): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch {
    const found = await lstat(folder).catch(() => undefined);
    if (!found?.isDirectory() || (found.uid !== account.uid && found.uid !== 0)) return false;
  }
  await chown(folder, account.uid, account.gid);
  await chmod(folder, 0o700);
  return (await stat(folder)).uid === account.uid;
}
