import type { FlowSnapshot, PhaseSnapshot } from './events.js';
import { currentPhase, isDone } from './flow.js';
import { reasonOf } from './lifecycle.js';

/** Why a flow stands where it stands, and what a resume of it would go on from. One sentence for people. */
export function whyHere(flow: FlowSnapshot): string {
  const current = currentPhase(flow);
  if (flow.status === 'completed' || !current) return 'All phases are done.';
  const done = flow.phases.filter(isDone).length;
  const place = `Phase ${current.name} is ${done + 1} of ${flow.phases.length}`;
  switch (flow.status) {
    case 'cancelled':
      return `${place}; the flow was cancelled: ${reasonOf(flow)}.`;
    case 'failed':
      return `${place}; the flow has failed: ${reasonOf(flow)}. It goes on when it is told to continue.`;
    case 'paused':
      return `${place}; ${wayOf(current)} The flow is paused: ${reasonOf(flow)}.`;
    case 'initialized':
    case 'in_progress':
      return `${place}; ${wayOf(current)}`;
    default:
      return flow.status satisfies never;
  }
}

function wayOf({ status, attempt, runs, holder, error, abandoned }: PhaseSnapshot): string {
  switch (status) {
    case 'running':
      return `${holder?.id ?? 'somebody'} executes it, in attempt ${attempt}.`;
    case 'failed':
      return `attempt ${attempt} failed: ${error ?? ''}. It may be claimed again.`;
    case 'abandoned':
      return `attempt ${attempt} was abandoned (${abandoned?.reason ?? ''}: ${abandoned?.detail ?? ''}). It may be claimed again.`;
    case 'waiting':
      return runs ? 'nobody has begun it yet.' : 'it runs nothing: the next resume goes past it.';
    default:
      return `it is ${status}.`;
  }
}
