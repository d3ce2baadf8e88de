import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Universe } from '../model/universe.js';
import { recoverJournal } from './journal.js';
import { lockDirectory } from './lock.js';
import type { Entry } from './mutation.js';
import { DirectoryDamaged, DirectoryUnusable } from './refusals.js';
import { replaceFile } from './files.js';
import { snapshotIn, type Snapshot } from './snapshot.js';

/** What a directory kept of a universe, and where it goes on. */
export interface Kept {
  readonly universe: Universe;
  readonly snapshot: Snapshot | undefined;
  /** The mutations after the snapshot, in order. */
  readonly entries: readonly Entry[];
  readonly truncatedBytes: number;
  readonly journalPath: string;
  readonly snapshotPath: string;
  release(): Promise<void>;
}

/**
 * Takes a directory: `universe.json` as it began, `snapshot.json`, and `journal.jsonl` with what happened since.
 * @param wanted the universe of a new directory; one that is there already must hold the same
 * @throws DirectoryTaken, DirectoryDamaged, DirectoryUnusable
 */
export async function takeDirectory(directory: string, wanted: Universe): Promise<Kept> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new DirectoryUnusable(`${directory} cannot be used: ${error.message}`);
  });
  const lock = await lockDirectory(directory);
  try {
    const path = (name: string) => join(directory, name);
    const stored = await textOf(path('universe.json'));
    if (stored === undefined) await replaceFile(path('universe.json'), JSON.stringify(wanted));
    else if (!isDeepStrictEqual(parsed(stored, directory), JSON.parse(JSON.stringify(wanted)))) {
      throw new DirectoryUnusable(`${directory} holds another universe than the one asked for.`);
    }
    const snapshotText = await textOf(path('snapshot.json'));
    const snapshot = snapshotText === undefined ? undefined : readSnapshot(snapshotText, directory);
    const { lines, truncatedBytes } = await recoverJournal(path('journal.jsonl'));
    const entries = lines
      .map((line) => parsed(line, directory) as Entry)
      .filter(({ mutation }) => mutation.number > (snapshot?.number ?? 0));
    entries.forEach(({ mutation }, index) => {
      if (mutation.number !== (snapshot?.number ?? 0) + index + 1) throw damaged(directory);
    });
    return {
      ...{ universe: wanted, snapshot, entries, truncatedBytes, release: () => lock.release() },
      ...{ journalPath: path('journal.jsonl'), snapshotPath: path('snapshot.json') },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

const damaged = (directory: string) => new DirectoryDamaged(`What ${directory} keeps of the universe is damaged.`);

function readSnapshot(text: string, directory: string): Snapshot {
  parsed(text, directory);
  return snapshotIn(text);
}

function parsed(text: string, directory: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(directory);
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
