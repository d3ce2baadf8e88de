import type { MarketFreshness, StreamedEvent, Tour } from '../api/types.js';

type Told = Pick<StreamedEvent, 'type' | 'stream' | 'data'>;

/** When each waypoint's market was last looked at, from the scans, the tours, and what the log tells. */
export function lastSeen(
  tours: readonly Tour[],
  scans: MarketFreshness['freshness'],
  events: readonly Told[],
): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  const saw = (waypoint: unknown, atMs: unknown) => {
    if (typeof waypoint !== 'string' || typeof atMs !== 'number' || !Number.isFinite(atMs)) return;
    seen.set(waypoint, Math.max(atMs, seen.get(waypoint) ?? atMs));
  };
  for (const { waypoint_symbol: waypoint, last_updated: at } of scans)
    saw(waypoint, at === null ? null : Date.parse(at));
  for (const { lastVisit } of tours) saw(lastVisit?.waypoint, lastVisit?.atMs);
  for (const { type, stream, data } of events) {
    if (type === 'ContainerMarketVisited') saw(data['waypoint'], data['atMs']);
    if (stream.startsWith('market-')) saw(stream.slice('market-'.length), data['atMs']);
  }
  return seen;
}
