import type { AuditPage } from '../answers.js';
import type { Column } from './table.js';

type Stats = Extract<AuditPage, { stats: unknown }>['stats'];
type Line = Extract<AuditPage, { events: unknown }>['events'][number];

export const auditColumns: readonly Column<Line>[] = [
  { title: 'WHEN', of: ({ timestamp }) => timestamp },
  { title: 'EVENT', of: ({ event_type: type }) => type },
  { title: 'TASK', of: ({ queue, task_id: task }) => `${queue}/${task}` },
  { title: 'AGENT', of: ({ ai_name: agent }) => agent },
  { title: 'STATUS', of: ({ status }) => status },
  { title: 'DETAILS', of: ({ details }) => detailsOf(details) },
];

const detailsOf = (details: Line['details']): string =>
  Object.entries(details)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

export function statsEntries({
  since,
  total,
  errors,
  tasks,
  byType,
  byAgent,
  first,
  last,
}: Stats): readonly (readonly [string, string | readonly string[]])[] {
  const counted = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return [
    ['since', since],
    ['events', String(total)],
    ['errors', String(errors)],
    ['tasks', String(tasks)],
    ['by type', counted(byType)],
    ['by agent', counted(byAgent)],
    ['from', `${first ?? '–'} to ${last ?? '–'}`],
  ];
}
