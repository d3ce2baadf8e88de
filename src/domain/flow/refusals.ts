import type { FlowStatus, PhaseStatus } from './events.js';

export type FlowRefusal =
  | { readonly type: 'UnknownFlow'; readonly flowId: string }
  | { readonly type: 'FlowDiffers'; readonly flowId: string; readonly differs: 'phases' | 'maxFailures' }
  | {
      readonly type: 'UnknownPhase';
      readonly flowId: string;
      readonly phase: string;
      readonly phases: readonly string[];
    }
  | {
      readonly type: 'PhaseMismatch';
      readonly flowId: string;
      readonly expected: string;
      /** The one that is due. */
      readonly current: string;
    }
  | { readonly type: 'FlowIsPaused'; readonly flowId: string; readonly reason: string }
  | { readonly type: 'FlowHasFailed'; readonly flowId: string; readonly reason: string }
  | { readonly type: 'FlowIsOver'; readonly flowId: string; readonly status: FlowStatus }
  | {
      readonly type: 'StalePhase';
      readonly flowId: string;
      readonly phase: string;
      readonly token: number;
      readonly currentToken: number;
      readonly status: PhaseStatus;
    }
  | {
      readonly type: 'PhaseDataTooLarge';
      readonly flowId: string;
      readonly phase: string;
      readonly what: PhaseData;
      readonly bytes: number;
      readonly mostBytes: number;
    };

export type PhaseData = 'result' | 'error' | 'progress';

const refusalTypes: Readonly<Record<FlowRefusal['type'], true>> = {
  UnknownFlow: true,
  FlowDiffers: true,
  UnknownPhase: true,
  PhaseMismatch: true,
  FlowIsPaused: true,
  FlowHasFailed: true,
  FlowIsOver: true,
  StalePhase: true,
  PhaseDataTooLarge: true,
};

export function isFlowRefusal(outcome: { readonly type: string }): outcome is FlowRefusal {
  return Object.hasOwn(refusalTypes, outcome.type);
}

/** One sentence for people. */
export function flowRefusalText(refusal: FlowRefusal): string {
  const { flowId } = refusal;
  switch (refusal.type) {
    case 'UnknownFlow':
      return `Flow ${flowId} not found`;
    case 'FlowDiffers':
      return `Flow ${flowId} was declared already, with other ${refusal.differs}`;
    case 'UnknownPhase':
      return `Flow ${flowId} has no phase ${refusal.phase}; it has ${refusal.phases.join(', ')}`;
    case 'PhaseMismatch':
      return `Flow ${flowId} is at phase ${refusal.current}, not at ${refusal.expected}: nothing was started`;
    case 'FlowIsPaused':
      return `Flow ${flowId} is paused: ${refusal.reason}`;
    case 'FlowHasFailed':
      return `Flow ${flowId} has failed: ${refusal.reason}`;
    case 'FlowIsOver':
      return `Flow ${flowId} is ${refusal.status}`;
    case 'StalePhase':
      return `token ${refusal.token} for phase ${refusal.phase} of flow ${flowId} is not the one it runs under (${refusal.status}, token ${refusal.currentToken})`;
    case 'PhaseDataTooLarge':
      return `the ${refusal.what} of phase ${refusal.phase} has ${refusal.bytes} bytes as JSON; at most ${refusal.mostBytes} are kept`;
    default:
      return refusal satisfies never;
  }
}
