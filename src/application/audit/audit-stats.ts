import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Clock } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import { CLOCK, EVENT_STORE } from '../ports/tokens.js';
import { isFault } from './audit-event.js';
import type { AuditFilter } from './audit-filter.js';
import { newestFirst, type Reach } from './newest-first.js';

const dayMs = 86_400_000;

/** What there is of everything within a stretch of time. */
export interface AuditStats {
  /** Nothing older was counted. */
  readonly since: string;
  readonly total: number;
  readonly errors: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly byAgent: Readonly<Record<string, number>>;
  readonly tasks: number;
  /** Of the oldest and of the newest line that was counted. */
  readonly first: string | null;
  readonly last: string | null;
}

/** Costs a read of all that the log has of that time; a day by default. */
export class CountAudit extends Query<AuditStats> {
  constructor(readonly ask: AuditFilter & Reach) {
    super();
  }
}

@QueryHandler(CountAudit)
export class CountAuditHandler implements IQueryHandler<CountAudit> {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ ask }: CountAudit): Promise<AuditStats> {
    const sinceMs = ask.sinceMs ?? this.clock.nowMs() - dayMs;
    const byType: Record<string, number> = {};
    const byAgent: Record<string, number> = {};
    const tasks = new Set<string>();
    let total = 0;
    let errors = 0;
    let first: string | null = null;
    let last: string | null = null;
    for await (const { line } of newestFirst(this.store, ask, { ...ask, sinceMs })) {
      if (!line) continue;
      total += 1;
      if (isFault(line)) errors += 1;
      byType[line.event_type] = (byType[line.event_type] ?? 0) + 1;
      if (line.ai_name !== '') byAgent[line.ai_name] = (byAgent[line.ai_name] ?? 0) + 1;
      tasks.add(`${line.queue}.${line.task_id}`);
      last ??= line.timestamp;
      first = line.timestamp;
    }
    const since = new Date(sinceMs).toISOString();
    return { since, total, errors, byType, byAgent, tasks: tasks.size, first, last };
  }
}
