import type { Claim, Database, Connection } from '../../../src/application/ports/views.js';
import { keyOf, keyText, type Row, type Table } from '../../../src/projections/rows/table.js';

interface Stored {
  checkpoint: { epoch: number; position: string | null; logId: string | null };
  readonly rows: ReadonlyMap<string, Map<string, Row>>;
}

/** The process that asked is no more. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/**
 * The few statements of a projector, each as PostgreSQL carries it out, in transactions that are kept as a whole or not
 * at all. It outlives its projectors, and tells before every statement and every commit, where one may die.
 */
export class MemoryDatabase implements Database {
  #kept: Stored;
  #turn: Promise<void> = Promise.resolve();
  /** Called before every statement and every commit, and after every commit; what it throws ends the asker. */
  at: (what: 'statement' | 'commit' | 'committed') => void = () => undefined;
  /** Bug: the checkpoint is kept as soon as it is moved, before the rows that belong to it. */
  keepsCheckpointFirst = false;

  constructor(private readonly tables: readonly Table[]) {
    const rows = new Map(tables.map(({ name }) => [name, new Map<string, Row>()]));
    this.#kept = { checkpoint: { epoch: 0, position: null, logId: null }, rows };
  }

  get position(): bigint | null {
    const { position } = this.#kept.checkpoint;
    return position === null ? null : BigInt(position);
  }

  rowsOf(table: Table): readonly Row[] {
    return [...(this.#kept.rows.get(table.name)?.values() ?? [])];
  }

  evict(): Promise<void> {
    return Promise.resolve();
  }

  query<R extends object>(sql: string, parameters: readonly unknown[] = []): Promise<R[]> {
    return this.transaction((connection) => connection.query<R>(sql, parameters));
  }

  /** One after the other: a projector's first statement locks the view. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const mine = this.#turn.then(() => this.#transaction(work));
    this.#turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }

  async #transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const rows = new Map([...this.#kept.rows].map(([name, each]) => [name, new Map(each)]));
    const open: Stored = { checkpoint: { ...this.#kept.checkpoint }, rows };
    const result = await work({
      query: async <R extends object>(sql: string, parameters: readonly unknown[] = []) => {
        this.at('statement');
        const found = this.#run(open, sql, parameters) as R[];
        if (this.keepsCheckpointFirst && sql.startsWith('UPDATE projection_checkpoints SET position')) {
          this.#kept = { ...this.#kept, checkpoint: { ...open.checkpoint } };
        }
        return found;
      },
    });
    this.at('commit');
    this.#kept = open;
    this.at('committed');
    return result;
  }

  claim(): Promise<Claim | undefined> {
    return Promise.resolve(undefined);
  }

  #run({ checkpoint, rows }: Stored, sql: string, [first, ...more]: readonly unknown[]): readonly object[] {
    const shown = (view: unknown) => [
      { view, ...checkpoint, log_id: checkpoint.logId, level: null, current_at: null, complete: false },
    ];
    if (sql.startsWith('INSERT INTO projection_checkpoints AS c')) {
      checkpoint.epoch += 1;
      return shown(first);
    }
    if (sql.startsWith('UPDATE projection_checkpoints SET position')) {
      const [epoch, position, to, logId] = more;
      if (epoch !== checkpoint.epoch || position !== checkpoint.position) return [];
      Object.assign(checkpoint, { position: to, logId });
      return shown(first);
    }
    if (sql.startsWith('INSERT INTO projection_parked')) return [];
    const table = this.tables.find(({ name }) => sql.includes(`"${name}"`));
    const stored = table && rows.get(table.name);
    if (!table || !stored) throw new Error(`no such statement is known here: ${sql}`);
    const given = JSON.parse(String(first)) as Row[];
    const keys = given.map((row) => keyText(keyOf(table, row)));
    if (sql.startsWith('SELECT')) return keys.flatMap((key) => asFound(table, stored.get(key)));
    if (sql.startsWith('DELETE')) keys.forEach((key) => stored.delete(key));
    else if (sql.startsWith('INSERT')) keys.forEach((key, index) => stored.set(key, given[index]!));
    else throw new Error(`no such statement is known here: ${sql}`);
    return [];
  }
}

function asFound(table: Table, row: Row | undefined): readonly object[] {
  if (!row) return [];
  const cells = Object.entries(row).map(([column, cell]) => {
    const isTime = table.columns[column] === 'time' && typeof cell === 'number';
    return [column, isTime ? new Date(cell) : cell] as const;
  });
  return [Object.fromEntries(cells)];
}
