import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { market, marketStream, scan, type MarketScan, type Scanned } from '../../domain/market/market.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { MarketStreams } from './market-streams.js';

/** Records what a ship saw at a market. */
export class ScanMarket extends Command<Answer<Scanned>> {
  constructor(
    readonly context: CommandContext,
    readonly seen: Omit<MarketScan, 'system'>,
  ) {
    super();
  }
}

@CommandHandler(ScanMarket)
export class ScanMarketHandler implements ICommandHandler<ScanMarket> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(MarketStreams) private readonly streams: MarketStreams,
  ) {}

  async execute({ context, seen }: ScanMarket): Promise<Answer<Scanned>> {
    await this.streams.bound(seen.waypoint, context);
    return this.decisions.decide({
      aggregate: market,
      stream: marketStream(seen.waypoint),
      context,
      decide: (state, nowMs) => scan({ ...seen, nowMs }, state),
    });
  }
}
