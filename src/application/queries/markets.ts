import { Query } from '@nestjs/cqrs';
import type { MarketScan } from '../../domain/market/market.js';
import type { Freshness, NotThereYet, ViewAnswer } from './view-answer.js';

export interface SeenMarket extends MarketScan {
  readonly scannedAtMs: number;
}

export interface MarketFilter {
  readonly system?: string | undefined;
  readonly waypoint?: string | undefined;
  /** Only markets whose newest scan is no older. */
  readonly maxAgeMs?: number | undefined;
}

/** The newest scan of every market, by waypoint; a market that was never scanned is not among them. */
export class ListMarkets extends Query<ViewAnswer<readonly SeenMarket[]> | NotThereYet> {
  constructor(readonly ask: MarketFilter & Freshness = {}) {
    super();
  }
}
