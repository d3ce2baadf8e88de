import type { DataSource } from 'typeorm';
import { connectAlone } from './claim.js';

/** Brings the schema up to date; of several instances that start together one does it and the others wait. */
export async function migrate(
  source: DataSource,
  options: { readonly url: string; readonly connectTimeoutMs: number },
): Promise<void> {
  const { client } = await connectAlone(options);
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', ['holdfast migrations']);
    if (await source.showMigrations()) await source.runMigrations();
  } finally {
    await client.end().catch(() => undefined);
  }
}
