import { agentTaskStatuses } from '../../../domain/agent-task/events.js';
import type { AgentTask, ListedTask, QueueList, TaskExplanation } from '../answers.js';
import type { Column } from './table.js';

type When = (atMs: number | null) => string;
type Entry = readonly [string, string | readonly string[]];

export function taskColumns(when: When): readonly Column<ListedTask>[] {
  return [
    { title: 'TASK', of: ({ id }) => id },
    { title: 'STATUS', of: (task) => (task.claimable ? `${task.status}, claimable` : task.status) },
    { title: 'AGENT', of: (task) => agentOf(task) },
    { title: 'TYPE', of: ({ taskType }) => taskType ?? '' },
    { title: 'DEPENDS ON', of: ({ dependencies }) => dependencies.join(', ') },
    { title: 'FAILURES', of: ({ failures }) => String(failures) },
    { title: 'SINCE', of: ({ updatedAtMs }) => when(updatedAtMs) },
    { title: 'TITLE', of: ({ title }) => title },
  ];
}

type Queue = QueueList['queues'][number];

export const queueColumns: readonly Column<Queue>[] = [
  { title: 'QUEUE', of: ({ name }) => name },
  ...agentTaskStatuses.map((status): Column<Queue> => ({
    title: status.toUpperCase().replace('_', ' '),
    of: ({ tasks }) => String(tasks[status]),
  })),
];

const agentOf = ({ claim, assignedTo, completion }: AgentTask): string =>
  claim?.agent ?? completion?.agent ?? (assignedTo === null ? '–' : `(${assignedTo})`);

export function taskEntries(explained: TaskExplanation, when: When): readonly Entry[] {
  const { task, openDependencies, circle, refusal } = explained;
  const { claim, completion, lastFailure, retryAtMs } = task;
  const entries: readonly (readonly [string, string | null])[] = [
    ['task', `${task.id} of queue ${task.queue}`],
    ['title', task.title],
    ['status', task.status],
    ['type', task.taskType],
    ['assigned to', task.assignedTo],
    ['depends on', task.dependencies.join(', ') || null],
    ['still open', openDependencies.join(', ') || null],
    ['circle', circle && `${circle.join(' -> ')}: none of them can ever be claimed; queue them anew under other ids`],
    ['claimed by', claim && `${claim.agent}, session ${claim.holder.id}, token ${claim.token}, ${when(claim.sinceMs)}`],
    [
      'completed',
      completion && `by ${completion.agent} ${when(completion.atMs)}${completion.notes && `: ${completion.notes}`}`,
    ],
    ['failures', task.failures > 0 ? `${task.failures}, of ${task.failedBy.join(', ')}` : null],
    [
      'last failure',
      lastFailure &&
        `${lastFailure.errorType}: ${lastFailure.details} (${lastFailure.agent}, ${when(lastFailure.atMs)})`,
    ],
    ['next try', retryAtMs === null ? null : when(retryAtMs)],
    ['claimable', refusal ? `no: ${refusal.text}` : explained.claimable ? 'yes' : 'no'],
  ];
  return entries.filter((entry): entry is [string, string] => entry[1] !== null);
}
