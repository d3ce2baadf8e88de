import type { Settings } from './settings.js';

export interface PostgresOptions {
  /** Made when missing. Holds the cluster, the log, and `postgres.json` with the password (0600). */
  readonly dataDir: string;
  /** Loopback port; without one, the port of the last run when it is free, else any. */
  readonly port?: number;
  /** For a new cluster only; both `holdfast` by default. */
  readonly user?: string;
  readonly database?: string;
  /** Server settings on top of the defaults. */
  readonly settings?: Settings;
  /** Told in one sentence each whatever an operator should know (a cluster set aside, a server taken over). */
  readonly log?: (sentence: string) => void;
  /** As root only: where a cluster may live that its account cannot reach in the data directory. */
  readonly shelters?: readonly string[];
  /** Until the server answers, crash recovery included; 60 s by default. */
  readonly startTimeoutMs?: number;
  /** For a fast shutdown before harder ones; 10 s by default. */
  readonly stopTimeoutMs?: number;
}
