import pg from 'pg';
import type { Claim } from '../../application/ports/views.js';
import { explained } from './sql-errors.js';

/** The connection an advisory lock lives on: outside the pool, so that a busy pool never costs a claim. */
export async function connectAlone(options: { readonly url: string; readonly connectTimeoutMs: number }) {
  const client = new pg.Client({
    connectionString: options.url,
    connectionTimeoutMillis: options.connectTimeoutMs,
    application_name: 'holdfast claim',
    keepAlive: true,
  });
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw explained(error);
  }
  return { client, lost };
}

/** An advisory lock: it ends with its connection, however that ends. */
export async function claimName(
  options: { readonly url: string; readonly connectTimeoutMs: number },
  name: string,
): Promise<Claim | undefined> {
  const { client, lost } = await connectAlone(options);
  const release = async (): Promise<void> => void (await client.end().catch(() => undefined));
  try {
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [name],
    );
    if (rows[0]?.taken === true) return { lost: lost.signal, held: asksOf(client, lost), release };
  } catch (error) {
    await release();
    throw explained(error);
  }
  await release();
  return undefined;
}

/** Ends the connection that the lock of a name lives on. A number of 64 bits is shown in two halves. */
export const endClaim = `
  SELECT pg_terminate_backend(lock.pid)
    FROM pg_locks lock JOIN pg_database here ON here.oid = lock.database
   WHERE lock.locktype = 'advisory' AND lock.granted AND lock.objsubid = 1 AND here.datname = current_database()
     AND (lock.classid::bigint << 32 | lock.objid::bigint) = hashtextextended($1, 0)`;

/** How long a connection may take to say that it still is one. */
const answerWithinMs = 5_000;

/** One question at a time, whoever asks. */
function asksOf(client: pg.Client, lost: AbortController): () => Promise<boolean> {
  let asking: Promise<boolean> | undefined;
  return () =>
    (asking ??= answers(client, lost).finally(() => {
      asking = undefined;
    }));
}

async function answers(client: pg.Client, lost: AbortController): Promise<boolean> {
  try {
    await client.query({ text: 'SELECT 1', query_timeout: answerWithinMs } as pg.QueryConfig);
  } catch {
    lost.abort();
  }
  return !lost.signal.aborted;
}
