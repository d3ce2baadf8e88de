import { agentTask, agentTaskOfStream, agentTaskStream } from '../../domain/agent-task/agent-task.js';
import type {
  AgentTaskEvent,
  AgentTaskSnapshot,
  AgentTaskStatus,
  RefusedClaim,
  TaskClaim,
} from '../../domain/agent-task/events.js';
import { agentStream } from '../../domain/agent/agent.js';
import { streamPrefix } from '../../domain/streams.js';
import { fromJsonCell, jsonCell } from '../rows/json-cell.js';
import { table } from '../rows/table.js';
import { Misplaced, type Fact, type Rows, type View } from '../view.js';

export type AgentTaskTableRow = {
  readonly queue: string;
  readonly task_id: string;
  readonly title: string;
  readonly task_type: string | null;
  readonly status: string;
  readonly priority: number;
  /** `["998"]` */
  readonly dependencies: string;
  readonly assigned_to: string | null;
  readonly estimates: string;
  readonly last_token: number;
  /** `{token, holder, agent, sinceMs}` */
  readonly claim: string | null;
  readonly failures: number;
  readonly failed_by: string;
  readonly last_failure: string | null;
  readonly retry_at: number | null;
  readonly completion: string | null;
  readonly last_refusal: string | null;
  readonly queued_at: number;
  readonly updated_at: number;
  readonly revision: string;
  readonly position: string;
};

export const agentTasksTable = table<AgentTaskTableRow>({
  name: 'agent_tasks',
  key: ['queue', 'task_id'],
  columns: {
    queue: 'text',
    task_id: 'text',
    title: 'text',
    task_type: 'text',
    status: 'text',
    priority: 'bigint',
    dependencies: 'json',
    assigned_to: 'text',
    estimates: 'json',
    last_token: 'bigint',
    claim: 'json',
    failures: 'integer',
    failed_by: 'json',
    last_failure: 'json',
    retry_at: 'time',
    completion: 'json',
    last_refusal: 'json',
    queued_at: 'time',
    updated_at: 'time',
    revision: 'position',
    position: 'position',
  },
});

export type AgentTableRow = {
  readonly name: string;
  readonly speciality: string | null;
  readonly registered_at: number;
  readonly revision: string;
  readonly position: string;
};

export const agentsTable = table<AgentTableRow>({
  name: 'agents',
  key: ['name'],
  columns: { name: 'text', speciality: 'text', registered_at: 'time', revision: 'position', position: 'position' },
});

const agentPrefix = streamPrefix('agent');

/** What agents have to do and how far it is, and who they are. */
export const agentTasks: View = {
  name: 'agent_tasks',
  streamPrefixes: [streamPrefix('agentTask'), agentPrefix],
  tables: [agentTasksTable, agentsTable],

  rowsTouchedBy({ stream }) {
    const task = agentTaskOfStream(stream);
    return task
      ? [{ table: agentTasksTable, key: [task.queue, task.taskId] }]
      : [{ table: agentsTable, key: [stream.slice(agentPrefix.length)] }];
  },

  streamOf: (of, row) =>
    of.name === agentsTable.name
      ? agentStream(String(row['name']))
      : agentTaskStream(String(row['queue']), String(row['task_id'])),

  apply(fact, rows) {
    const { stream, event, revision, position } = fact;
    if (event.type === 'AgentRegistered') {
      const { name, speciality, atMs } = event;
      if (stream !== agentStream(name)) throw new Misplaced(`${stream} holds the registration of another agent`);
      const seen = { revision: String(revision), position: String(position) };
      return rows.put(agentsTable, { name, speciality, registered_at: atMs, ...seen });
    }
    if (!('taskId' in event)) throw new Misplaced(`${stream} holds a ${event.type}`);
    applyToTask(event, fact, rows);
  },
};

/** The row is the task's state, folded by the task itself; of refused claims it has the newest alone. */
function applyToTask(event: AgentTaskEvent, { stream, revision, position }: Fact, rows: Rows): void {
  const { queue, taskId } = event;
  if (stream !== agentTaskStream(queue, taskId)) throw new Misplaced(`${stream} holds what belongs to another task`);
  const row = rows.get(agentTasksTable, queue, taskId);
  const begins = agentTask.opensChapter(event);
  if (!row && !begins) throw new Misplaced(`${stream} holds a ${event.type} before it was queued`);
  const state = agentTask.evolve(row ? snapshotOf(row) : null, event);
  if (state) rows.put(agentTasksTable, { ...rowOf(state), revision: String(revision), position: String(position) });
}

function rowOf(task: AgentTaskSnapshot): Omit<AgentTaskTableRow, 'revision' | 'position'> {
  return {
    queue: task.queue,
    task_id: task.taskId,
    title: task.title,
    task_type: task.taskType,
    status: task.status,
    priority: task.priority,
    dependencies: JSON.stringify(task.dependencies),
    assigned_to: task.assignedTo,
    estimates: JSON.stringify(task.estimates),
    last_token: task.lastToken,
    claim: jsonCell(task.claim),
    failures: task.failures,
    failed_by: JSON.stringify(task.failedBy),
    last_failure: jsonCell(task.lastFailure),
    retry_at: task.retryAtMs,
    completion: jsonCell(task.completion),
    last_refusal: jsonCell(task.lastRefusal),
    queued_at: task.queuedAtMs,
    updated_at: task.updatedAtMs,
  };
}

export function snapshotOf(row: AgentTaskTableRow): AgentTaskSnapshot {
  const read = <T>(text: string) => JSON.parse(text) as T;
  return {
    queue: row.queue,
    taskId: row.task_id,
    title: row.title,
    taskType: row.task_type,
    dependencies: read<readonly string[]>(row.dependencies),
    assignedTo: row.assigned_to,
    priority: row.priority,
    estimates: read<AgentTaskSnapshot['estimates']>(row.estimates),
    status: row.status as AgentTaskStatus,
    lastToken: row.last_token,
    claim: fromJsonCell<TaskClaim>(row.claim),
    failures: row.failures,
    failedBy: read<readonly string[]>(row.failed_by),
    lastFailure: fromJsonCell<NonNullable<AgentTaskSnapshot['lastFailure']>>(row.last_failure),
    retryAtMs: row.retry_at,
    completion: fromJsonCell<NonNullable<AgentTaskSnapshot['completion']>>(row.completion),
    lastRefusal: fromJsonCell<RefusedClaim>(row.last_refusal),
    queuedAtMs: row.queued_at,
    updatedAtMs: row.updated_at,
  };
}
