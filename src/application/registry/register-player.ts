import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { player, playerStream, register, type Registered } from '../../domain/player/player.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';

export class RegisterPlayer extends Command<Answer<Registered>> {
  constructor(
    readonly context: CommandContext,
    readonly player: number,
    readonly agentSymbol: string,
    readonly era: string | null = null,
  ) {
    super();
  }
}

@CommandHandler(RegisterPlayer)
export class RegisterPlayerHandler implements ICommandHandler<RegisterPlayer> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  execute({ context, player: id, agentSymbol, era }: RegisterPlayer): Promise<Answer<Registered>> {
    return this.decisions.decide({
      aggregate: player,
      stream: playerStream(id),
      context,
      decide: (state, nowMs) => register({ player: id, agentSymbol, era, nowMs }, state),
    });
  }
}
