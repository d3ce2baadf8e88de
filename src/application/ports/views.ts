/** Injection tokens of the room the views are kept in. */
export const DATABASE = Symbol('Database');
export const PROJECTIONS = Symbol('Projections');

/** The database on any of its connections, or one connection for the time of a transaction. */
export interface Connection {
  /** Parameters are `$1`, `$2`, … in the text; values never become part of it. */
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

export interface TransactionOptions {
  /** One snapshot for everything that is read in it. */
  readonly snapshot?: true;
  readonly readOnly?: true;
}

/**
 * The room the views are kept in. Calls reject with DatabaseUnavailable when it cannot be reached or gives up for the
 * moment, and with RowRefused when it will never take these values.
 */
export interface Database extends Connection {
  /** All of it or nothing. A failure of `work`, and of the commit itself, rejects. */
  transaction<T>(work: (connection: Connection) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** A name that one process at a time can have; undefined while another has it. */
  claim(name: string): Promise<Claim | undefined>;
  /** Ends the claim of whoever has the name, without asking: for one that has it and stands still. */
  evict(name: string): Promise<void>;
}

export interface Claim {
  /** Aborted when the connection that the claim lives on is gone: another process may have the name by now. */
  readonly lost: AbortSignal;
  /** Asks over that connection; false, and `lost` is aborted, when it does not answer. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

export class RowRefused extends Error {
  override readonly name = 'RowRefused';
}

export type ProjectionRole =
  /** This process keeps the view. */
  | 'projecting'
  /** Another process keeps it. */
  | 'standby'
  /** What is stored does not belong to this log; `lastError` says what to do. */
  | 'refused'
  /** Not started, stopped, or waiting for the database. */
  | 'idle';

export interface ProjectionStatus {
  readonly view: string;
  readonly role: ProjectionRole;
  /** The subscription delivers, as far as this process can tell; null where another process projects. */
  readonly readerAlive: boolean | null;
  /** Position the rows reflect; null before the first event, and while the database cannot be asked. */
  readonly position: bigint | null;
  /** Position of the newest event in the log; null while the log cannot be asked. */
  readonly head: bigint | null;
  /**
   * Events of this view not yet in the rows, among the next `lagCountedTo` events of the log; null while it is catching
   * up, when only the time is told.
   */
  readonly lagEvents: number | null;
  /** How old the oldest event is that is not yet in the rows, or the newest one that is; 0 when none is missing. */
  readonly lagMs: number | null;
  readonly parked: number;
  readonly epoch: number;
  readonly eventsApplied: number;
  /** What went wrong since the view last moved or was found level; null: nothing. */
  readonly lastError: { readonly message: string; readonly atMs: number } | null;
  /** The rows have been level with the log once; before that, reads of them are put off. */
  readonly complete: boolean;
}

export const lagCountedTo = 256;

/** The projections of this process, for health and metrics. Answers from memory; never rejects. */
export interface Projections {
  statuses(): readonly ProjectionStatus[];
  /** Somebody waits for a position that may concern no view: whether it does is looked up now, not at the next turn. */
  lookNow(): void;
}
