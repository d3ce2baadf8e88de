import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError, errnoOf } from './embedded-postgres-error.js';
import { isAlive, startMark } from './process-identity.js';

interface Owner {
  readonly pid: number;
  readonly mark: string | undefined;
  readonly id: string;
}

export interface Ownership {
  release(): Promise<void>;
}

/**
 * One process at a time starts, uses and stops the server of a data directory. What a killed process left is
 * recognised by its id and start time and replaced. Processes on other machines or in other pid namespaces are not seen.
 * @throws EmbeddedPostgresError `directory-in-use`
 */
export async function takeOwnership(dataDir: string): Promise<Ownership> {
  const path = join(dataDir, 'owner.json');
  const self: Owner = { pid: process.pid, mark: await startMark(process.pid), id: randomUUID() };
  for (;;) {
    if (await createOnce(path, JSON.stringify(self))) break;
    const text = await readSettled(path);
    if (text === undefined) continue;
    const owner = parse(text);
    if (owner && (await lives(owner))) throw inUse(dataDir, owner);
    await removeStale(path, text, dataDir);
  }
  return {
    async release() {
      if (parse(await readFile(path, 'utf8').catch(() => ''))?.id === self.id) await rm(path, { force: true });
    },
  };
}

async function lives(owner: Owner): Promise<boolean> {
  if (!(await isAlive(owner.pid))) return false;
  return owner.mark === undefined || (await startMark(owner.pid)) === owner.mark;
}

async function createOnce(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(content).finally(() => file.close());
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Between its creation and its first byte the file is empty; one that stays so was left by a killed process. */
async function readSettled(path: string): Promise<string | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined || parse(text) || attempt === 20) return text;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Moved away before it is deleted, so that of two starters only one removes it and neither removes a new owner. */
async function removeStale(path: string, expected: string, dataDir: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await readFile(aside, 'utf8');
  if (moved !== expected) {
    await rename(aside, path);
    const owner = parse(moved);
    if (owner) throw inUse(dataDir, owner);
  }
  await rm(aside, { force: true });
}

function parse(text: string): Owner | undefined {
  try {
    const value = JSON.parse(text) as Partial<Owner>;
    return typeof value.pid === 'number' && typeof value.id === 'string'
      ? { pid: value.pid, mark: value.mark, id: value.id }
      : undefined;
  } catch {
    return undefined;
  }
}

const inUse = (dataDir: string, owner: Owner): EmbeddedPostgresError =>
  new EmbeddedPostgresError(
    'directory-in-use',
    `${dataDir} is in use by process ${owner.pid}: stop it, or give this one another data directory.`,
  );
