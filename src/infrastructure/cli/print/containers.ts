import type { ChangedContainer, Container, SeenContainer, StartedContainer } from '../answers.js';
import { span } from './moments.js';
import type { Column } from './table.js';

type When = (atMs: number | null) => string;

export function containerColumns(when: When): readonly Column<Container>[] {
  return [
    { title: 'CONTAINER', of: ({ id }) => id },
    { title: 'PLAYER', of: ({ player }) => String(player) },
    { title: 'STATUS', of: (container) => statusOf(container, when) },
    { title: 'ATTEMPT', of: ({ attempt }) => String(attempt) },
    { title: 'DONE', of: iterationsOf },
    { title: 'SHIPS', of: ({ ships }) => ships.join(', ') },
    { title: 'STARTED', of: ({ startedAtMs }) => when(startedAtMs) },
    { title: 'LAST ERROR', of: ({ lastError }) => lastError ?? '' },
  ];
}

export function containerEntries(
  { container, health }: SeenContainer,
  when: When,
): readonly (readonly [string, string])[] {
  const { commandType, type, exitReason, stopReason, lastError, parent } = container;
  const entries: readonly (readonly [string, string | null])[] = [
    ['container', container.id],
    ['player', String(container.player)],
    ['status', statusOf(container, when)],
    ['work', `${health.verdict}, moved ${when(health.movedAtMs)}`],
    ['runs', commandType || type],
    ['attempt', String(container.attempt)],
    ['iterations', iterationsOf(container)],
    [
      'ships',
      container.leases.map(({ ship, token }) => `${ship} (token ${token})`).join(', ') || container.ships.join(', '),
    ],
    ['restarts', `${container.restartCount} of ${container.maxRestarts}, ${container.restartPolicy}`],
    ['created', when(container.createdAtMs)],
    ['started', when(container.startedAtMs)],
    ['stopped', container.stoppedAtMs === null ? null : when(container.stoppedAtMs)],
    ['parent', parent],
    ['why stopped', stopReason],
    ['exit', container.exitCode === null ? null : `${container.exitCode} ${exitReason ?? ''}`.trim()],
    ['last error', lastError],
    ['config', JSON.stringify(container.config)],
    ['metadata', Object.keys(container.metadata).length > 0 ? JSON.stringify(container.metadata) : null],
  ];
  return entries.filter((entry): entry is [string, string] => entry[1] !== null);
}

function statusOf({ status, backOff }: Container, when: When): string {
  return backOff ? `${status}, next attempt ${when(backOff.notBeforeMs)}` : status;
}

function iterationsOf({ iteration, maxIterations }: Container): string {
  return maxIterations === -1 ? String(iteration) : `${iteration} of ${maxIterations}`;
}

export function toldStart({ container, token, leases, renewMs }: StartedContainer): string {
  const holds = leases.map((lease) => `${lease.ship} (token ${lease.token})`).join(', ') || 'no ship';
  return [
    `${container.id} is ${container.status}, attempt ${container.attempt}, token ${token}.`,
    `It holds ${holds}; its worker renews every ${span(renewMs)}.`,
  ].join('\n');
}

export function toldOrder({ container: { id, ships } }: StartedContainer): string {
  return `${ships.join(', ')}: ${id} is begun. See: holdfast container get ${id}`;
}

export function told({ container, already, ships, restart }: ChangedContainer, when: When): string {
  return [
    `${container.id} ${already ? 'was already' : 'is'} ${container.status}, ${iterationsOf(container)} done.`,
    ...ships.map(({ ship, kept }) => (kept === null ? `${ship} is free.` : `${ship} is kept: ${kept}`)),
    ...(restart ? [`Attempt ${restart.attempt} may begin ${when(restart.notBeforeMs)}.`] : []),
  ].join('\n');
}
