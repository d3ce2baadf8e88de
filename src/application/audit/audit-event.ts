import { agentTaskOfStream } from '../../domain/agent-task/agent-task.js';
import type { AgentTaskEvent } from '../../domain/agent-task/events.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import type { LeaseEvent } from '../../domain/lease/events.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import { resourceOfStream } from '../../domain/lease/resource.js';
import { streamPrefix } from '../../domain/streams.js';
import type { DomainEvent } from '../events/catalogue.js';
import { decodeEvent, UnreadableEvent } from '../events/event-codec.js';
import type { RecordedEvent } from '../ports/event-store.js';

export const auditTypes = [
  'QUEUED',
  'CLAIMED',
  'RETRY',
  'COMPLETED',
  'FAILED',
  'POISON_PILL',
  'ABANDONED',
  'REQUEUED',
  'REASSIGNED',
  'DEPENDENCY_BLOCKED',
  'REASSIGN_BLOCKED',
  'LOCK_ACQUIRED',
  'LOCK_HANDED_OVER',
  'LOCK_RESERVED',
  'LOCK_RELEASED',
  'UNREADABLE',
] as const;
export type AuditType = (typeof auditTypes)[number];

/** One line of the audit, in the form that scripts read; everything in it stands in the log. */
export interface AuditEvent {
  readonly event_id: string;
  readonly timestamp: string;
  readonly event_type: AuditType;
  readonly queue: string;
  readonly task_id: string;
  /** The agent; for a lock whom its holder works for. */
  readonly ai_name: string;
  readonly details: JsonObject;
  readonly status: string;
  readonly position: string;
}

/** The streams that the audit is read from. */
export const auditPrefixes: readonly string[] = [streamPrefix('task'), streamPrefix('agentTask')];

type Line = Pick<AuditEvent, 'event_type' | 'ai_name' | 'details' | 'status'>;

/** Undefined for an event that is none of the audit's business: summaries, and what is no lock or task. */
export function auditEventOf(recorded: RecordedEvent): AuditEvent | undefined {
  const named = nameOf(recorded.stream);
  if (!named) return undefined;
  const event = readable(recorded);
  if (!event) return unreadable(recorded, named);
  const line = 'resource' in event ? lineOfLock(event) : 'taskId' in event ? lineOfTask(event) : undefined;
  if (!line) return undefined;
  const { id, position } = recorded;
  return { event_id: id, timestamp: new Date(event.atMs).toISOString(), ...named, ...line, position: String(position) };
}

function readable(recorded: RecordedEvent): DomainEvent | undefined {
  try {
    return decodeEvent(recorded);
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    return undefined;
  }
}

/** What this program cannot read is told as such: the others must not be kept from being told. */
function unreadable(
  { id, type, position, createdMs }: RecordedEvent,
  named: Pick<AuditEvent, 'queue' | 'task_id'>,
): AuditEvent {
  const told = line('UNREADABLE', '', 'unreadable', { type });
  return { event_id: id, timestamp: new Date(createdMs).toISOString(), ...named, ...told, position: String(position) };
}

function nameOf(stream: string): Pick<AuditEvent, 'queue' | 'task_id'> | undefined {
  const task = agentTaskOfStream(stream);
  if (task) return { queue: task.queue, task_id: task.taskId };
  const lock = resourceOfStream(stream);
  return lock?.kind === 'task' ? { queue: lock.scope, task_id: lock.name } : undefined;
}

const line = (event_type: AuditType, ai_name: string, status: string, details: JsonObject): Line => ({
  event_type,
  ai_name,
  details,
  status,
});

