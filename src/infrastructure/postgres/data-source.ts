import 'reflect-metadata';
import { DataSource } from 'typeorm';
import type { Say } from '../../application/ports/log.js';
import { migrations } from './migrations/migrations.js';

export interface PoolOptions {
  readonly url: string;
  /** Connections for statements; claims have connections of their own. */
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Told in one sentence of every connection that broke while nobody used it. */
  readonly say: Say;
}

/** A pool that outlives its connections. The schema comes from the migrations alone, never from entities. */
export function createDataSource({
  url,
  poolSize,
  connectTimeoutMs,
  statementTimeoutMs,
  say,
}: PoolOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'holdfast',
    synchronize: false,
    migrationsRun: false,
    logging: false,
    installExtensions: false,
    migrations: [...migrations],
    migrationsTableName: 'holdfast_migrations',
    migrationsTransactionMode: 'each',
    poolSize,
    poolErrorHandler: (error: unknown) =>
      say(`An idle PostgreSQL connection broke: ${String(error)}`, { event: 'database_said' }),
    extra: {
      connectionTimeoutMillis: connectTimeoutMs,
      idleTimeoutMillis: 30_000,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: statementTimeoutMs,
      keepAlive: true,
    },
  });
}
