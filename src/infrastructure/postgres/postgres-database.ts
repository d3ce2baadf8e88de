import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { Claim, Database, Connection, TransactionOptions } from '../../application/ports/views.js';
import { claimName, endClaim } from './claim.js';
import { createDataSource, type PoolOptions } from './data-source.js';
import { migrate } from './migrate.js';
import { explained } from './sql-errors.js';

export type PostgresOptions = Pick<PoolOptions, 'url'> & Partial<PoolOptions>;

const defaults = {
  poolSize: 12,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 30_000,
  say: () => undefined,
} satisfies Partial<PoolOptions>;

/**
 * The views' room on PostgreSQL. Connects, and brings the schema up to date, when it is first asked; while that fails
 * every call rejects with DatabaseUnavailable and the next one tries again.
 */
export class PostgresDatabase implements Database {
  readonly #source: DataSource;
  readonly #options: PoolOptions;
  #ready: Promise<void> | undefined;
  #closed = false;

  constructor(options: PostgresOptions) {
    this.#options = { ...defaults, ...options };
    this.#source = createDataSource(this.#options);
  }

  /** Connects now. Rejects as every call does. */
  async open(): Promise<void> {
    await this.#opened();
  }

  query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#withClient((client) => run<Row>(client, sql, parameters));
  }

  transaction<T>(
    work: (connection: Connection) => Promise<T>,
    { snapshot, readOnly }: TransactionOptions = {},
  ): Promise<T> {
    return this.#withClient(async (client) => {
      const isolation = snapshot ? 'REPEATABLE READ' : 'READ COMMITTED';
      await run(client, `BEGIN ISOLATION LEVEL ${isolation} ${readOnly ? 'READ ONLY' : 'READ WRITE'}`);
      let result: T;
      try {
        result = await work({ query: (sql, parameters) => run(client, sql, parameters) });
      } catch (error) {
        await run(client, 'ROLLBACK').catch(() => undefined);
        throw error;
      }
      await commit(client);
      return result;
    });
  }

  async claim(name: string): Promise<Claim | undefined> {
    await this.#opened();
    return claimName(this.#options, name);
  }

  async evict(name: string): Promise<void> {
    await this.query(endClaim, [name]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#ready?.catch(() => undefined);
    if (this.#source.isInitialized) await this.#source.destroy();
  }

  async #withClient<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    await this.#opened();
    const runner = this.#source.createQueryRunner();
    try {
      const client = (await runner.connect().catch((error: unknown) => {
        throw explained(error);
      })) as pg.ClientBase;
      return await work(client);
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  #opened(): Promise<void> {
    if (this.#closed) return Promise.reject(explained(new Error('the pool is closed')));
    this.#ready ??= this.#open().catch((error: unknown) => {
      this.#ready = undefined;
      throw explained(error);
    });
    return this.#ready;
  }

  async #open(): Promise<void> {
    if (!this.#source.isInitialized) await this.#source.initialize();
    await migrate(this.#source, this.#options);
  }
}

async function run<Row extends object>(
  client: pg.ClientBase,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    return (await client.query<Row>(sql, [...parameters])).rows;
  } catch (error) {
    throw explained(error);
  }
}

/** PostgreSQL answers the commit of a failed transaction with ROLLBACK, and with no error. */
async function commit(client: pg.ClientBase): Promise<void> {
  const { command } = await client.query('COMMIT').catch((error: unknown) => {
    throw explained(error);
  });
  if (command !== 'COMMIT') throw explained(new Error('the transaction was rolled back'));
}
