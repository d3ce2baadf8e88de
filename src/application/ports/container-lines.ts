export const lineLevels = ['info', 'warn', 'error'] as const;
export type LineLevel = (typeof lineLevels)[number];

export interface Line {
  readonly containerId: string;
  readonly attempt: number;
  readonly level: LineLevel;
  readonly text: string;
}

export interface KeptLine extends Line {
  /** Rises with every line of the store. */
  readonly id: bigint;
  /** How often it was said in a row. */
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export interface LinesAsked {
  readonly containerId: string;
  /** Only these levels; undefined: all. */
  readonly levels?: readonly LineLevel[] | undefined;
  /** Only what was said, or said again, since then. */
  readonly sinceMs?: number | undefined;
  /** Only lines after this one, and this one itself if it was said again since. */
  readonly after?: Pick<KeptLine, 'id' | 'count'> | undefined;
  /** The newest so many; with `after`, the first so many. */
  readonly limit: number;
  /** So many of them are passed over. */
  readonly offset?: number | undefined;
}

/**
 * What containers say of their own work. Written behind and bounded: the newest lines of each are kept, and losing some
 * costs an explanation, never custody. Nothing is decided by them.
 */
export interface ContainerLines {
  /** Never blocks and never throws. */
  write(line: Line): void;
  /** Oldest first. Rejects with DatabaseUnavailable. */
  read(ask: LinesAsked): Promise<readonly KeptLine[]>;
  /** When each container last said something; one that never did is not listed. Rejects with DatabaseUnavailable. */
  latest(): Promise<ReadonlyMap<string, number>>;
}
