import type { Command } from 'commander';
import type { PlannedTours } from '../answers.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { several } from '../parse/values.js';
import type { World } from '../world.js';

interface PlanOptions {
  readonly system: string;
  readonly ships: readonly string[];
  readonly markets?: readonly string[];
}

export function scout(program: Command, world: World): void {
  const command = program.command('scout').description('Scouting the markets of a system');
  const plan = command
    .command('plan')
    .description('Which ship should scout which markets, in which order. Changes nothing')
    .requiredOption('--system <symbol>', 'a charted system')
    .requiredOption('--ships <symbols>', 'the ships, with commas between', several)
    .option('--markets <symbols>', 'the markets; all but fuel stations if absent', several);
  withExamples(plan, 'holdfast scout plan --system X1-HF01 --ships COOPER-2,COOPER-3');
  does<PlanOptions, []>(plan, world, async (session, { system, ships, markets }) => {
    const asked = { ships: ships.join(','), markets: markets?.join(',') };
    const path = `systems/${encodeURIComponent(system)}/scouting`;
    session.show(await session.api.get<PlannedTours>(path, asked), ({ tours }) => {
      const columns = [
        { title: 'SHIP', of: ({ ship }: Tour) => ship },
        { title: 'LENGTH', of: ({ length }: Tour) => String(length) },
        { title: 'MARKETS', of: (tour: Tour) => tour.markets.join(' ') },
      ];
      return session.table(columns, tours, 'There is nothing to scout.');
    });
  });
}

type Tour = PlannedTours['tours'][number];
