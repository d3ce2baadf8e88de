import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError } from './config-error.js';

/**
 * Makes a directory and what is missing above it, one at a time: asked to make all of them below /proc, Node tries
 * without end.
 * @throws ConfigError when a directory above it takes none
 */
export async function makeDirectory(path: string): Promise<void> {
  if (await isDirectory(path)) return;
  const above = dirname(path);
  if (above !== path) await makeDirectory(above);
  await mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
    if (await isDirectory(path)) return;
    throw new ConfigError([
      `${JSON.stringify(path)} cannot be made (${error.code ?? error.message}): set HOLDFAST_DATA to a directory that can be written.`,
    ]);
  });
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
