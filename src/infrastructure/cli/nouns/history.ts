import type { Command } from 'commander';
import type { HistoryPage, RecordedEvent } from '../answers.js';
import { ofPlayer, paged, remarkOnMore, type OfPlayer, type Paged } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { usage } from '../failure.js';
import { findShip } from '../find-ship.js';
import { isLockName, lockName } from '../parse/lock-name.js';
import { containerPath } from '../paths.js';
import { eventColumns } from '../print/events.js';
import { holdColumns, holdsOf } from '../print/holds.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';
import { lockHistory } from './lock-history.js';
import { historyExport } from './history-export.js';

interface Ask extends OfPlayer, Paged {
  readonly container?: string;
  readonly events?: true;
}

export function history(program: Command, world: World): void {
  const command = program
    .command('history [what]')
    .description(
      'Who had a ship, or the lock task:QUEUE/TASK or phase:FLOW/PHASE, since when, and why it was freed; newest first',
    )
    .option('--container <id>', 'of a container instead')
    .option('--events', 'every event, not only who had it');
  withExamples(
    command,
    'holdfast history COOPER-2',
    'holdfast history --container scout-tour-COOPER-2-85834fb5',
    'holdfast history task:main/7',
    'holdfast history export --out fleet.jsonl --redact',
  );
  does<Ask, [string | undefined]>(paged(ofPlayer(command)), world, async (invocation, options, symbol) => {
    const { container, player, events, ...page } = options;
    if ((container === undefined) === (symbol === undefined)) {
      throw usage('Say whose history: either a ship or a lock, or --container and its id.');
    }
    if (container !== undefined) return containerHistory(invocation, page, container);
    if (isLockName(symbol ?? '')) return lockHistory(invocation, lockName(symbol ?? ''), page, events === true);
    const { path } = await findShip(invocation, symbol ?? '', player);
    const answer = await invocation.api.get<HistoryPage>(`${path}/history`, { ...page });
    invocation.show(answer, ({ events: found, next }) => {
      const text = events
        ? eventTable(invocation, found)
        : invocation.table(holdColumns(invocation), holdsOf(found), noHold);
      remarkOnMore(invocation, next);
      return text;
    });
  });
  historyExport(command, world);
}

const noHold = 'Nobody took or gave back the ship in these events. See them all with: --events';

export const containerHistory = (invocation: Invocation, page: Paged, id: string): Promise<void> =>
  eventHistory(invocation, containerPath(id), page);

/** Every event of what the API has at `path`, newest first. */
export async function eventHistory(invocation: Invocation, path: string, page: Paged): Promise<void> {
  const answer = await invocation.api.get<HistoryPage>(`${path}/history`, { ...page });
  invocation.show(answer, ({ events, next }) => {
    const text = eventTable(invocation, events);
    remarkOnMore(invocation, next);
    return text;
  });
}

function eventTable(invocation: Invocation, events: readonly RecordedEvent[]): string | undefined {
  return invocation.table(eventColumns(invocation.when), events, 'There is nothing older.');
}
