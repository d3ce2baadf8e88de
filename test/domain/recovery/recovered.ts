import { planRecovery } from '../../../src/domain/recovery/plan-recovery.js';
import type {
  RecoveredContainer,
  RecoveredLease,
  RecoveryEvidence,
  RecoveryPlan,
  RecoveryState,
  RecoveryStep,
  RunnerEvidence,
} from '../../../src/domain/recovery/recovery.js';
import { leaseStream, shipResource } from '../../../src/domain/lease/resource.js';

export const nowMs = 10_000_000;
export const crash = { suspectAfter: 5, parkAfter: 3, probationMs: 10_000, forgottenAfterMs: 600_000 };
export const rules = { repairGraceMs: 10_000, crash };
export const cooper = shipResource(1, 'COOPER-2');
export const mira = shipResource(1, 'MIRA-1');

export function aContainer(more: Partial<RecoveredContainer> & { readonly containerId: string }): RecoveredContainer {
  return {
    player: 1,
    status: 'RUNNING',
    ships: ['COOPER-2'],
    leases: [],
    attempt: 1,
    backOff: null,
    stopReason: null,
    runner: 'daemon',
    createdAtMs: nowMs - 7_200_000,
    attemptStartedAtMs: nowMs - 7_000_000,
    exitReason: null,
    ...more,
  };
}

export function aLease(id: string | null, more: Partial<RecoveredLease> & { token?: number; sinceMs?: number } = {}) {
  const { token = 1, sinceMs = nowMs - 3_600_000, ...rest } = more;
  const hold = id === null ? null : { holder: { kind: 'container' as const, id, attempt: 1 }, token, sinceMs };
  const lease: RecoveredLease = { resource: cooper, hold, obligations: [], freeFromMs: 0, ...rest };
  return lease;
}

export interface World {
  readonly state: RecoveryState;
  readonly evidence: RecoveryEvidence;
}

export function world(
  leases: readonly RecoveredLease[],
  containers: readonly RecoveredContainer[],
  runners: Readonly<Record<string, RunnerEvidence>> = {},
  cargo: RecoveryEvidence['cargo'] = new Map(),
  erasClosedMs: RecoveryEvidence['erasClosedMs'] = new Map(),
): World {
  return {
    state: { leases, containers, nowMs },
    evidence: { runners: new Map(Object.entries(runners)), cargo, erasClosedMs },
  };
}

export function planFor({ state, evidence }: World): RecoveryPlan {
  return planRecovery(state, evidence, rules);
}

/** What the world is once every step was carried out, each as its command does it. */
export function after({ state, evidence }: World, steps: readonly RecoveryStep[]): World {
  const leases = new Map(state.leases.map((lease) => [leaseStream(lease.resource), lease]));
  const containers = new Map(state.containers.map((container) => [container.containerId, container]));
  const runners = new Map(evidence.runners);
  const change = (stream: string, to: Partial<RecoveredLease>) => {
    const lease = leases.get(stream);
    if (lease) leases.set(stream, { ...lease, ...to });
  };
  for (const step of steps) {
    if (step.type === 'Bind') {
      const { obligationId, good, units } = step;
      const lease = leases.get(leaseStream(step.resource));
      const bound = { obligationId, good, units, sinceMs: nowMs };
      change(leaseStream(step.resource), { obligations: [...(lease?.obligations ?? []), bound] });
    } else if (step.type === 'Release') {
      change(leaseStream(step.resource), { hold: null });
    } else if (step.type === 'Adopt') {
      runners.set(step.containerId, 'here');
      const container = containers.get(step.containerId);
      if (!container || (step.notBeforeMs ?? 0) > nowMs) continue;
      const attempt = container.attempt + 1;
      const taken = container.ships.map((ship) => {
        const resource = shipResource(container.player, ship);
        const before = leases.get(leaseStream(resource)) ?? aLease(null, { resource });
        if (before.hold && before.hold.holder.id !== container.containerId) throw new Error(`${ship} is held`);
        const token = (before.hold?.token ?? 0) + 1;
        const hold = {
          holder: { kind: 'container' as const, id: container.containerId, attempt },
          token,
          sinceMs: nowMs,
        };
        leases.set(leaseStream(resource), { ...before, resource, hold });
        return { ship, token };
      });
      containers.set(step.containerId, { ...container, status: 'RUNNING', attempt, leases: taken, backOff: null });
    } else {
      const container = containers.get(step.containerId);
      const status = step.type === 'Fail' ? 'FAILED' : 'STOPPED';
      if (container) containers.set(step.containerId, { ...container, status });
      for (const [stream, { hold, obligations }] of leases) {
        if (hold?.holder.id === step.containerId && obligations.length === 0) change(stream, { hold: null });
      }
    }
  }
  return {
    state: { leases: [...leases.values()], containers: [...containers.values()], nowMs },
    evidence: { ...evidence, runners },
  };
}
