import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { systemContext } from '../command-context.js';
import type { Ids } from '../ports/ids.js';
import { IDS } from '../ports/tokens.js';
import type { LinkedAgent } from '../registry/game-link.js';
import { ScoutMarkets } from './scout-markets.js';

/** The tours that a new simulated universe begins with, so that there is something to see. Begun once for each agent. */
export class FirstTours {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  async begin(player: number, { agent, system }: LinkedAgent): Promise<void> {
    const commandId = this.ids.derived('first-tours', String(player), agent, system);
    const context = { ...systemContext(this.ids, 'first-tours', 'import'), commandId, mayBeRepeat: true };
    await this.commands.execute(new ScoutMarkets(context, { player, system, iterations: -1, replan: false }));
  }
}
