/** Told of what a log does with its disk. */
export interface LogWatch {
  /** The log was opened; so many bytes of an interrupted append were cut off. */
  recovered(ms: number, truncatedBytes: number): void;
  /** One sync of the disk, and how many records shared it. */
  synced(ms: number, records: number): void;
  /** What was read is not what was written. */
  damaged(): void;
}

export const unwatched: LogWatch = {
  recovered: () => undefined,
  synced: () => undefined,
  damaged: () => undefined,
};
