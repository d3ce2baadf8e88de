import { Inject } from '@nestjs/common';
import { marketStream, scansKept } from '../../domain/market/market.js';
import type { CommandContext } from '../command-context.js';
import type { EventStore } from '../ports/event-store.js';
import type { Ids } from '../ports/ids.js';
import { EVENT_STORE, IDS } from '../ports/tokens.js';

/** Bounds the stream of each market, so that a log of scouts does not grow for ever. */
export class MarketStreams {
  readonly #bounded = new Set<string>();

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  /**
   * Once for each market and process, before its first scan; what is set already is left as it is. Never rejects: a scan is
   * worth more than its bound, which is tried again with the next one.
   */
  async bound(waypoint: string, { commandId, correlationId, causationId, actor, via }: CommandContext): Promise<void> {
    if (this.#bounded.has(waypoint)) return;
    const settings = `$$${marketStream(waypoint)}`;
    const data = { $maxCount: scansKept };
    const id = this.ids.derived(settings, JSON.stringify(data));
    const told = { $correlationId: correlationId, $causationId: causationId, actor, via, schemaVersion: 1 };
    try {
      await this.store.append(settings, 'none', [{ id, type: '$metadata', data, metadata: { commandId, ...told } }]);
      this.#bounded.add(waypoint);
    } catch {
      return;
    }
  }
}
