import { Readable } from 'node:stream';
import { Get, Inject, Query, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import type { AuditEvent } from '../../../application/audit/audit-event.js';
import type { AuditFilter } from '../../../application/audit/audit-filter.js';
import { CountAudit } from '../../../application/audit/audit-stats.js';
import { AuditTrail } from '../../../application/audit/audit-trail.js';
import { RecentAudit } from '../../../application/audit/recent-audit.js';
import { ApiV1 } from '../asking/api.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import * as schemas from './task-schemas.js';

/** What became of tasks and their locks, in the form that scripts read; told from the log itself. */
@ApiV1('audit', 'agent tasks')
export class AuditController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('Audit events in the order of the log, the newest of them, or how many there are', schemas.auditPage, {
    refusals: [503],
  })
  async list(@Query({ schema: schemas.auditQuery }) query: z.output<typeof schemas.auditQuery>) {
    const { filter, limit, after, before, since: sinceMs, ...narrowed } = query;
    const ask = { ...filterOf(narrowed), errorsOnly: filter === 'errors', after };
    if (filter === 'stats') return { stats: await this.dispatcher.query(new CountAudit({ ...ask, before, sinceMs })) };
    if (filter === 'recent') {
      const { events, next } = await this.dispatcher.query(new RecentAudit({ ...ask, before, sinceMs, limit }));
      return { events, next: next === null ? null : String(next) };
    }
    const lines = await this.dispatcher.query(new AuditTrail(ask));
    const events: AuditEvent[] = [];
    for await (const event of lines) {
      if (events.length === limit) return { events, next: events.at(-1)?.position ?? null };
      events.push(event);
    }
    return { events, next: null };
  }

  @Get('export')
  @Answers('The audit as JSON lines', z.string())
  async export(@Query({ schema: schemas.exportQuery }) query: z.output<typeof schemas.exportQuery>) {
    const { after, ...narrowed } = query;
    const lines = await this.dispatcher.query(new AuditTrail({ ...filterOf(narrowed), after }));
    return new StreamableFile(Readable.from(textOf(lines)), { type: 'application/x-ndjson' });
  }
}

function filterOf({ queue, task, ai, types }: Omit<z.output<typeof schemas.exportQuery>, 'after'>): AuditFilter {
  return { queue, taskId: task, agent: ai, types };
}

async function* textOf(lines: AsyncIterable<AuditEvent>): AsyncIterable<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
