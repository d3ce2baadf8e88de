import type { EventLog } from '../log/event-log.js';
import type { StreamReader } from '../streams/stream-reader.js';
import type { StreamWriter } from '../streams/stream-writer.js';
import type { CallError } from './call-error.js';

/** What the services of one server share. */
export interface Node {
  readonly log: EventLog;
  readonly reader: StreamReader;
  readonly writer: StreamWriter;
  readonly maxAppendBytes: number;

  /** Enters a call that stays open into the list of those a stopping server has to end; returns the way out of it. */
  openCall(end: () => void): () => void;
  errorOf(failure: unknown): CallError;
}
