import { ClaimPhase, type PhaseClaimAsk } from '../../src/application/flows/claim-phase.js';
import { DeclareFlow } from '../../src/application/flows/declare-flow.js';
import { CompletePhase, FailPhase } from '../../src/application/flows/finish-phase.js';
import { AbandonPhase } from '../../src/application/flows/abandon-phase.js';
import { decideLease } from '../../src/application/leases/decide-lease.js';
import type { FlowSnapshot } from '../../src/domain/flow/events.js';
import { flow, flowStream, phaseResource } from '../../src/domain/flow/flow.js';
import { expire } from '../../src/domain/lease/taking-away.js';
import { policy, type Instance } from './custody.js';

/** The phases of an assessment, in their order; nothing is executed for the last one. */
export const assessment = [
  'initialization',
  'readiness_assessment',
  'complexity_analysis',
  'dependency_analysis',
  'tech_debt_assessment',
  'risk_assessment',
  'recommendation_generation',
  'finalization',
].map((name) => ({ name, runs: name !== 'finalization' }));

export const twoPhases = [
  { name: 'readiness', runs: true },
  { name: 'architecture', runs: true },
];

/** What people and programs do with flows, asked of one instance. */
export function flowsOf(instance: Instance) {
  const claiming = (flowId: string, phase: string, holder = 'session-1', more: Partial<PhaseClaimAsk> = {}) => ({
    ...{ flowId, phase, ttlMs: policy.phaseTtlMs, holder: { kind: 'agent', id: holder, attempt: 1 } as const },
    ...more,
  });
  const declare = (flowId: string, phases = twoPhases, maxFailures: number | null = null) =>
    instance.outcome(new DeclareFlow(instance.context(), { flowId, phases, maxFailures }));
  const claim = (flowId: string, phase: string, holder?: string, named?: string) =>
    instance.outcome(new ClaimPhase(instance.context(named), claiming(flowId, phase, holder)));
  return {
    claiming,
    declare,
    claim,
    /** Gives the token. */
    async begun(flowId: string, phase: string, holder?: string): Promise<number> {
      const outcome = await claim(flowId, phase, holder);
      if (outcome.type !== 'Resumed' || !outcome.hold) throw new Error(`not begun: ${JSON.stringify(outcome)}`);
      return outcome.hold.token;
    },
    complete: (flowId: string, phase: string, token: number, result: string | null = null) =>
      instance.outcome(new CompletePhase(instance.context(), { flowId, phase, token, result })),
    fail: (flowId: string, phase: string, token: number, error = 'Test error', failsFlow = false) =>
      instance.outcome(new FailPhase(instance.context(), { flowId, phase, token, error, failsFlow })),
    abandon: (flowId: string, phase: string, token: number) =>
      instance.outcome(
        new AbandonPhase(instance.context(), { flowId, phase, token, reason: 'interrupted', detail: '' }),
      ),
    async flow(flowId: string): Promise<FlowSnapshot> {
      const { state } = await instance.decisions.current(flow, flowStream(flowId));
      if (!state) throw new Error(`there is no flow ${flowId}`);
      return state;
    },
    /** What the monitor does to a silent holder: the lease goes, and the work is told, unless it dies in between. */
    async expire(flowId: string, phase: string, token: number, tells = true): Promise<void> {
      const resource = phaseResource(flowId, phase);
      const context = instance.context();
      const evidence = {
        ...{ silentForMs: policy.phaseTtlMs + 1, ttlMs: policy.phaseTtlMs, lastBeat: null },
        ...{ observedRevision: '0', monitor: 'lease-monitor' },
      };
      await decideLease(instance.decisions, context, resource, (state, nowMs) =>
        expire({ resource, token, evidence, lockDelayMs: 0, nowMs }, state),
      );
      const loss = { resource, token, reason: 'expired', detail: 'silent for 300001 ms' } as const;
      if (tells) await instance.work.abandon(context, loss);
    },
  };
}
