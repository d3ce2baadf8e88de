import type { Kept } from './live-log.js';

/** Injection token; absent: the usual pace. */
export const STREAM_PACE = Symbol('StreamPace');

export interface StreamPace {
  readonly heartbeatMs: number;
  /** How soon a client whose connection broke comes back. */
  readonly retryMs: number;
  /** A client that takes nothing for so long is cut. */
  readonly stalledMs: number;
  readonly mostClients: number;
  /** How many events are handed on at once. */
  readonly batch: number;
  /** What one process keeps of the log's newest stretch, for all clients together. */
  readonly kept: Kept;
}

export const usualPace: StreamPace = {
  heartbeatMs: 15_000,
  retryMs: 1_000,
  stalledMs: 60_000,
  mostClients: 100,
  batch: 128,
  kept: { events: 2_048, characters: 4_194_304 },
};
