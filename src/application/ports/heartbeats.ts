import type { Json } from '../../domain/kernel/json.js';

/** The row that proves a holder's process: one for a lease, one for a container and all its ships. It may be lost. */
export interface Heartbeat {
  /** Stream name of a lease, or of a container. */
  readonly subject: string;
  readonly attempt: number;
  readonly token: number;
  /** Rises with every heartbeat of the same token. */
  readonly sequence: number;
  /** Whatever moves when work is done; null for a holder that shows none. */
  readonly cursor: Json | null;
  /** The holder said that it will be silent until then. */
  readonly quietUntilMs: number | null;
  readonly atMs: number;
}

/** Heartbeats are written behind, in batches of about a second: other instances see them that much later. */
export interface Heartbeats {
  /** Never blocks and never throws. One with a lower token, or an older one of the same token, changes nothing. */
  record(heartbeat: Heartbeat): void;
  /** The newest of every subject, this process's unwritten ones included. Rejects with DatabaseUnavailable. */
  latest(): Promise<readonly Heartbeat[]>;
  /** The lease is over: no heartbeat of it is kept. */
  forget(subject: string): void;
}