function lineOfTask(event: AgentTaskEvent): Line | undefined {
  switch (event.type) {
    case 'TaskQueued':
      return line('QUEUED', event.assignedTo ?? '', 'pending', {
        title: event.title,
        task_type: event.taskType,
        dependencies: event.dependencies,
      });
    case 'TaskClaimed': {
      const { agent, token, holder, failures } = event;
      const details = { token, session: holder.id, retry_count: failures };
      return line(failures > 0 ? 'RETRY' : 'CLAIMED', agent, 'in_progress', details);
    }
    case 'TaskClaimRefused': {
      const { agent, reason, open, assignedTo } = event;
      return reason === 'dependency_blocked'
        ? line('DEPENDENCY_BLOCKED', agent, 'blocked', { open_dependencies: open })
        : line('REASSIGN_BLOCKED', agent, 'blocked', { assigned_to: assignedTo });
    }
    case 'TaskCompleted': {
      const { agent, token, notes, actualTime } = event;
      return line('COMPLETED', agent, 'completed', { token, notes, actual_time: actualTime });
    }
    case 'TaskFailed': {
      const { agent, token, errorType, details, failures, retryAtMs } = event;
      return line('FAILED', agent, 'pending_retry', {
        token,
        error_type: errorType,
        error_details: details,
        retry_count: failures,
        retry_at: new Date(retryAtMs).toISOString(),
      });
    }
    case 'TaskPoisoned': {
      const { agent, token, errorType, details, failures } = event;
      const said = { token, error_type: errorType, error_details: details, retry_count: failures };
      return line('POISON_PILL', agent, 'poison_pill', said);
    }
    case 'TaskAbandoned': {
      const { agent, token, reason, detail } = event;
      return line('ABANDONED', agent, 'pending', { token, reason: wordOf(reason), detail });
    }
    case 'TaskRequeued':
      return line('REQUEUED', event.by.id, 'pending', { reason: event.reason });
    case 'TaskReassigned':
      return line('REASSIGNED', event.agent ?? '', 'pending', { from: event.from, why: event.why, by: event.by.id });
    case 'TaskChapterOpened':
      return undefined;
    default:
      return event satisfies never;
  }
}

function lineOfLock(event: LeaseEvent): Line | undefined {
  switch (event.type) {
    case 'LeaseGranted':
    case 'LeaseHandedOver':
    case 'LeaseReserved': {
      const { holder, token, operation, ttlMs, process } = event;
      const type = {
        LeaseGranted: 'LOCK_ACQUIRED',
        LeaseHandedOver: 'LOCK_HANDED_OVER',
        LeaseReserved: 'LOCK_RESERVED',
      };
      return line(type[event.type] as AuditType, event.owner ?? holder.id, 'locked', {
        token,
        session: holder.id,
        reason: event.type === 'LeaseGranted' ? operation : event.reason,
        ttl_s: ttlMs / 1_000,
        ...(process && { host: process.host, pid: process.pid }),
      });
    }
    case 'LeaseReleased':
      return freed(event, wordOf(event.reason), event.detail, event.by.id);
    case 'LeaseExpired':
      return freed(event, 'STALE_TIMEOUT', `silent for ${Math.round(event.evidence.silentForMs)} ms`, 'monitor');
    case 'LeaseBroken':
      return freed(event, 'MANUAL', event.reason, event.by.id);
    default:
      return undefined;
  }
}

function freed(
  { token, holder, owner }: Extract<LeaseEvent, { readonly type: 'LeaseReleased' | 'LeaseExpired' | 'LeaseBroken' }>,
  reason: string,
  detail: string,
  by: string,
): Line {
  return line('LOCK_RELEASED', owner ?? holder.id, 'released', { token, session: holder.id, reason, detail, by });
}

const words: Partial<Record<ReleaseReason, string>> = { expired: 'STALE_TIMEOUT', interrupted: 'SCRIPT_EXIT' };

/** As scripts spell it. */
function wordOf(reason: ReleaseReason): string {
  return words[reason] ?? reason.toUpperCase();
}

const faultyReleases = new Set([
  'STALE_TIMEOUT',
  'DEAD_PROCESS',
  'FAILED',
  'ERROR',
  'JSON_ERROR',
  'CLAIM_FAILED',
  'SCRIPT_EXIT',
]);
const faults: ReadonlySet<AuditType> = new Set([
  'FAILED',
  'POISON_PILL',
  'ABANDONED',
  'DEPENDENCY_BLOCKED',
  'REASSIGN_BLOCKED',
  'UNREADABLE',
]);

/** Something that did not go as somebody wanted. */
export function isFault({ event_type, details }: AuditEvent): boolean {
  return (
    faults.has(event_type) ||
    (event_type === 'LOCK_RELEASED' && typeof details['reason'] === 'string' && faultyReleases.has(details['reason']))
  );
}
