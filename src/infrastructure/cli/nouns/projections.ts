import type { Command } from 'commander';
import { counted } from '../../../domain/kernel/text.js';
import type { ParkedList, ProjectionList } from '../answers.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { usage } from '../failure.js';
import { span } from '../print/moments.js';
import type { World } from '../world.js';
import { rebuildViews } from './rebuild-views.js';

interface Which {
  readonly all?: true;
}
interface Rebuild extends Which {
  readonly acceptDifferences?: true;
  readonly parkUnreadable?: true;
}

export function projections(program: Command, world: World): void {
  const command = program.command('projections').description('The views: how they stand, and making them anew');
  withExamples(
    command,
    'holdfast projections list',
    'holdfast projections verify --all',
    'holdfast projections rebuild fleet',
    'holdfast projections parked',
  );
  listVerbs(command, world);

  const rebuild = command
    .command('rebuild [view]')
    .description('Make a view anew from the log beside the live one, compare, and take it over at once')
    .option('--all', 'every view, one after the other')
    .option('--accept-differences', 'take over although rows differ and nothing explains it')
    .option('--park-unreadable', 'park a stream at an event that cannot be applied, where it would stop otherwise');
  does<Rebuild, [string | undefined]>(rebuild, world, async (invocation, { all, ...ask }, view) => {
    if (ask.acceptDifferences) await invocation.confirm('Live rows are replaced although they differ unexplained.');
    await rebuildViews(invocation, { ...viewOrAll(view, all), ...ask });
  });

  const verify = command
    .command('verify [view]')
    .description('Make a view anew and compare it row by row with the live one; nothing is changed')
    .option('--all', 'every view, one after the other');
  does<Which, [string | undefined]>(verify, world, async (invocation, { all }, view) => {
    await rebuildViews(invocation, { ...viewOrAll(view, all), verifyOnly: true });
  });
}

function viewOrAll(view: string | undefined, all: true | undefined): object {
  if ((view === undefined) === (all === undefined)) {
    throw usage('Say which view, or --all. Their names: holdfast projections list');
  }
  return view === undefined ? { all: true } : { view };
}

type Projection = ProjectionList['projections'][number];
type Parked = ParkedList['parked'][number];

function listVerbs(command: Command, world: World): void {
  does<object, []>(command.command('list').description('How each view stands'), world, async (invocation) => {
    invocation.show(await invocation.api.get<ProjectionList>('projections'), ({ projections: all }) => {
      const columns = [
        { title: 'VIEW', of: ({ view }: Projection) => view },
        {
          title: 'ROLE',
          of: ({ role, readerAlive }: Projection) => (readerAlive === false ? `${role}, not alive` : role),
        },
        { title: 'POSITION', of: ({ position }: Projection) => position ?? '–' },
        { title: 'HEAD', of: ({ head }: Projection) => head ?? '–' },
        { title: 'BEHIND', of: behind },
        { title: 'PARKED', of: ({ parked }: Projection) => String(parked) },
        { title: 'LAST ERROR', of: ({ lastError }: Projection) => lastError?.message ?? '' },
      ];
      return invocation.table(columns, all, 'This server keeps no view.');
    });
  });

  const parked = command
    .command('parked')
    .description('Streams that a view stopped following, each with the event it cannot apply')
    .option('--view <name>', 'only of this view');
  does<{ view?: string }, []>(parked, world, async (invocation, query) => {
    invocation.show(await invocation.api.get<ParkedList>('projections/parked', { ...query }), ({ parked: streams }) => {
      const columns = [
        { title: 'VIEW', of: ({ view }: Parked) => view },
        { title: 'STREAM', of: ({ stream }: Parked) => stream },
        { title: 'POSITION', of: ({ position }: Parked) => position },
        { title: 'EVENT', of: ({ eventType }: Parked) => eventType },
        { title: 'PASSED OVER', of: ({ passedOver }: Parked) => String(passedOver) },
        { title: 'WHY', of: ({ reason }: Parked) => reason },
      ];
      return invocation.table(columns, streams, 'No stream is parked: every view follows all of its streams.');
    });
  });
}

function behind({ lagEvents, lagMs }: Projection): string {
  if (lagEvents === null) return '?';
  return lagEvents === 0 ? 'level' : `${counted(lagEvents, 'event')}${lagMs === null ? '' : `, ${span(lagMs)}`}`;
}
