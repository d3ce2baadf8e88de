import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { chart, system, systemStream, type Charted, type SystemChart } from '../../domain/system/system.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';

export class ChartSystem extends Command<Answer<Charted>> {
  constructor(
    readonly context: CommandContext,
    readonly chart: SystemChart,
  ) {
    super();
  }
}

@CommandHandler(ChartSystem)
export class ChartSystemHandler implements ICommandHandler<ChartSystem> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  execute({ context, chart: charted }: ChartSystem): Promise<Answer<Charted>> {
    return this.decisions.decide({
      aggregate: system,
      stream: systemStream(charted.symbol),
      context,
      decide: (state, nowMs) => chart({ chart: charted, nowMs }, state),
    });
  }
}
