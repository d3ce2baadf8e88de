/** How old a market's newest scan is, in bands that also differ in lightness, dash and word. */
export const bands = [
  { name: 'under-15-min', word: '< 15 min', underMs: 15 * 60_000 },
  { name: 'under-1-h', word: '< 1 h', underMs: 3_600_000 },
  { name: 'under-4-h', word: '< 4 h', underMs: 4 * 3_600_000 },
  { name: 'older', word: 'older', underMs: Infinity },
  { name: 'never', word: 'never seen', underMs: NaN },
] as const;
export type Band = (typeof bands)[number];

export function bandOf(seenAtMs: number | undefined, nowMs: number): Band {
  const age = seenAtMs === undefined ? NaN : Math.max(0, nowMs - seenAtMs);
  return bands.find(({ underMs }) => age < underMs) ?? bands[4];
}
