/** What a program wrote down before and after it did it; times are the machine's own, in ms. */
export interface Note {
  readonly atMs: number;
  /** One process of a program. */
  readonly run: string;
  readonly what: 'asks' | 'began' | 'ended';
  /** The stream of the lease. */
  readonly resource: string;
  readonly holder: string;
  readonly token?: number;
  /** `lost` and `fenced`: it stopped because it heard that the lease was not its own any more. */
  readonly how?: 'finished' | 'failed' | 'lost' | 'fenced';
}

/** A write that reached the resource which every section changes. */
export interface FencedWrite {
  readonly atMs: number;
  readonly run: string;
  readonly resource: string;
  readonly token: number;
  readonly accepted: boolean;
}

export interface Records {
  readonly notes: readonly Note[];
  readonly writes: readonly FencedWrite[];
  /** When each process was killed, or had ended. */
  readonly endOf: ReadonlyMap<string, number>;
  readonly killed: ReadonlySet<string>;
}
