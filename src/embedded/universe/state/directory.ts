import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Universe } from '../model/universe.js';
import { recoverJournal } from './journal.js';
import { lockDirectory } from './lock.js';
import type { Entry } from './mutation.js';
import { DirectoryDamaged, DirectoryUnusable } from './refusals.js';
import { replaceFile } from './files.js';
import { snapshotIn, type Snapshot } from './snapshot.js';

/** A universe, and in words what it was made from. */
export interface Beginning {
  readonly universe: Universe;
  readonly origin: string;
}

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
 * @param wanted what a new directory begins with; what an earlier one began with stays, and must be of the same origin
 * @throws DirectoryTaken, DirectoryDamaged, DirectoryUnusable
 */
export async function takeDirectory(directory: string, wanted: Beginning): Promise<Kept> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new DirectoryUnusable(`${directory} cannot be used: ${error.message}`);
  });
  const lock = await lockDirectory(directory);
  try {
    const path = (name: string) => join(directory, name);
    const text = await textOf(path('universe.json'));
    if (text === undefined) {
      const { origin, universe } = wanted;
      await replaceFile(path('universe.json'), JSON.stringify({ origin, universe }));
    }
    const { origin, universe } = text === undefined ? wanted : (parsed(text, directory) as Beginning);
    if (origin !== wanted.origin) {
      throw new DirectoryUnusable(`${directory} holds the universe of ${origin}, not of ${wanted.origin}.`);
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
      ...{ universe, snapshot, entries, truncatedBytes, release: () => lock.release() },
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
