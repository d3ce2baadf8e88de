/** A revision of a stream or a position in the log, or one of their ends. */
export type ReadFrom = 'start' | 'end' | number;
