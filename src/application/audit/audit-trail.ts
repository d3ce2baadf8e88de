import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { EventStore, Position } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/tokens.js';
import { auditEventOf, type AuditEvent } from './audit-event.js';
import { isMeant, prefixesOf, type AuditFilter } from './audit-filter.js';

/** The audit as it can be read: line by line, in the order of the log. */
export class AuditTrail extends Query<AsyncIterable<AuditEvent>> {
  constructor(readonly ask: AuditFilter & { readonly after?: Position | undefined }) {
    super();
  }
}

/** Reads the log itself: there is no second record that could say otherwise. */
@QueryHandler(AuditTrail)
export class AuditTrailHandler implements IQueryHandler<AuditTrail> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  execute({ ask }: AuditTrail): Promise<AsyncIterable<AuditEvent>> {
    return Promise.resolve(this.#lines(ask));
  }

  async *#lines({ after, ...filter }: AuditTrail['ask']): AsyncIterable<AuditEvent> {
    const upTo = await this.store.headPosition();
    const streamPrefixes = prefixesOf(filter);
    const range = { upTo, streamPrefixes, ...(after !== undefined && { after }) };
    for await (const recorded of this.store.readAll(range)) {
      const event = auditEventOf(recorded);
      if (event && isMeant(event, filter)) yield event;
    }
  }
}
