import type { Policy } from '../policy.js';

/** What the watch over the leases goes by, in words. */
export function custodyRules(policy: Policy): readonly string[] {
  const every = (ms: number) => `every ${spell(ms)}`;
  return [
    `Silent holders are looked for ${every(policy.monitorIntervalMs)}; half-made and dead ones ${every(policy.sweepIntervalMs)}, and once at the start.`,
    `A holder loses its lease (expired, STALE_TIMEOUT) when nothing was heard of it for its whole time to live: ship ${spell(policy.shipTtlMs)}, task ${spell(policy.taskTtlMs)}, phase ${spell(policy.phaseTtlMs)} unless it asked for another. One that renews never does, however old its lease is.`,
    `After a start nobody is expired for ${spell(Math.max(policy.amnestyMs, policy.shipTtlMs))}, and nobody before a whole time to live has passed in the watching process.`,
    'The process that a holder named and that is provably gone from this machine costs it the lease (dead_process, DEAD_PROCESS). Where that cannot be proven, only silence counts.',
    'The lease of work that is finished is released (task_completed, TASK_COMPLETED), and that of work that failed or was cancelled (stale_cleanup).',
    `A claim that is still half made after ${spell(policy.repairGraceMs)} is rolled back (claim_rolled_back); work whose lease is gone may be claimed again.`,
    `A held lease in which nothing has moved for ${spell(policy.staleAlertMs)} is told, and not touched.`,
    'A reservation of an operator is never touched. Everything is decided at the revision that was looked at.',
  ];
}

function spell(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 120_000) return `${ms / 1_000} s`;
  return `${ms / 60_000} min`;
}
