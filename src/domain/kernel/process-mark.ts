/** What tells one process from every other one on the same machine, as far as the machine can say. */
export interface ProcessMark {
  /** The same for all processes that can see one another; empty where that cannot be told. */
  readonly machine: string;
  /** A number of a process is used again; together with when it began, it is not. */
  readonly began: string;
  /** The same after a restart of the machine; absent where that cannot be told. */
  readonly home?: string;
}
