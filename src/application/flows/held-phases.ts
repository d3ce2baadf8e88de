import { Inject } from '@nestjs/common';
import { standingOf } from '../../domain/flow/claims.js';
import { flow, flowStream, phaseNamed } from '../../domain/flow/flow.js';
import { abandon } from '../../domain/flow/work.js';
import type { Resource } from '../../domain/lease/resource.js';
import type { WorkStanding } from '../../domain/lease/work.js';
import { stepOf, type CommandContext } from '../command-context.js';
import type { NextStep } from '../custody/next-steps.js';
import { Decisions } from '../decide-and-append.js';
import type { HeldWork, Loss } from '../leases/held-work.js';
import { decideFlow } from './decide-flow.js';
import { TellPhaseLocks } from './tell-phase-locks.js';

/** The phases of flows, as the work under leases of their kind. */
export class HeldPhases implements HeldWork {
  readonly kind = 'phase';

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(TellPhaseLocks) private readonly tell: TellPhaseLocks,
  ) {}

  async standing({ scope, name }: Resource, token: number): Promise<WorkStanding> {
    const { state } = await this.decisions.current(flow, flowStream(scope));
    const phase = state ? phaseNamed(state, name) : undefined;
    if (!phase) return 'none';
    if (phase.token < token) return 'unclaimed';
    if (phase.token > token) return 'superseded';
    if (phase.status === 'running') return 'claimed';
    return phase.status === 'completed' ? 'finished' : 'over';
  }

  async claimedUnder({ scope, name }: Resource): Promise<number | null> {
    const { state } = await this.decisions.current(flow, flowStream(scope));
    const phase = state ? phaseNamed(state, name) : undefined;
    return phase?.status === 'running' ? phase.token : null;
  }

  async instead({ scope: flowId, name: phase }: Resource): Promise<NextStep | null> {
    const { state } = await this.decisions.current(flow, flowStream(flowId));
    const { outcome } = standingOf({ flowId, phase, nowMs: 0 }, state);
    switch (outcome.type) {
      case 'Done':
        return { step: 'leave', text: `leave it: phase ${phase} is ${outcome.phase.status}` };
      case 'FlowIsOver':
        return { step: 'leave', text: `leave it: flow ${flowId} was ${outcome.status}` };
      case 'FlowIsPaused':
        return { step: 'continue', text: `let flow ${flowId} continue: it is paused (${outcome.reason})` };
      case 'FlowHasFailed':
        return { step: 'continue', text: `let flow ${flowId} continue: it has failed (${outcome.reason})` };
      case 'PhaseMismatch':
        return { step: 'wait', text: `wait: phase ${outcome.current} is due before it` };
      default:
        return null;
    }
  }

  async abandon(context: CommandContext, { resource, token, reason, detail }: Loss): Promise<void> {
    const { scope: flowId, name: phase } = resource;
    const step = stepOf(context, `abandoned-${token}`);
    const { outcome, state } = await decideFlow(this.decisions, step, flowId, (flow, nowMs) =>
      abandon({ flowId, phase, token, reason, detail, nowMs }, flow),
    );
    if (outcome.type !== 'Changed' || outcome.already) return;
    const { startedAtMs = null, endedAtMs = null } = (state && phaseNamed(state, phase)) ?? {};
    const heldMs = (endedAtMs ?? 0) - (startedAtMs ?? endedAtMs ?? 0);
    if (reason === 'expired') this.tell.timedOut({ flowId, phase, token }, heldMs, detail);
    else this.tell.released({ flowId, phase, token }, heldMs, reason);
  }
}
