/** How much of everything a run does. */
export function freshCounts(quick) {
  const full = { warmUp: 640, pairs: 2_000, manyPairs: 12_800, refusals: 3_000, pastEvents: 100_000 };
  return quick ? { warmUp: 128, pairs: 200, manyPairs: 1_280, refusals: 300, pastEvents: 5_000 } : full;
}
