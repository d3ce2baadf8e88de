import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectoryTaken } from './refusals.js';

/**
 * Keeps other processes of this machine out of a directory. The lock of a process that is gone does not count, nor does
 * that of an earlier process whose number somebody has again.
 * @throws DirectoryTaken
 */
export async function lockDirectory(directory: string): Promise<{ release(): Promise<void> }> {
  const path = join(directory, 'owner.pid');
  const mine = randomUUID();
  const text = `${process.pid}\n${(await processOf(process.pid))?.began ?? ''}\n${mine}\n`;
  for (let attempt = 0; attempt < 3; attempt++) {
    if (wrote(path, text)) {
      // Whoever read it before it was written whole may have taken it away meanwhile.
      if (textNow(path) === text) return { release: () => rm(path, { force: true }) };
      continue;
    }
    const found = (await readText(path)) ?? '';
    const [number = '', began = ''] = found.split('\n');
    const owner = Number(number);
    if (owner > 0 && (await isTheOne(owner, began))) {
      throw new DirectoryTaken(`${directory} is used by the process ${owner}; if that is no universe, remove ${path}.`);
    }
    takeAway(path, found, `${path}.${mine}`);
  }
  throw new DirectoryTaken(`${directory} is being taken by another process.`);
}

/** False when there is such a file already. */
function wrote(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Takes away what was judged, and nothing else: under a name that nobody else uses it can be told what it was that was
 * renamed, and another one's is put back. In one go, so that the moment without a file is as short as can be.
 */
function takeAway(path: string, judged: string, aside: string): void {
  if (textNow(path) !== judged) return;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return;
  }
  const found = textNow(aside);
  if (found !== undefined && found !== judged) wrote(path, found);
  rmSync(aside, { force: true });
}

function textNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Where it cannot be told when a process began, its number alone has to do. */
async function isTheOne(pid: number, began: string): Promise<boolean> {
  if (!lives(pid)) return false;
  const found = await processOf(pid);
  if (found === undefined) return true;
  return !found.ended && (began === '' || began === found.began);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

interface ProcessFound {
  /** It has ended and was never reaped, as in a container without init; it still answers signals. */
  readonly ended: boolean;
  /** When it began, in a form that is only compared. */
  readonly began: string;
}

/** Linux tells, others do not. */
async function processOf(pid: number): Promise<ProcessFound | undefined> {
  const [stat, boot] = await Promise.all([readText(`/proc/${pid}/stat`), readText('/proc/sys/kernel/random/boot_id')]);
  // The command name may hold spaces and parentheses: the fixed fields begin after its last one.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields?.[19];
  if (ticks === undefined) return undefined;
  return { ended: /^[ZX]/.test(fields?.[0] ?? ''), began: `${boot?.trim() ?? ''}/${ticks}` };
}

const readText = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);
