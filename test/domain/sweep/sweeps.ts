import type { Holder } from '../../../src/domain/lease/events.js';
import type { SweepRules, SweptContainer, SweptLease } from '../../../src/domain/sweep/repairs.js';
import { planSweep } from '../../../src/domain/sweep/plan-sweep.js';
import { container, ship } from '../lease/leases.js';

export const minute = 60_000;
export const nowMs = 100 * minute;
export const rules: SweepRules = {
  repairGraceMs: minute,
  stopGraceMs: 30_000,
  orphanReason: 'stale_cleanup',
  player: null,
};

export const lease = (
  symbol: string,
  holder: Holder | null,
  overrides: Partial<SweptLease> & { token?: number; sinceMs?: number; player?: number } = {},
): SweptLease => {
  const { token = 1, sinceMs = nowMs - 10 * minute, player = 1, ...rest } = overrides;
  return {
    resource: ship(symbol, player),
    hold: holder && { holder, token, sinceMs, ttlMs: 5 * minute },
    obligations: [],
    ...rest,
  };
};
export const running = (
  containerId: string,
  ships: readonly string[],
  overrides: Partial<SweptContainer> = {},
): SweptContainer => ({
  containerId,
  player: 1,
  status: 'RUNNING',
  attempt: 1,
  ships,
  leases: ships.map((each) => ({ ship: each, token: 1 })),
  attemptStartedAtMs: nowMs - 10 * minute,
  updatedAtMs: nowMs - 10 * minute,
  stopReason: null,
  ...overrides,
});
export const plan = (
  leases: readonly SweptLease[],
  containers: readonly SweptContainer[],
  overrides: Partial<SweepRules> = {},
) => planSweep({ leases, containers, nowMs }, { ...rules, ...overrides });
export const nothing = { repairs: [], kept: [] };
export const orphan = (symbol: string, holder: string) => ({
  type: 'ReleaseOrphan',
  resource: ship(symbol),
  holder: container(holder),
  token: 1,
  reason: 'stale_cleanup',
  detail: 'holder_unknown',
});
export const names = ({ repairs }: ReturnType<typeof plan>) =>
  repairs.map((repair) => `${repair.type} ${'resource' in repair ? repair.resource.name : repair.containerId}`);
