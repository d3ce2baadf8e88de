import type { Command } from 'commander';
import type { BulkReleased } from '../answers.js';
import { asOperator, manyShips, writes, type AsOperator, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { duration, player, wholeNumber } from '../parse/values.js';
import { span } from '../print/moments.js';
import { table } from '../print/table.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

interface Release extends AsOperator, Writes {
  readonly player: number;
  readonly reason: string;
  readonly ship?: readonly string[];
  readonly container?: string;
  readonly operation?: string;
  readonly olderThan?: number;
  readonly all?: true;
  readonly max?: number;
  readonly preview?: true;
}

export function release(program: Command, world: World): void {
  const command = manyShips(program.command('release'))
    .description('Release several leases of one player, whoever holds them; their containers end')
    .requiredOption('--player <id>', 'whose leases', player)
    .requiredOption('--reason <text>', 'why; everybody can read it')
    .option('--container <id>', 'what this container holds')
    .option('--operation <name>', 'what is held for this')
    .option('--older-than <time>', 'what has been held for longer', duration)
    .option('--all', 'everything the player holds')
    .option('--max <n>', 'a larger selection is refused whole; 100 if absent', wholeNumber(1))
    .option('--preview', 'only list what would be released');
  withExamples(
    command,
    'holdfast release --player 2 --all --reason "the agent was reset" --preview',
    'holdfast release --player 2 --older-than 2h --reason "left over" --yes',
  );
  does<Release, []>(writes(asOperator(command)), world, releaseSeveral);
}

async function releaseSeveral(invocation: Invocation, options: Release): Promise<void> {
  const { ship, olderThan, idempotencyKey, preview = false, ...rest } = options;
  const ask = {
    ...rest,
    ...(ship && { ships: ship }),
    ...(olderThan !== undefined && { olderThanMs: olderThan }),
  };
  const post = (body: object, key?: string) =>
    invocation.api.post<BulkReleased>('leases/release', { body, idempotencyKey: key });
  if (!preview && !invocation.globals.yes) {
    const { body } = await post({ ...ask, preview: true });
    if (body.released > 0) {
      invocation.remark(tableOf(invocation, body));
      await invocation.confirm(`${body.released} of ${body.selected} leases are taken from their holders.`);
    }
  }
  invocation.show(await post({ ...ask, preview }, idempotencyKey), (done) => {
    if (done.selected === 0) {
      invocation.remark(
        `Player ${options.player} holds nothing that fits. See all with: holdfast assignments --player ${options.player}`,
      );
      return undefined;
    }
    const word = preview ? 'would be released' : 'released';
    invocation.remark(`${done.released} of ${done.selected} ${word}.`);
    return tableOf(invocation, done);
  });
}

function tableOf(invocation: Invocation, { leases, preview }: BulkReleased): string {
  const columns = [
    { title: 'SHIP', of: ({ ship }: Lease) => ship },
    { title: 'HOLDER', of: ({ holder }: Lease) => holder.id },
    { title: 'TOKEN', of: ({ token }: Lease) => String(token) },
    { title: 'HELD', of: ({ heldForMs }: Lease) => span(heldForMs) },
    { title: preview ? 'WOULD BE' : 'IS', of: ({ released }: Lease) => (released ? 'released' : 'kept') },
    { title: 'BECAUSE', of: ({ why }: Lease) => why },
  ];
  return table(columns, leases, invocation.look);
}

type Lease = BulkReleased['leases'][number];
