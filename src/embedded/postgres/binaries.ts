import { cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { finish, type Account } from './account.js';
import { EmbeddedPostgresError, errnoOf } from './embedded-postgres-error.js';

/** The folder of `bin`, `lib` and `share` as the platform package ships it, links not made yet. */
export interface ShippedBinaries {
  readonly native: string;
  readonly version: string;
}

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  readonly major: string;
}

const platformNames: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/** @throws EmbeddedPostgresError `unsupported-platform` when npm installed no server for this machine */
export async function findShippedBinaries(
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): Promise<ShippedBinaries> {
  const name = `@embedded-postgres/${platformNames[platform] ?? platform}-${arch}`;
  try {
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
    const packageFolder = resolve(dirname(entry), '..');
    const manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
    return { native: join(packageFolder, 'native'), version: manifest.version };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      `There is no embedded PostgreSQL for ${platform}-${arch} in node_modules: set DATABASE_URL to a PostgreSQL server, or install optional dependencies.`,
      { cause },
    );
  }
}

/**
 * Makes the shipped server runnable by the account: completes its links where it lies, or, when that folder is
 * read-only or out of the account's reach, in a copy below `copyTo`.
 */
export async function prepareBinaries(
  shipped: ShippedBinaries,
  account: Account | undefined,
  copyTo: string,
): Promise<Binaries> {
  const completed = await completeLinks(shipped.native);
  const inPlace = completed ? await probe(shipped.native, account) : undefined;
  if (inPlace) return inPlace;

  const copy = join(copyTo, copyName(shipped));
  await copyOnce(shipped.native, copy);
  await completeLinks(copy);
  const copied = await probe(copy, account);
  if (copied) return copied;
  await rm(copy, { recursive: true, force: true });
  const { output, error } = await finish(executable(shipped.native, 'postgres'), ['--version'], account);
  throw new EmbeddedPostgresError(
    'unsupported-platform',
    `The embedded PostgreSQL does not run on this machine (${error?.message ?? output.trim()}): set DATABASE_URL to a PostgreSQL server.`,
  );
}

const executable = (native: string, name: string): string =>
  join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);

async function probe(native: string, account: Account | undefined): Promise<Binaries | undefined> {
  const { status, output } = await finish(executable(native, 'postgres'), ['--version'], account);
  const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
  if (status !== 0 || major === undefined) return undefined;
  return {
    initdb: executable(native, 'initdb'),
    postgres: executable(native, 'postgres'),
    pgCtl: executable(native, 'pg_ctl'),
    major,
  };
}

/**
 * An npm package cannot hold links: the shipped one lists them and makes them in an install script, which did not
 * run. Making them again, or from two processes at once, changes nothing.
 * @returns false when the folder may not be written
 */
export async function completeLinks(native: string): Promise<boolean> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(native, relative('native', target));
    if (await lstat(link).catch(() => undefined)) continue;
    try {
      await symlink(relative(dirname(target), source), link);
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'EEXIST') continue;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      throw error;
    }
  }
  return true;
}

/** Copies of earlier versions, and copies that were never finished. Not while a server may still run from one. */
export async function removeOldCopies(shipped: ShippedBinaries, copyTo: string): Promise<void> {
  for (const name of await readdir(copyTo)) {
    if (!name.startsWith('native-') || name === copyName(shipped)) continue;
    await rm(join(copyTo, name), { recursive: true, force: true });
  }
}

const copyName = ({ version }: ShippedBinaries): string => `native-${version}`;

async function copyOnce(from: string, to: string): Promise<void> {
  if (await lstat(to).catch(() => undefined)) return;
  const unfinished = `${to}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, to);
}
