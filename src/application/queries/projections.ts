import { Query } from '@nestjs/cqrs';
import type { ProjectionStatus } from '../ports/views.js';

/** How each view stands. Answers also while the database or the log cannot be asked. */
export class ListProjections extends Query<readonly ProjectionStatus[]> {}

/** A stream that a view stopped following at an event it cannot apply. Its rows stay as they were before it. */
export interface ParkedStream {
  readonly view: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly eventId: string;
  readonly eventType: string;
  readonly reason: string;
  /** When the event was written. */
  readonly recordedAtMs: number;
  /** Later events of the stream that were passed over. */
  readonly passedOver: number;
}

export class ListParked extends Query<readonly ParkedStream[]> {
  constructor(readonly ask: { readonly view?: string | undefined } = {}) {
    super();
  }
}
