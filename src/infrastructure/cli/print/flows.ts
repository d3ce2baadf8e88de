import type { ChangedFlow, Flow, ListedFlow } from '../answers.js';
import type { Column } from './table.js';

type When = (atMs: number | null) => string;

export function flowColumns(when: When): readonly Column<ListedFlow>[] {
  return [
    { title: 'FLOW', of: ({ id }) => id },
    { title: 'STATUS', of: ({ status }) => status },
    { title: 'DUE', of: ({ currentPhase }) => currentPhase ?? '–' },
    { title: 'DONE', of: ({ phasesDone, phasesTotal }) => `${phasesDone} of ${phasesTotal}` },
    { title: 'DECLARED', of: ({ declaredAtMs }) => when(declaredAtMs) },
    { title: 'UPDATED', of: ({ updatedAtMs }) => when(updatedAtMs) },
    { title: 'WHY', of: ({ reason }) => reason ?? '' },
  ];
}

export function flowEntries(
  flow: Flow,
  why: string,
  when: When,
): readonly (readonly [string, string | readonly string[]])[] {
  return [
    ['flow', flow.id],
    ['status', `${flow.status}, ${flow.progress} %`],
    ['why', why],
    ['declared', when(flow.declaredAtMs)],
    ['phases', flow.phases.map((phase) => phaseLine(phase, when))],
  ];
}

function phaseLine(
  { name, status, runs, attempt, holder, error, startedAtMs, endedAtMs }: Flow['phases'][number],
  when: When,
): string {
  const parts = [
    ...(attempt > 0 ? [`attempt ${attempt}`] : []),
    ...(holder && status === 'running' ? [`by ${holder.id}`] : []),
    ...(startedAtMs === null ? [] : [when(endedAtMs ?? startedAtMs)]),
    ...(error === null || status === 'completed' ? [] : [error]),
    ...(runs ? [] : ['nothing is executed']),
  ];
  return [`${name}: ${status}`, ...parts].join(', ');
}

export function toldFlow({ flow, already }: Pick<ChangedFlow, 'flow' | 'already'>): string {
  const isOver = flow.currentPhase === null || flow.status === 'cancelled' || flow.status === 'completed';
  const due = isOver ? '' : `, ${flow.currentPhase} is due`;
  return `Flow ${flow.id} ${already ? 'was' : 'is'} ${flow.status}${due}`;
}
