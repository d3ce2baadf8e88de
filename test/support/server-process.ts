import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';
import { asker, type Asker } from './http.js';

const main = fileURLToPath(new URL('../../bundle/main.js', import.meta.url));
/** The same product with operations that do as they are told in their parameters. */
export const scriptedMain = fileURLToPath(new URL('scripted-daemon.mjs', import.meta.url));

/** Short times, so that a test sees in seconds what an operator sees in minutes. */
const quick = {
  HOLDFAST_SHIP_TTL_MS: '6000',
  HOLDFAST_SHIP_RENEW_MS: '1000',
  HOLDFAST_AMNESTY_MS: '8000',
  HOLDFAST_MONITOR_INTERVAL_MS: '500',
  HOLDFAST_SWEEP_INTERVAL_MS: '1000',
  HOLDFAST_REPAIR_GRACE_MS: '2000',
  HOLDFAST_DAEMON_TTL_MS: '6000',
  HOLDFAST_DAEMON_RENEW_MS: '1000',
  HOLDFAST_RESTART_DELAYS_MS: '300,600,1200',
  HOLDFAST_GAME: 'false',
};

/** The environment of a user's shell: nothing of the test runner's. */
export function plainEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME };
}

/** The whole product as its own process, on a data directory that outlives it. */
export interface ServerProcess extends Asker {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** What it printed so far. */
  output(): string;
  /** The same on stdout: its log. */
  logged(): string;
  kill(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
  /** Another process on the same directory and port, after this one has ended. */
  again(): Promise<ServerProcess>;
  /** Where the embedded PostgreSQL is, for SQL of one's own. */
  databaseUrl(): string;
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A scratch directory that an unprivileged PostgreSQL can reach. */
export function scratchDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A server that has been spawned and may not answer yet. */
export interface LaunchedServer extends Omit<ServerProcess, 'again'> {
  readonly port: number;
  /** Resolves when it is ready. Rejects when it ends before that, or takes longer than `withinMs`. */
  ready(withinMs?: number): Promise<ServerProcess>;
  /** Resolves when it has ended, by itself or not. */
  readonly ended: Promise<number | null>;
}

export async function startServer(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
  port?: number,
  entry = main,
): Promise<ServerProcess> {
  const launched = await launchServer(dataDir, settings, port, entry);
  return launched.ready().catch(async (error: unknown) => {
    await launched.kill();
    throw error;
  });
}

export async function launchServer(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
  port?: number,
  entry = main,
): Promise<LaunchedServer> {
  const onPort = port ?? (await freePort());
  const env = { ...plainEnvironment(), ...quick, ...settings, HOLDFAST_DATA: dataDir, HOLDFAST_PORT: String(onPort) };
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  }
  const output = () => lines.join('');
  let logged = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (logged += text));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = `http://127.0.0.1:${onPort}`;
  const server: Omit<ServerProcess, 'again'> = {
    ...asker(url),
    url,
    dataDir,
    pid: child.pid ?? 0,
    output,
    logged: () => logged,
    kill: () => end(child, ended, 'SIGKILL').then(() => undefined),
    stop: () => end(child, ended, 'SIGTERM'),
    databaseUrl: () => {
      const record = JSON.parse(readFileSync(join(dataDir, 'postgres', 'postgres.json'), 'utf8')) as PostgresRecord;
      return `postgres://${record.user}:${record.password}@127.0.0.1:${record.port}/${record.database}`;
    },
  };
  return {
    ...server,
    port: onPort,
    ended,
    async ready(withinMs = 60_000) {
      await eventually(async () => {
        if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${output()}`);
        const { status, body } = await server.get('/readyz');
        if (status !== 200) throw new Error(`not ready: ${status} ${JSON.stringify(body)} ${output()}`);
      }, withinMs);
      return { ...server, again: () => startServer(dataDir, settings, onPort, entry) };
    },
  };
}

interface PostgresRecord {
  readonly user: string;
  readonly password: string;
  readonly port: number;
  readonly database: string;
}

async function end(child: ChildProcess, ended: Promise<number | null>, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return ended;
}
