import { urlOf, type ConnectionRecord } from './connection-record.js';
import type { Ownership } from './ownership.js';
import { stopPostmaster, type Exit, type Postmaster } from './postmaster.js';

/** `expected` tells the end that `stop` brought from a crash. */
export interface PostgresExit extends Exit {
  readonly expected: boolean;
}

export interface RunningPostgres {
  /** With user and password: not for logs. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends sessions and the server, and leaves a clean cluster. Again: the same promise. */
  stop(): Promise<void>;
  /** Calls back once when the server has ended, also when it already has. @returns takes the listener away */
  onExit(listener: (exit: PostgresExit) => void): () => void;
}

export function runningPostgres(
  postmaster: Postmaster,
  record: ConnectionRecord,
  port: number,
  ownership: Ownership,
  stopTimeoutMs: number,
): RunningPostgres {
  const listeners = new Set<(exit: PostgresExit) => void>();
  let stopping: Promise<void> | undefined;
  // The directory is free again before anybody hears of the exit, so that a listener may start anew.
  const ended = postmaster.exited.then(async (exit): Promise<PostgresExit> => {
    await ownership.release();
    return { ...exit, expected: stopping !== undefined };
  });
  const tell = (listener: (exit: PostgresExit) => void): void =>
    void ended.then((exit) => listeners.has(listener) && listener(exit));
  return {
    url: urlOf(record, port),
    port,
    pid: postmaster.pid,
    stop: () =>
      (stopping ??= stopPostmaster(postmaster, stopTimeoutMs)
        .then(() => ended)
        .then(() => undefined)),
    onExit(listener) {
      listeners.add(listener);
      tell(listener);
      return () => void listeners.delete(listener);
    },
  };
}
