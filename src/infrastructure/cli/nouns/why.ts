import type { Command } from 'commander';
import type { Explanation } from '../answers.js';
import { ofPlayer, type OfPlayer } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { findShip } from '../find-ship.js';
import { isLockName, lockName } from '../parse/lock-name.js';
import { toldWhy } from '../print/why.js';
import type { World } from '../world.js';

export function why(program: Command, world: World): void {
  const command = program
    .command('why <what>')
    .description(
      'Why a ship, or the lock task:QUEUE/TASK or phase:FLOW/PHASE, is or is not to be had, and what can be done',
    );
  withExamples(command, 'holdfast why COOPER-2', 'holdfast why COOPER-2 --player 2 --json', 'holdfast why task:main/7');
  does<OfPlayer, [string]>(ofPlayer(command), world, async (invocation, { player }, symbol) => {
    if (isLockName(symbol)) {
      const { path } = lockName(symbol);
      return invocation.show(await invocation.api.get<Explanation>(`${path}/why`), (explained) =>
        toldWhy(explained, invocation),
      );
    }
    const ship = await findShip(invocation, symbol, player);
    invocation.show(await invocation.api.get<Explanation>(`${ship.path}/why`), (explained) =>
      toldWhy(explained, invocation),
    );
  });
}
