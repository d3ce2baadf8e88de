import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectoryTaken } from './refusals.js';

/**
 * Keeps other processes of this machine out of a directory. The lock of a process that is gone does not count, nor does
 * that of an earlier process whose number somebody has again.
 * @throws DirectoryTaken
 */
export async function lockDirectory(directory: string): Promise<{ release(): Promise<void> }> {
  const path = join(directory, 'owner.pid');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(`${process.pid}\n${(await beginOf(process.pid)) ?? ''}\n`);
      await file.close();
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const [number = '', began = ''] = (await readFile(path, 'utf8').catch(() => '')).split('\n');
      const owner = Number(number);
      if (owner > 0 && (await isTheOne(owner, began))) {
        throw new DirectoryTaken(
          `${directory} is used by the process ${owner}; if that is no universe, remove ${path}.`,
        );
      }
      await rm(path, { force: true });
    }
  }
  throw new DirectoryTaken(`${directory} is being taken by another process.`);
}

/** Where it cannot be told when a process began, its number alone has to do. */
async function isTheOne(pid: number, began: string): Promise<boolean> {
  if (!lives(pid)) return false;
  const begins = await beginOf(pid);
  return began === '' || begins === undefined || begins === began;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in a form that is only compared; Linux tells, others do not. */
async function beginOf(pid: number): Promise<string | undefined> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => undefined);
  const [stat, boot] = await Promise.all([read(`/proc/${pid}/stat`), read('/proc/sys/kernel/random/boot_id')]);
  // The command name may hold spaces and parentheses: the fixed fields begin after its last one.
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? undefined : `${boot?.trim() ?? ''}/${ticks}`;
}
