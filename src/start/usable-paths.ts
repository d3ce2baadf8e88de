import { readFile } from 'node:fs/promises';
import { NoUniverse, universeIn } from '../embedded/universe/model/universe-file.js';
import { ConfigError } from '../infrastructure/config/config-error.js';
import type { Config } from '../infrastructure/config/settings.js';
import { whySocketUnusable } from '../infrastructure/http/edge/unix-socket.js';

/**
 * Looks at the files that the configuration names, before anything is started.
 * @throws ConfigError with a sentence for each that cannot do
 */
export async function requireUsablePaths({ socket, universeFile, game, gameToken }: Config): Promise<void> {
  const isSimulated = game && gameToken === undefined;
  const found = [
    socket === undefined ? undefined : await socketFault(socket),
    universeFile === undefined || !isSimulated ? undefined : await universeFault(universeFile),
  ];
  const faults = found.filter((fault) => fault !== undefined);
  if (faults.length > 0) throw new ConfigError(faults);
}

async function socketFault(path: string): Promise<string | undefined> {
  const why = await whySocketUnusable(path);
  return why && `HOLDFAST_SOCKET is ${JSON.stringify(path)}: failed to create unix socket listener: ${why}.`;
}

async function universeFault(path: string): Promise<string | undefined> {
  const subject = `HOLDFAST_UNIVERSE_FILE is ${JSON.stringify(path)}`;
  try {
    universeIn(await readFile(path, 'utf8'), 1);
    return undefined;
  } catch (error) {
    if (error instanceof NoUniverse) return `${subject}: ${error.message}`;
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return `${subject}: it cannot be read (${code}).`;
  }
}
