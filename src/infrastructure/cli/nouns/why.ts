import type { Command } from 'commander';
import type { Explanation } from '../answers.js';
import { ofPlayer, type OfPlayer } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { findShip } from '../find-ship.js';
import { toldWhy } from '../print/why.js';
import type { World } from '../world.js';

export function why(program: Command, world: World): void {
  const command = program
    .command('why <ship>')
    .description('Why a ship is, or is not, to be had, and what can be done');
  withExamples(command, 'holdfast why COOPER-2', 'holdfast why COOPER-2 --player 2 --json');
  does<OfPlayer, [string]>(ofPlayer(command), world, async (session, { player }, symbol) => {
    const ship = await findShip(session, symbol, player);
    session.show(await session.api.get<Explanation>(`${ship.path}/why`), (explained) =>
      toldWhy(ship, explained, session),
    );
  });
}
