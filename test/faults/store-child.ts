import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transformFile } from '@swc/core';

const source = new URL('../../src/embedded/eventstore/log/', import.meta.url).pathname;

/** Compiles the log as it is now, so that a plain node process can run it. Returns the folder. */
export async function compileLog(into: string): Promise<string> {
  const log = join(into, 'log');
  await mkdir(log, { recursive: true });
  await writeFile(join(into, 'package.json'), '{"type":"module"}');
  for (const name of await readdir(source)) {
    const { code } = await transformFile(join(source, name), {
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    await writeFile(join(log, name.replace(/\.ts$/, '.js')), code);
  }
  return into;
}

/** Starts a node process that runs a module beside the compiled log. */
export function startChild(folder: string, module: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(folder, module), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Resolves with the signal or exit code once the process is gone and everything it said has been read. */
export function ended(child: ChildProcess): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
}
