import type { Command } from 'commander';
import type { ChartedSystem } from '../answers.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { Failure } from '../failure.js';
import type { Session } from '../session.js';
import type { World } from '../world.js';

export function universe(program: Command, world: World): void {
  const command = program.command('universe').description('The systems the fleet flies in');
  const load = command
    .command('import <file...>')
    .description('Chart the systems of a file; - for stdin. An equal chart writes nothing');
  withExamples(
    load,
    'holdfast universe import examples/X1-HF01.json',
    'curl -s https://api.spacetraders.io/v2/systems/X1-HF01/waypoints | holdfast universe import -',
  );
  does<object, [string[]]>(load, world, async (session, _options, files) => {
    for (const file of files) await importFile(session, file);
  });
}

async function importFile(session: Session, file: string): Promise<void> {
  const [{ readText }, { chartsIn }] = await Promise.all([
    import('../parse/read-text.js'),
    import('../parse/charts.js'),
  ]);
  const charts = chartsIn(await readText(file, session.world.stdin), file);
  for (const { symbol, body } of charts) {
    const answer = await session.api.put<ChartedSystem>(`systems/${encodeURIComponent(symbol)}`, { body });
    session.show(answer, ({ system, already }) => {
      return `${system.symbol}: ${system.waypoints} waypoints, ${already ? 'as charted before' : 'charted'}.`;
    });
  }
  if (charts.length === 0) throw new Failure(2, `${file} holds no system.`);
}
