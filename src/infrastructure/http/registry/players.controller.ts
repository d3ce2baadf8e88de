import { Body, Get, Inject, Param, Put, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { CommandContext } from '../../../application/command-context.js';
import { ListPlayers } from '../../../application/queries/players.js';
import { RegisterPlayer } from '../../../application/registry/register-player.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { playerText } from '../schemas/asked.js';
import * as schemas from './registry-schemas.js';

@ApiV1('players', 'players')
export class PlayersController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('Players by id', schemas.playerList, { refusals: [503] })
  async list(@Query({ schema: schemas.fresh }) query: z.output<typeof schemas.fresh>) {
    const answer = await this.dispatcher.view(new ListPlayers(query));
    return asSeen(answer, { players: answer.value });
  }

  @Put(':player')
  @Answers('Name a player’s agent', schemas.registeredPlayer)
  async register(
    @Param('player', { schema: playerText }) player: number,
    @Body({ schema: schemas.registerPlayer }) { agentSymbol }: z.output<typeof schemas.registerPlayer>,
    @Asked() context: CommandContext,
  ) {
    const { outcome, position } = await this.dispatcher.command(new RegisterPlayer(context, player, agentSymbol));
    return { player, agentSymbol, already: outcome.already, position: String(position) };
  }
}
