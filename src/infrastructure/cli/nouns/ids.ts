import type { Command } from 'commander';
import type { World } from '../world.js';

/** What the completion of a shell asks for; in no list, and never in anybody's way. */
export function ids(program: Command, world: World): void {
  program.command('_ids <kind> [scope]', { hidden: true }).action(async (kind: string, scope?: string) => {
    const { liveIds } = await import('../live-ids.js');
    world.stdout.write((await liveIds(kind, world, scope)).map((id) => `${id}\n`).join(''));
  });
}
