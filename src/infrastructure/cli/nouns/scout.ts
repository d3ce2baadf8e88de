import type { Command } from 'commander';
import type { PlannedTours, Scouting } from '../answers.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { player, several, wholeNumber } from '../parse/values.js';
import type { World } from '../world.js';

interface PlanOptions {
  readonly system: string;
  readonly ships: readonly string[];
  readonly markets?: readonly string[];
}

export function scout(program: Command, world: World): void {
  const command = program.command('scout').description('Scouting the markets of a system');
  scoutMarkets(command, world);
  const plan = command
    .command('plan')
    .description('Which ship should scout which markets, in which order. Changes nothing')
    .requiredOption('--system <symbol>', 'a charted system')
    .requiredOption('--ships <symbols>', 'the ships, with commas between', several)
    .option('--markets <symbols>', 'the markets; all but fuel stations if absent', several);
  withExamples(plan, 'holdfast scout plan --system X1-HF01 --ships COOPER-2,COOPER-3');
  does<PlanOptions, []>(plan, world, async (invocation, { system, ships, markets }) => {
    const asked = { ships: ships.join(','), markets: markets?.join(',') };
    const path = `systems/${encodeURIComponent(system)}/scouting`;
    invocation.show(await invocation.api.get<PlannedTours>(path, asked), ({ tours }) => {
      const columns = [
        { title: 'SHIP', of: ({ ship }: Tour) => ship },
        { title: 'LENGTH', of: ({ length }: Tour) => String(length) },
        { title: 'MARKETS', of: (tour: Tour) => tour.markets.join(' ') },
      ];
      return invocation.table(columns, tours, 'There is nothing to scout.');
    });
  });
}

type Tour = PlannedTours['tours'][number];

interface ScoutOptions {
  readonly player: number;
  readonly system: string;
  readonly ships?: readonly string[];
  readonly markets?: readonly string[];
  readonly iterations: number;
  readonly replan?: boolean;
}

function scoutMarkets(command: Command, world: World): void {
  const markets = command
    .command('markets')
    .description('Have markets scouted: a tour for every ship that flies none. Asked again, what is flown serves')
    .requiredOption('--system <symbol>', 'a charted system')
    .option('--player <id>', 'whose ships', player, 1)
    .option('--ships <symbols>', 'the ships, with commas between; every probe and drone if absent', several)
    .option('--markets <symbols>', 'the markets; all but fuel stations if absent', several)
    .option('--iterations <number>', 'rounds of each new tour; -1: until it is stopped', wholeNumber(-1), -1)
    .option('--replan', 'share everything out anew; a tour that comes out the same goes on');
  withExamples(
    markets,
    'holdfast scout markets --system X1-HF01',
    'holdfast scout markets --system X1-HF01 --ships COOPER-2,COOPER-3 --markets X1-HF01-A1,X1-HF01-B6 --iterations 5',
  );
  does<ScoutOptions, []>(markets, world, async (invocation, { system, ...body }) => {
    const path = `systems/${encodeURIComponent(system)}/scouting`;
    invocation.show(await invocation.api.post<Scouting>(path, { body: { ...body } }), (scouting) => {
      const columns = [
        { title: 'SHIP', of: ({ ship }: Flown) => ship },
        { title: 'CONTAINER', of: ({ container }: Flown) => container },
        { title: 'SINCE', of: ({ reused }: Flown) => (reused ? 'before' : 'now') },
        { title: 'MARKETS', of: (tour: Flown) => tour.markets.join(' ') },
      ];
      return [invocation.table(columns, scouting.tours, 'Nobody scouts.'), ...remarks(scouting)].join('\n');
    });
  });
}

type Flown = Scouting['tours'][number];

function remarks({ idle, uncovered, unasked }: Scouting): string[] {
  const of = (all: readonly string[], said: string) => (all.length > 0 ? [`${said}: ${all.join(' ')}`] : []);
  return [
    ...of(idle, 'No market is left for'),
    ...of(uncovered, 'Nobody visits, unless with --replan'),
    ...of(unasked, 'Visited, though not asked for'),
  ];
}
