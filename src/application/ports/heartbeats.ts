import type { Json } from '../../domain/kernel/json.js';

/** The last sign of life of one lease or container. Losing it costs a wait, never safety. */
export interface Beat {
  /** Stream name of a lease, or a container id. */
  readonly subject: string;
  readonly attempt: number;
  readonly token: number;
  /** Rises with every beat of the same token. */
  readonly sequence: number;
  /** Whatever moves when work is done; null for a holder that shows none. */
  readonly cursor: Json | null;
  /** The holder said that it will be silent until then. */
  readonly quietUntilMs: number | null;
  readonly atMs: number;
}

/** Beats are written behind, in batches of about a second: other instances see them that much later. */
export interface Heartbeats {
  /** Never blocks and never throws. A beat with a lower token, or an older one of the same token, changes nothing. */
  beat(beat: Beat): void;
  /** The newest beat of every subject, this process's unwritten ones included. Rejects with DatabaseUnavailable. */
  latest(): Promise<readonly Beat[]>;
  /** The lease is over: no beat of it is kept. */
  forget(subject: string): void;
}
