import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** The unprivileged account the server runs under when we are root; `undefined` means: as ourselves. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Finished {
  readonly status: number | undefined;
  readonly output: string;
  readonly error?: NodeJS.ErrnoException;
}

/**
 * PostgreSQL refuses to run as root. An existing cluster keeps its owner; a new one belongs to `nobody`,
 * or to `daemon` where the sandbox cannot become nobody. No account is ever created.
 */
export async function chooseAccount(clusters: readonly string[]): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const cluster of clusters) {
    const owner = await stat(cluster).catch(() => undefined);
    if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  }
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  for (const name of ['nobody', 'daemon']) {
    const account = accounts.get(name);
    if (account && (await finish('/bin/sh', ['-c', ':'], account)).status === 0) return account;
  }
  throw new EmbeddedPostgresError(
    'not-permitted',
    'PostgreSQL does not run as root, and this process may not become nobody: start as a normal user, or set DATABASE_URL.',
  );
}

function parseAccounts(passwd: string): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid && Number(uid) !== 0) accounts.set(name, { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 });
  }
  return accounts;
}

/** `spawn` takes signed ids (macOS has nobody at -2), `chown` unsigned ones. */
export const identity = (account: Account | undefined): { uid?: number; gid?: number } =>
  account ? { uid: account.uid | 0, gid: account.gid | 0 } : {};

/** Nothing of ours (tokens, PG* variables) reaches the server's environment. */
export const bareEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(process.env['SystemRoot'] ? { SystemRoot: process.env['SystemRoot'] } : {}),
});

/** Runs a short command under the account, from the root folder, and collects what it prints. Never rejects. */
export function finish(command: string, args: readonly string[], account: Account | undefined): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...identity(account),
      cwd: '/',
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    const collect = (chunk: Buffer): void => void (output += chunk.toString('utf8'));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => resolve({ status: undefined, output, error }));
    child.once('close', (status) => resolve({ status: status ?? undefined, output }));
  });
}

/** Whether the account can step into the folder, through all its parents. */
export async function canReach(folder: string, account: Account | undefined): Promise<boolean> {
  if (!account) return true;
  return (await finish('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], account)).status === 0;
}
