import type { Command } from 'commander';
import type { Ship, ShipPage } from '../answers.js';
import { fresh, paged, remarkOnAge, remarkOnMore, type Fresh, type Paged } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { asOf, player, several } from '../parse/values.js';
import type { Column } from '../print/table.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

interface Filter extends Paged, Fresh {
  readonly player?: number;
  readonly status?: readonly string[];
  readonly container?: string;
  readonly operation?: string;
  readonly ship?: string;
  readonly asOf?: string;
}

export function assignments(program: Command, world: World): void {
  const command = program.command('assignments').description('Who holds which ship');
  withExamples(
    command,
    'holdfast assignments',
    'holdfast assignments --player 2 --status active,idle',
    'holdfast assignments --as-of 2026-01-31T12:00:00Z --json',
  );
  listVerb(command, world);
}

/** @param always the states that are listed where none is named; the API's own choice if absent */
export function listVerb(command: Command, world: World, always?: readonly string[]): void {
  command
    .option('--player <id>', 'only of this player', player)
    .option(
      '--status <words>',
      `active, reserved, idle or all; ${always?.join(' and ') ?? 'active and reserved'} if absent`,
      several,
    )
    .option('--container <id>', 'only what this container holds')
    .option('--operation <name>', 'only what is held for this')
    .option('--ship <symbol>', 'only ships of this name, idle ones too')
    .option('--as-of <when>', 'as it was at a position or a moment, such as 2026-01-31T12:00:00Z', asOf);
  does<Filter, []>(fresh(paged(command)), world, (invocation, filter) =>
    listAssignments(invocation, { ...(always && { status: always }), ...filter }),
  );
}

async function listAssignments(invocation: Invocation, { ship, ...filter }: Filter): Promise<void> {
  const answer = await invocation.api.get<ShipPage>('ships', { ...filter, symbol: ship });
  invocation.show(answer, ({ ships, next, ageMs }) => {
    remarkOnAge(invocation, { ageMs });
    const text = invocation.table(columns(invocation), ships, missing(filter));
    remarkOnMore(invocation, next);
    return text;
  });
}

function missing({ status, player, container, operation, asOf }: Filter): string {
  if ([status, container, operation, asOf, player].some((mark) => mark !== undefined)) {
    return 'No ship is held that fits. See all with: holdfast assignments --status all';
  }
  return 'No ship is held. Take one with: holdfast ship acquire SHIP --player N --holder YOU';
}

function columns({ when }: Invocation): readonly Column<Ship>[] {
  return [
    { title: 'SHIP', of: ({ symbol }) => symbol },
    { title: 'PLAYER', of: ({ player }) => String(player) },
    { title: 'STATUS', of: ({ status }) => status },
    { title: 'HOLDER', of: ({ holder }) => holder?.id ?? '–' },
    { title: 'TOKEN', of: ({ token }) => String(token) },
    { title: 'FOR', of: ({ operation, status }) => (status === 'idle' ? '–' : (operation ?? '–')) },
    { title: 'SINCE', of: (ship) => when(ship.status === 'idle' ? ship.releasedAtMs : ship.assignedAtMs) },
    { title: 'WHY', of: reasonOf },
    { title: 'OWES', of: ({ obligations }) => obligations.map(({ units, good }) => `${units} ${good}`).join(', ') },
  ];
}

function reasonOf({ status, releaseReason, reservationReason, containerStatus }: Ship): string {
  if (status === 'idle') return releaseReason ?? '';
  return reservationReason ?? containerStatus ?? '';
}
