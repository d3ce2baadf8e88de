import type { Command } from 'commander';
import type { Game } from '../../../application/ports/game.js';
import type { JsonObject } from '../../../domain/kernel/json.js';
import { counted } from '../../../domain/kernel/text.js';
import type { ChartedSystem } from '../answers.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { Failure } from '../failure.js';
import type { World } from '../world.js';

const realGame = 'https://api.spacetraders.io/v2';

interface ChartOptions {
  readonly from?: string;
}

/** `universe chart SYSTEM`: asks the game for a system, page by page, and gives the chart to the server. */
export function chartFromGame(command: Command, world: World): void {
  const chart = command
    .command('chart <system...>')
    .description('Chart systems as the game has them. An equal chart writes nothing')
    .option('--from <url>', 'the game, or a simulated universe; SPACETRADERS_URL or the real game if absent');
  withExamples(chart, 'holdfast universe chart X1-HF01 --from http://127.0.0.1:4100/v2');
  does<ChartOptions, [string[]]>(chart, world, async (invocation, { from }, systems) => {
    const game = await gameAt(from ?? (world.env['SPACETRADERS_URL'] || realGame), world.env['SPACETRADERS_TOKEN']);
    for (const system of systems) {
      const body = await chartOf(game, system);
      const answer = await invocation.api.put<ChartedSystem>(`systems/${encodeURIComponent(system)}`, { body });
      invocation.show(answer, ({ system: { symbol, waypoints }, already }) => {
        return `${symbol}: ${counted(waypoints, 'waypoint')}, ${already ? 'as charted before' : 'charted'}.`;
      });
    }
  });
}

async function chartOf(game: Game, system: string): Promise<JsonObject> {
  const waypoints = await game.waypoints(system).catch((error: unknown) => {
    const { name, message } = error as Error;
    throw new Failure(name === 'GameRefused' ? 3 : 5, `The game says of ${system}: ${message}`, { cause: error });
  });
  return { data: waypoints.map(({ system: systemSymbol, ...waypoint }) => ({ ...waypoint, systemSymbol })) };
}

async function gameAt(url: string, token: string | undefined): Promise<Game> {
  const [{ connectGame }, { systemClock }] = await Promise.all([
    import('../../game/connect.js'),
    import('../../clock.js'),
  ]);
  return connectGame(url, token || undefined, systemClock);
}
