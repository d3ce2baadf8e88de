import type { RecordedEvent } from '../answers.js';
import type { Column } from './table.js';

export function eventColumns(when: (atMs: number) => string): readonly Column<RecordedEvent>[] {
  return [
    { title: 'WHEN', of: ({ createdAtMs }) => when(createdAtMs) },
    { title: 'REVISION', of: ({ revision }) => revision },
    { title: 'EVENT', of: ({ type }) => type },
    { title: 'BY', of: ({ metadata }) => askerOf(metadata) },
    { title: 'WHAT', of: ({ data }) => saidBy(data, when) },
  ];
}

function askerOf({ actor, via }: RecordedEvent['metadata']): string {
  const { key } = (actor ?? {}) as { readonly key?: unknown };
  return [key, via].filter((part) => typeof part === 'string').join(' ');
}

const said = new Set(['atMs', 'resource', 'containerId', 'state', 'inherited', 'config', 'ttlMs']);

/** What an event says besides where and when it was. */
function saidBy(data: RecordedEvent['data'], when: (atMs: number) => string): string {
  return Object.entries(data)
    .filter(([name, value]) => !said.has(name) && !isEmpty(value))
    .map(([name, value]) =>
      instants.has(name) ? `${name.slice(0, -2)} ${when(Number(value))}` : `${name} ${textOf(value)}`,
    )
    .join(', ');
}

const instants = new Set(['freeFromMs', 'notBeforeMs', 'deadlineMs']);

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join(' ');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const { id, ship, holder, token } = value as Readonly<Record<string, unknown>>;
  const name = id ?? ship ?? holder;
  if (name === undefined) return JSON.stringify(value);
  return token === undefined ? textOf(name) : `${textOf(name)} (token ${textOf(token)})`;
}
