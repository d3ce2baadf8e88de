import type { Command } from 'commander';
import { counted } from '../../../domain/kernel/text.js';
import type { ChartedSystem } from '../answers.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { Failure, usage } from '../failure.js';
import { chartFromGame } from './chart-from-game.js';
import { wholeNumber } from '../parse/values.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

export function universe(program: Command, world: World): void {
  const command = program.command('universe').description('The systems the fleet flies in');
  const load = command
    .command('import <file...>')
    .description('Chart the systems of a file; - for stdin. An equal chart writes nothing');
  withExamples(load, 'holdfast universe import examples/X1-HF01.json', 'holdfast universe import - < X1-HF01.json');
  does<object, [string[]]>(load, world, async (invocation, _options, files) => {
    for (const file of files) await importFile(invocation, file);
  });
  chartFromGame(command, world);
  startIn(command, world);
}

interface SimulatorOptions {
  readonly data?: string;
  readonly mem?: true;
  readonly port: number;
  readonly file?: string;
  readonly seed?: number;
  readonly timeFactor?: string;
  readonly rateLimit: boolean;
}

/** Stays in the foreground and ends with exit codes of its own. */
function startIn(command: Command, world: World): void {
  const start = command
    .command('start')
    .description('Run a simulated universe that answers as SpaceTraders does, until Ctrl-C')
    .option('--data <directory>', 'where it is kept')
    .option('--mem', 'keep it in memory only, and lose it at the end')
    .option('--port <n>', 'where it listens; 0 takes a free port', wholeNumber(0), 4100)
    .option('--file <path>', 'the system it consists of; a system is generated if absent')
    .option('--seed <n>', 'another seed gives another system', wholeNumber(0))
    .option('--time-factor <x>', 'how many times faster than real time; 60 if absent')
    .option('--no-rate-limit', 'answer as many calls as come')
    .action(async ({ data, mem, port, file, seed, timeFactor, rateLimit }: SimulatorOptions) => {
      if ((data === undefined) === (mem === undefined)) {
        throw usage('Say where the universe is kept: --data DIR, or --mem.');
      }
      await world.servers.universe([
        ...(data === undefined ? ['--mem'] : ['--data', data]),
        ...['--port', String(port)],
        ...(file === undefined ? [] : ['--file', file]),
        ...(seed === undefined ? [] : ['--seed', String(seed)]),
        ...(timeFactor === undefined ? [] : ['--time-factor', timeFactor]),
        ...(rateLimit ? [] : ['--no-rate-limit']),
      ]);
    });
  withExamples(
    start,
    'holdfast universe start --data ./universe',
    'holdfast universe start --mem --port 0 --file examples/X1-HF01.json --time-factor 1',
  );
}

async function importFile(invocation: Invocation, file: string): Promise<void> {
  const [{ readText }, { chartsIn }] = await Promise.all([
    import('../parse/read-text.js'),
    import('../parse/charts.js'),
  ]);
  const charts = chartsIn(await readText(file, invocation.world.stdin), file);
  for (const { symbol, body } of charts) {
    const answer = await invocation.api.put<ChartedSystem>(`systems/${encodeURIComponent(symbol)}`, { body });
    invocation.show(answer, ({ system, already }) => {
      return `${system.symbol}: ${counted(system.waypoints, 'waypoint')}, ${already ? 'as charted before' : 'charted'}.`;
    });
  }
  if (charts.length === 0) throw new Failure(2, `${file} holds no system.`);
}
