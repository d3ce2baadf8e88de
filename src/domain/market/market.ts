import { decided, type Aggregate, type Decision } from '../kernel/decider.js';
import { sameJson, type Json } from '../kernel/json.js';
import { streamName } from '../streams.js';
import { systemOf } from '../system/system-of.js';

/** One good of a market, at the moment of a scan. Prices are credits for one unit. */
export interface ScannedGood {
  readonly good: string;
  /** EXPORT, IMPORT or EXCHANGE; null: not told. */
  readonly type: string | null;
  readonly supply: string | null;
  readonly activity: string | null;
  /** What buying costs, and what selling brings. */
  readonly purchasePrice: number;
  readonly sellPrice: number;
  /** The most units of one transaction. */
  readonly tradeVolume: number;
}

/** What a ship saw at a market. */
export interface MarketScan {
  readonly waypoint: string;
  readonly system: string;
  readonly player: number;
  readonly ship: string | null;
  readonly goods: readonly ScannedGood[];
}

/** Stored: fields are added to, never renamed or dropped. Each scan is whole, so each opens a chapter. */
export type MarketEvent = { readonly type: 'MarketScanned'; readonly atMs: number } & MarketScan;

export type MarketState = (MarketScan & { readonly scannedAtMs: number }) | null;

export const market: Aggregate<MarketState, MarketEvent> = {
  initial: null,
  evolve: (_state, { type: _type, atMs, ...scan }) => ({ ...scan, scannedAtMs: atMs }),
  opensChapter: () => true,
  chapterOf: () => undefined,
};

/** So many of the newest scans of a market stay in the log: days of one that is visited every few minutes. */
export const scansKept = 1_000;

export function marketStream(waypoint: string): string {
  return streamName('market', waypoint);
}

export interface Scanned {
  readonly type: 'Scanned';
  /** Whether the goods, or what is asked for them, are other than at the scan before; true of a first scan. */
  readonly changed: boolean;
}

/** Every scan is kept, an equal one too: how old the knowledge is, is knowledge. */
export function scan(
  { nowMs, ...seen }: Omit<MarketScan, 'system'> & { readonly nowMs: number },
  state: MarketState,
): Decision<Scanned, MarketEvent> {
  const goods = [...seen.goods].sort((one, other) => (one.good < other.good ? -1 : 1));
  const changed = !state || !sameJson(state.goods as unknown as Json, goods as unknown as Json);
  const system = systemOf(seen.waypoint) ?? seen.waypoint;
  return decided({ type: 'Scanned', changed }, { type: 'MarketScanned', ...seen, system, goods, atMs: nowMs });
}
