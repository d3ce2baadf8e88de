import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { agentTaskStream, taskLock } from '../../domain/agent-task/agent-task.js';
import { leaseStream } from '../../domain/lease/resource.js';
import type { EventStore, Position } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/tokens.js';
import { auditEventOf, auditPrefixes, isFault, type AuditEvent, type AuditType } from './audit-event.js';

export interface AuditFilter {
  readonly queue?: string | undefined;
  readonly taskId?: string | undefined;
  readonly agent?: string | undefined;
  readonly types?: readonly AuditType[] | undefined;
  readonly errorsOnly?: boolean | undefined;
}

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

function prefixesOf({ queue, taskId }: AuditFilter): readonly string[] {
  if (queue === undefined) return auditPrefixes;
  if (taskId === undefined) return auditPrefixes.map((prefix) => `${prefix}${queue}.`);
  return [agentTaskStream(queue, taskId), leaseStream(taskLock(queue, taskId))];
}

function isMeant(event: AuditEvent, { queue, taskId, agent, types, errorsOnly }: AuditFilter): boolean {
  return (
    (queue === undefined || event.queue === queue) &&
    (taskId === undefined || event.task_id === taskId) &&
    (agent === undefined || event.ai_name === agent || event.details['session'] === agent) &&
    (types === undefined || types.includes(event.event_type)) &&
    (errorsOnly !== true || isFault(event))
  );
}

export interface AuditStats {
  readonly total: number;
  readonly errors: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly byAgent: Readonly<Record<string, number>>;
  readonly tasks: number;
  readonly first: string | null;
  readonly last: string | null;
}

/** What there is of everything. */
export async function statsOf(lines: AsyncIterable<AuditEvent>): Promise<AuditStats> {
  const byType = new Map<string, number>();
  const byAgent = new Map<string, number>();
  const tasks = new Set<string>();
  let total = 0;
  let errors = 0;
  let first: string | null = null;
  let last: string | null = null;
  for await (const event of lines) {
    total += 1;
    if (isFault(event)) errors += 1;
    countOne(byType, event.event_type);
    if (event.ai_name !== '') countOne(byAgent, event.ai_name);
    tasks.add(`${event.queue}.${event.task_id}`);
    first ??= event.timestamp;
    last = event.timestamp;
  }
  return {
    ...{ total, errors, byType: Object.fromEntries(byType), byAgent: Object.fromEntries(byAgent) },
    ...{ tasks: tasks.size, first, last },
  };
}

function countOne(counts: Map<string, number>, of: string): void {
  counts.set(of, (counts.get(of) ?? 0) + 1);
}

/** The newest so many, oldest first. */
export async function newestOf(lines: AsyncIterable<AuditEvent>, count: number): Promise<readonly AuditEvent[]> {
  let kept: AuditEvent[] = [];
  for await (const event of lines) {
    kept.push(event);
    if (kept.length >= 2 * count) kept = kept.slice(-count);
  }
  return kept.slice(-count);
}
