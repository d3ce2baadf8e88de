import type { Command } from 'commander';
import { countedIn } from '../../../domain/recovery/receipt.js';
import type { InstanceList } from '../answers.js';
import { fresh, remarkOnAge, type Fresh } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { wholeNumber } from '../parse/values.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

type Instance = InstanceList['instances'][number];

export function instances(program: Command, world: World): void {
  const command = program.command('instances').description('Processes that served: how each came up, and how it went');
  withExamples(command, 'holdfast instances list', 'holdfast instances list --limit 1 --json');
  const list = command
    .command('list')
    .description('The latest first, with what became of the leases that each found')
    .option('--limit <number>', 'so many at most', wholeNumber(1), 20);
  does<Fresh & { readonly limit: number }, []>(fresh(list), world, async (invocation, options) => {
    invocation.show(await invocation.api.get<InstanceList>('instances', { ...options }), ({ instances, ageMs }) => {
      remarkOnAge(invocation, { ageMs });
      return invocation.table(columnsFor(invocation), instances, 'None was recorded.');
    });
  });
}

function columnsFor(invocation: Invocation) {
  return [
    { title: 'INSTANCE', of: ({ instance }: Instance) => instance },
    { title: 'STARTED', of: ({ startedAtMs }: Instance) => invocation.when(startedAtMs) },
    { title: 'RECOVERED', of: ({ recovery }: Instance) => (recovery ? receiptText(recovery.receipt) : '-') },
    { title: 'STOPPED', of: ({ stop }: Instance) => (stop ? invocation.when(stop.atMs) : '-') },
    { title: 'INTERRUPTED', of: ({ stop }: Instance) => String(stop?.manifest?.interrupted.length ?? '-') },
    { title: 'CUT', of: ({ stop }: Instance) => String(stop?.manifest?.cut.length ?? '-') },
  ];
}

function receiptText(receipt: NonNullable<Instance['recovery']>['receipt']): string {
  return `${receipt.leases}: ${[...countedIn(receipt), `${receipt.lost.length} lost`].join(', ')}`;
}
