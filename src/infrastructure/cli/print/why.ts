import type { Explanation } from '../answers.js';
import type { Explained } from '../failure.js';
import type { FoundShip } from '../find-ship.js';
import type { Session } from '../session.js';
import { span } from './moments.js';
import { owed } from './ships.js';
import { list } from './table.js';

type Named = Pick<FoundShip, 'symbol' | 'player'>;
type Printing = Pick<Session, 'when' | 'colors' | 'world'>;

/** The explanation of a lease, from who has it to what can be done. */
export function toldWhy(ship: Named, explained: Explanation, { when, colors, world }: Printing): string {
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
      ['ship', `${ship.symbol} of player ${ship.player}`],
      ...holder,
      ['evidence', evidenceOf(explained)],
      ['owes', obligations.length > 0 ? owed(obligations) : 'nothing'],
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
      ['you can', stepsOf(ship, explained)],
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

function stepsOf(ship: Named, explained: Explanation): readonly string[] {
  return explained.nextSteps.flatMap(({ step, text }) => {
    const command = commandFor(step, ship, explained);
    return command === undefined ? [text] : [text, `  ${command}`];
  });
}

/** The command that takes a step; none for waiting. */
function commandFor(step: string, { symbol, player }: Named, { hold }: Pick<Explained, 'hold'>): string | undefined {
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
