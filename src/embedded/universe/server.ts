import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { generateUniverse } from './generate/universe.js';
import { universeApp } from './http/app.js';
import { NoUniverse, universeIn } from './model/universe-file.js';
import type { Beginning } from './state/directory.js';
import { World } from './state/world.js';

export interface UniverseOptions {
  /** Where it is kept; without, it is gone at the end. */
  readonly dataDir?: string | undefined;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** One system in a file of JSON; without, a system is generated. */
  readonly file?: string | undefined;
  /** Decides what is generated, and the tokens. */
  readonly seed?: number | undefined;
  /** Of the generated system. */
  readonly symbol?: string | undefined;
  /** How many times faster than real time: flights, markets. */
  readonly timeFactor?: number | undefined;
  readonly rateLimit?: boolean | undefined;
  /** Mutations after which the state is written anew. */
  readonly snapshotEvery?: number | undefined;
}

export interface RunningUniverse {
  /** Without a path: the game is at `${url}/v2`, the controls at `${url}/_control`. */
  readonly url: string;
  readonly port: number;
  readonly recovered: { readonly truncatedBytes: number };
  /** Resolves when the disk failed; nothing is acknowledged from then on. */
  readonly broken: Promise<Error>;
  stop(): Promise<void>;
}

export const defaults = { seed: 1, symbol: 'X1-HF01', timeFactor: 60 } as const;

/** @throws NoUniverse, DirectoryTaken, DirectoryDamaged, DirectoryUnusable, or the error of a port that is taken */
export async function startUniverse(options: UniverseOptions): Promise<RunningUniverse> {
  const { seed = defaults.seed, timeFactor = defaults.timeFactor, rateLimit = true, dataDir, snapshotEvery } = options;
  const { universe, origin } = await beginningOf(options, seed);
  const world = await World.open({
    ...{ universe, origin, dataDir, timeFactor, seed },
    ...(snapshotEvery !== undefined && { snapshotEvery }),
  });
  const app = universeApp(world, { rateLimit, onBug: console.error });
  try {
    await app.listen({ host: '127.0.0.1', port: options.port });
  } catch (error) {
    await app.close();
    await world.close();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, broken: world.broken },
    recovered: { truncatedBytes: world.kept?.truncatedBytes ?? 0 },
    async stop() {
      await app.close();
      await world.close();
    },
  };
}

async function beginningOf({ file, symbol = defaults.symbol }: UniverseOptions, seed: number): Promise<Beginning> {
  if (file === undefined) return { universe: generateUniverse(symbol, seed), origin: `${symbol}, seed ${seed}` };
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new NoUniverse(`The file of the universe cannot be read: ${error.message}`);
  });
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { universe: universeIn(text, seed), origin: `file ${digest}, seed ${seed}` };
}
