import type { Explanation } from '../answers.js';
import type { Explained } from '../failure.js';
import type { Invocation } from '../invocation.js';
import { span } from './moments.js';
import { owed } from './ships.js';
import { list } from './table.js';

type Printing = Pick<Invocation, 'when' | 'colors' | 'world'>;

/** The explanation of a lease, from who has it to what can be done. */
export function toldWhy(explained: Explanation, { when, colors, world }: Printing): string {
  const { hold, untilMs, obligations, effects, previous, lastToken, freeFromMs } = explained;
  const holder: readonly Entry[] = hold
    ? [
        ['held by', `${hold.holder.kind} ${hold.holder.id}, for ${hold.operation}, token ${hold.token}`],
        ['since', when(hold.sinceMs)],
        ['until', untilMs === null ? 'it is lifted' : `it gives it back, or is silent: lost ${when(untilMs)}`],
        ...(hold.reason === '' ? [] : [['reason', hold.reason] as const]),
      ]
    : [
        ['held by', lastToken === 0 ? 'nobody, and nobody ever did' : `nobody; the last token was ${lastToken}`],
        ['free', (freeFromMs ?? 0) <= world.nowMs() ? 'now' : `from ${when(freeFromMs)} on`],
      ];
  return list(
    [
      subjectOf(explained.resource),
      ...holder,
      ['evidence', evidenceOf(explained)],
      ...(explained.resource.kind === 'ship'
        ? [['owes', obligations.length > 0 ? owed(obligations) : 'nothing'] as const]
        : []),
      ...effects.map(({ action, deadlineMs }): Entry => [
        'may still land',
        `${action}, ${when(deadlineMs)} at the latest`,
      ]),
      ...(previous
        ? [
            [
              'before',
              `${previous.holder.id}, ${when(previous.freedAtMs)}: ${previous.detail || previous.reason}`,
            ] as const,
          ]
        : []),
      ['you can', stepsOf(explained)],
    ],
    colors.bold,
  );
}

type Entry = readonly [string, string | readonly string[]];

function evidenceOf({ evidence: { container, lastBeat } }: Explanation): string {
  const said = lastBeat ? `last heartbeat ${span(lastBeat.agoMs)} ago` : 'no heartbeat was heard';
  if (!container) return said;
  return `container is ${container.status}, attempt ${container.attempt}, iteration ${container.iteration}; ${said}`;
}

function stepsOf(explained: Explanation): readonly string[] {
  return explained.nextSteps.flatMap(({ step, text }) => {
    const command = explained.resource.kind === 'ship' ? commandFor(step, explained) : commandForLock(step, explained);
    return command === undefined ? [text] : [text, `  ${command}`];
  });
}

/** The command that takes a step; none for waiting. */
function commandFor(step: string, { hold, resource }: Pick<Explained, 'hold' | 'resource'>): string | undefined {
  const { scope: player, name: symbol } = resource;
  const ship = `holdfast ship`;
  const at = `${symbol} --player ${player}`;
  const id = hold?.holder.id;
  switch (step) {
    case 'acquire':
      return `${ship} acquire ${at} --holder YOU`;
    case 'adopt-obligations':
      return `${ship} acquire ${at} --holder YOU --adopt-obligations`;
    case 'stop-holder':
      return `holdfast container stop ${id}`;
    case 'break':
      return `${ship} break ${at} --reason WHY`;
    case 'lift':
      return `${ship} lift ${at} --reason WHY`;
    case 'write-off':
      return `${ship} write-off ${at} OBLIGATION`;
    case 'hand-over':
      return hold?.holder.kind === 'container'
        ? `holdfast container start --player ${player} --ship ${symbol} --takeover ${id}`
        : `${ship} hand-over ${at} --token ${hold?.token} --from ${id} --to YOU`;
    default:
      return undefined;
  }
}

function commandForLock(
  step: string,
  { resource: { kind, scope, name } }: Pick<Explained, 'resource'>,
): string | undefined {
  const locks = 'holdfast locks';
  const at = `${kind}:${scope}/${name}`;
  switch (step) {
    case 'acquire':
      return `${locks} acquire ${at} YOU`;
    case 'break':
      return `${locks} break ${at} --reason WHY`;
    case 'lift':
      return `${locks} lift ${at} --reason WHY`;
    case 'requeue':
      return `holdfast tasks requeue ${name} --queue ${scope} --reason WHY`;
    case 'continue':
      return `holdfast flows continue ${scope} --reason WHY`;
    default:
      return undefined;
  }
}

function subjectOf({ kind, scope, name }: Explanation['resource']): Entry {
  if (kind === 'task') return ['task', `${name} of queue ${scope}`];
  return kind === 'phase' ? ['phase', `${name} of flow ${scope}`] : ['ship', `${name} of player ${scope}`];
}
