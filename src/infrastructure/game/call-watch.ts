/** Told of every call as it is made. */
export interface CallWatch {
  /** How long the call waited for its turn. */
  waited(ms: number): void;
  /** By the status of its answer; `no_connection`: it never got there; `no_answer`: nobody knows. */
  ended(code: `${number}` | 'no_connection' | 'no_answer'): void;
}

export const unwatched: CallWatch = { waited: () => undefined, ended: () => undefined };
