/** Waits after the first, the second and the third failure; the fourth has none. */
const ladderMs: readonly number[] = [300_000, 600_000, 1_200_000];

/** How long a task waits after so many failures; undefined: it is not tried again. */
export function waitAfterMs(failures: number): number | undefined {
  return ladderMs[failures - 1];
}
