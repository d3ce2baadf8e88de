import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectoryTaken } from './refusals.js';

/**
 * Keeps other processes of this machine out of a directory. The lock of a process that is gone does not count.
 * @throws DirectoryTaken
 */
export async function lockDirectory(directory: string): Promise<{ release(): Promise<void> }> {
  const path = join(directory, 'owner.pid');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(await readFile(path, 'utf8').catch(() => ''));
      if (owner > 0 && lives(owner)) {
        throw new DirectoryTaken(
          `${directory} is used by the process ${owner}; if that is no universe, remove ${path}.`,
        );
      }
      await rm(path, { force: true });
    }
  }
  throw new DirectoryTaken(`${directory} is being taken by another process.`);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
