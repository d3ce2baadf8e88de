const ticksPerMs = 10_000n;

/** The time in 100 ns since 1970-01-01 UTC, to the millisecond. */
export function nowTicks(): bigint {
  return BigInt(Date.now()) * ticksPerMs;
}
