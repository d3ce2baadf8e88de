import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EventStore, Position } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/tokens.js';
import type { AuditEvent } from './audit-event.js';
import type { AuditFilter } from './audit-filter.js';
import { newestFirst, type Reach } from './newest-first.js';

/** So many events of the log, whatever they are about, are looked through for one page: about a second. */
export const mostLookedThrough = 50_000;

export interface RecentPage {
  /** The newest so many, oldest first. */
  readonly events: readonly AuditEvent[];
  /** The `before` of the page further back; null: there is nothing further back within reach. */
  readonly next: Position | null;
}

/** The newest lines of the audit. A page may have fewer than were asked for, or none, and still name a next one. */
export class RecentAudit extends Query<RecentPage> {
  constructor(readonly ask: AuditFilter & Reach & { readonly limit: number }) {
    super();
  }
}

@QueryHandler(RecentAudit)
export class RecentAuditHandler implements IQueryHandler<RecentAudit> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async execute({ ask }: RecentAudit): Promise<RecentPage> {
    const events: AuditEvent[] = [];
    let looked = 0;
    for await (const { position, line } of newestFirst(this.store, ask, ask)) {
      looked += 1;
      if (line) events.unshift(line);
      if (events.length >= ask.limit || looked >= mostLookedThrough) return { events, next: position };
    }
    return { events, next: null };
  }
}
