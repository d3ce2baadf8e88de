import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { historyPrefixes } from '../../domain/streams.js';
import type { EventStore, Position, RecordedEvent } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/tokens.js';

export interface EventPage {
  /** In the order of the log. */
  readonly events: readonly RecordedEvent[];
  /** The position to go on after; null: this was the last page when it was read. */
  readonly next: Position | null;
  /** Of the newest event in the log, taken before the page was read. */
  readonly head: Position;
}

/** The log itself, a page at a time. */
export class ListEvents extends Query<EventPage> {
  constructor(
    readonly ask: {
      readonly after?: Position | undefined;
      readonly streamPrefixes?: readonly string[] | undefined;
      readonly limit: number;
    },
  ) {
    super();
  }
}

@QueryHandler(ListEvents)
export class ListEventsHandler implements IQueryHandler<ListEvents> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async execute({ ask }: ListEvents): Promise<EventPage> {
    const { after, streamPrefixes = historyPrefixes, limit } = ask;
    const head = await this.store.headPosition();
    const events: RecordedEvent[] = [];
    for await (const event of this.store.readAll({ ...(after !== undefined && { after }), streamPrefixes })) {
      events.push(event);
      if (events.length === limit) return { events, next: event.position, head };
    }
    return { events, next: null, head };
  }
}
