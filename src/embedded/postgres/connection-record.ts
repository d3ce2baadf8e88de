import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from './embedded-postgres-error.js';

/** Stored as `postgres.json` (0600) in the data directory: how to reach the server, and where its cluster lies. */
export interface ConnectionRecord {
  readonly format: 1;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly port?: number;
  readonly place: string;
}

const pathOf = (dataDir: string): string => join(dataDir, 'postgres.json');

export const newPassword = (): string => randomBytes(24).toString('base64url');

/** @returns undefined when there is none or it cannot be understood */
export async function readConnectionRecord(dataDir: string): Promise<ConnectionRecord | undefined> {
  let text: string;
  try {
    text = await readFile(pathOf(dataDir), 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value = JSON.parse(text) as Partial<ConnectionRecord>;
    const complete = value.format === 1 && value.user && value.password && value.database && value.place;
    return complete ? (value as ConnectionRecord) : undefined;
  } catch {
    return undefined;
  }
}

export async function writeConnectionRecord(dataDir: string, record: ConnectionRecord): Promise<void> {
  const path = pathOf(dataDir);
  await writeFile(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export const urlOf = (record: ConnectionRecord, port: number): string =>
  `postgres://${encodeURIComponent(record.user)}:${record.password}@127.0.0.1:${port}/${encodeURIComponent(record.database)}`;
