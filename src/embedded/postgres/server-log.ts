import { open, rename, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull, EmbeddedPostgresError, tellsOfFullDisk } from './embedded-postgres-error.js';

const largestLog = 8 * 1024 * 1024;

export const logPath = (dataDir: string): string => join(dataDir, 'postgres.log');

/** Opens the log for a server about to start, one generation kept. The server holds the file itself, never a pipe of ours. */
export async function openServerLog(dataDir: string): Promise<FileHandle> {
  const path = logPath(dataDir);
  const found = await stat(path).catch(() => undefined);
  if (found && found.size > largestLog) await rename(path, `${path}.1`);
  return open(path, 'a', 0o600);
}

/** What the server wrote since `from` bytes, at most the last 64 KiB. */
export async function readServerLog(dataDir: string, from: number): Promise<string> {
  const file = await open(logPath(dataDir), 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - 65_536);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(Math.max(0, size - start)), position: start });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Children of a killed postmaster still hold its shared memory; they notice and leave within seconds. */
export const isHeldByOrphans = (log: string): boolean => /pre-existing shared memory block/.test(log);

export function explainServerLog(log: string, dataDir: string, port: number): EmbeddedPostgresError {
  if (tellsOfFullDisk(log)) return diskFull(dataDir);
  if (/could not bind .*Address already in use/.test(log)) {
    return new EmbeddedPostgresError(
      'port-in-use',
      `Port ${port} on 127.0.0.1 is taken by another process: stop that one, or choose another port.`,
    );
  }
  if (/could not bind .*Permission denied/.test(log)) {
    return new EmbeddedPostgresError(
      'not-permitted',
      `PostgreSQL may not listen on port ${port}: choose one above 1023.`,
    );
  }
  const reason = log.match(/(?:FATAL|PANIC): .*/g)?.at(-1);
  return new EmbeddedPostgresError(
    /Permission denied|wrong ownership|invalid permissions/.test(log) ? 'not-permitted' : 'start-failed',
    `The embedded PostgreSQL did not start (${reason ?? 'it gave no reason'}); its log is ${logPath(dataDir)}.`,
  );
}
