import { realpath } from 'node:fs/promises';
import pg from 'pg';
import type { ConnectionRecord } from './connection-record.js';
import { errnoOf } from './embedded-postgres-error.js';

/** `silent`: nobody there, or nobody who speaks PostgreSQL; `busy`: starting or stopping; `stranger`: not this cluster. */
export type Answer = 'ready' | 'database-missing' | 'busy' | 'silent' | 'refused' | 'stranger';

/** Connects the way the app will, and makes sure that the server at the port serves this very cluster. */
export async function askServer(record: ConnectionRecord, port: number, cluster: string): Promise<Answer> {
  const answer = await connect(record, port, record.database, cluster);
  if (answer !== 'database-missing') return answer;
  const maintenance = await connect(record, port, 'postgres', cluster);
  return maintenance === 'ready' ? 'database-missing' : maintenance;
}

export async function createDatabase(record: ConnectionRecord, port: number): Promise<void> {
  const client = clientFor(record, port, 'postgres');
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(record.database)}`);
  } finally {
    await client.end();
  }
}

async function connect(record: ConnectionRecord, port: number, database: string, cluster: string): Promise<Answer> {
  const client = clientFor(record, port, database);
  // A connection that breaks between two steps is reported by the step that fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    const served = await realpath(rows[0]?.data_directory ?? '').catch(() => undefined);
    return served === cluster ? 'ready' : 'stranger';
  } catch (error) {
    return classify(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const clientFor = (record: ConnectionRecord, port: number, database: string): pg.Client =>
  new pg.Client({
    host: '127.0.0.1',
    port,
    user: record.user,
    password: record.password,
    database,
    connectionTimeoutMillis: 3_000,
    query_timeout: 3_000,
    ssl: false,
  });

function classify(error: unknown): Answer {
  const code = errnoOf(error);
  if (code === '3D000') return 'database-missing';
  if (code === '57P03') return 'busy';
  if (code === '28P01' || code === '28000') return 'refused';
  return 'silent';
}
