import type { LogRecord } from '../log/event-log.js';

export type RecordFilter = (record: LogRecord) => boolean;

export interface SubscriptionFilter {
  readonly accepts: RecordFilter;
  /** Number of considered records after which the reader is told how far the log was searched. */
  readonly checkpointInterval: number;
}

/** What of a record a filter looks at. */
export type FilterSubject = 'stream' | 'type';

export function byPrefix(subject: FilterSubject, prefixes: readonly string[]): RecordFilter {
  return (record) => prefixes.some((prefix) => record[subject].startsWith(prefix));
}

export function byExpression(subject: FilterSubject, matches: (text: string) => boolean): RecordFilter {
  return (record) => matches(record[subject]);
}

/** Records that no reader of `$all` is shown. */
export function isHidden({ stream }: LogRecord): boolean {
  if (!stream.startsWith('$')) return false;
  if (stream === '$epoch-information') return true;
  return (
    stream.startsWith('$persistentsubscription-$all::') &&
    (stream.endsWith('-checkpoint') || stream.endsWith('-parked'))
  );
}
