import { agentTaskStream, taskLock } from '../../domain/agent-task/agent-task.js';
import { leaseStream } from '../../domain/lease/resource.js';
import { auditPrefixes, isFault, type AuditEvent, type AuditType } from './audit-event.js';

export interface AuditFilter {
  readonly queue?: string | undefined;
  readonly taskId?: string | undefined;
  readonly agent?: string | undefined;
  readonly types?: readonly AuditType[] | undefined;
  readonly errorsOnly?: boolean | undefined;
}

/** The streams that what is meant may stand in, by how their names begin. */
export function prefixesOf({ queue, taskId }: AuditFilter): readonly string[] {
  if (queue === undefined) return auditPrefixes;
  if (taskId === undefined) return auditPrefixes.map((prefix) => `${prefix}${queue}.`);
  return [agentTaskStream(queue, taskId), leaseStream(taskLock(queue, taskId))];
}

export function isMeant(event: AuditEvent, { queue, taskId, agent, types, errorsOnly }: AuditFilter): boolean {
  return (
    (queue === undefined || event.queue === queue) &&
    (taskId === undefined || event.task_id === taskId) &&
    (agent === undefined || event.ai_name === agent || event.details['session'] === agent) &&
    (types === undefined || types.includes(event.event_type)) &&
    (errorsOnly !== true || isFault(event))
  );
}
