/** Which process watches over the leases, as that process has written it down. */
export interface Watcher {
  readonly host: string;
  readonly pid: number;
  readonly sinceMs: number;
  /** Rises with every look. */
  readonly runs: number;
  readonly lastRunAtMs: number | null;
  readonly nextRunAtMs: number | null;
}

/**
 * One process of all watches over the leases; another takes over when it dies or stands still. The turn keeps work from
 * being done twice; that nothing wrong is done is held by the log, whoever has the turn.
 */
export interface WatchTurn {
  /** This process has the turn. */
  readonly mine: boolean;
  /** Returns at once. `onTurn` is called whenever this process gets the turn. */
  start(onTurn: () => void): void;
  /** Gives the turn to the others. */
  stop(): Promise<void>;
  /** Writes down that the process with the turn has looked, and when it will again. Never rejects. */
  looked(lastRunAtMs: number, nextRunAtMs: number): Promise<void>;
  /** Null where nobody watches, or nobody can say who does. Never rejects. */
  watcher(): Promise<Watcher | null>;
}

/** Where there is only one process. */
export const alwaysMine: WatchTurn = {
  mine: true,
  start: () => undefined,
  stop: () => Promise.resolve(),
  looked: () => Promise.resolve(),
  watcher: () => Promise.resolve(null),
};
