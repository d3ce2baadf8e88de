import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/tokens.js';

export interface HistoryPage {
  /** Newest first. */
  readonly events: readonly RecordedEvent[];
  /** Where the next, older page begins; null on the last one. */
  readonly before: bigint | null;
}

/** Who had it, since when, and why it was freed: the stream itself, a page at a time. */
export class LeaseHistory extends Query<HistoryPage> {
  constructor(
    readonly resource: Resource,
    readonly page: { readonly from?: bigint; readonly limit: number },
  ) {
    super();
  }
}

@QueryHandler(LeaseHistory)
export class LeaseHistoryHandler implements IQueryHandler<LeaseHistory> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async execute({ resource, page }: LeaseHistory): Promise<HistoryPage> {
    return historyOf(this.store, leaseStream(resource), page);
  }
}

/** One page of any stream, newest first. */
export async function historyOf(
  store: EventStore,
  stream: string,
  { from, limit }: { readonly from?: bigint; readonly limit: number },
): Promise<HistoryPage> {
  const events = await store.readBackwards(stream, { ...(from === undefined ? {} : { from }), max: limit });
  const oldest = events.at(-1);
  return { events, before: oldest && oldest.revision > 0n && events.length === limit ? oldest.revision - 1n : null };
}
