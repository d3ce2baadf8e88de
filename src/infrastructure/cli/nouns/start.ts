import type { Command } from 'commander';
import { withExamples } from '../examples.js';
import type { World } from '../world.js';

export function start(program: Command, world: World): void {
  const command = program
    .command('start')
    .description(
      'Start everything: the log, the views, the game, the daemon, the API. Configured by the environment and .env',
    )
    .action(async () => {
      await world.servers.start();
    });
  withExamples(command, 'holdfast start', 'HOLDFAST_PORT=4100 HOLDFAST_DATA=./other holdfast start');
}
