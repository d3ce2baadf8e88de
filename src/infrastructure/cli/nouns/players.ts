import type { Command } from 'commander';
import type { PlayerList, RegisteredPlayer } from '../answers.js';
import { fresh, remarkOnAge, writes, type Fresh, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { player } from '../parse/values.js';
import type { World } from '../world.js';

export function players(program: Command, world: World): void {
  const command = program.command('players').description('Players and their agents');
  withExamples(command, 'holdfast players list', 'holdfast players register 2 COOPER');

  does<Fresh, []>(fresh(command.command('list').description('Players by id')), world, async (invocation, options) => {
    invocation.show(await invocation.api.get<PlayerList>('players', { ...options }), ({ players, ageMs }) => {
      remarkOnAge(invocation, { ageMs });
      const columns = [
        { title: 'PLAYER', of: (each: Player) => String(each.player) },
        { title: 'AGENT', of: (each: Player) => each.agentSymbol },
        { title: 'REGISTERED', of: (each: Player) => invocation.when(each.registeredAtMs) },
      ];
      return invocation.table(
        columns,
        players,
        'No player is registered. Do it with: holdfast players register 1 AGENT',
      );
    });
  });

  const register = command
    .command('register')
    .description('Name a player’s agent; its token has no place here')
    .argument('<player>', 'the number of the player', player)
    .argument('<symbol>', 'of the agent');
  does<Writes, [number, string]>(writes(register), world, async (invocation, { idempotencyKey }, id, agentSymbol) => {
    const body = { agentSymbol };
    const answer = await invocation.api.put<RegisteredPlayer>(`players/${id}`, { body, idempotencyKey });
    invocation.show(answer, ({ already }) => `Player ${id} ${already ? 'was already' : 'is'} ${agentSymbol}.`);
  });
}

type Player = PlayerList['players'][number];
