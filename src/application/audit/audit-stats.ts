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
    const byType = new Map<string, number>();
    const byAgent = new Map<string, number>();
    const tasks = new Set<string>();
    let total = 0;
    let errors = 0;
    let first: string | null = null;
    let last: string | null = null;
    for await (const { line } of newestFirst(this.store, ask, { ...ask, sinceMs })) {
      if (!line) continue;
      total += 1;
      if (isFault(line)) errors += 1;
      countOne(byType, line.event_type);
      if (line.ai_name !== '') countOne(byAgent, line.ai_name);
      tasks.add(`${line.queue}.${line.task_id}`);
      last ??= line.timestamp;
      first = line.timestamp;
    }
    const since = new Date(sinceMs).toISOString();
    const counts = { byType: Object.fromEntries(byType), byAgent: Object.fromEntries(byAgent) };
    return { since, total, errors, ...counts, tasks: tasks.size, first, last };
  }
}

function countOne(counts: Map<string, number>, of: string): void {
  counts.set(of, (counts.get(of) ?? 0) + 1);
}
