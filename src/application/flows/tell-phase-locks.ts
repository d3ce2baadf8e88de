import type { Say } from '../ports/log.js';

interface OfPhase {
  readonly flowId: string;
  readonly phase: string;
  readonly token: number;
}

/** What happens to the locks of phases, told in the words that people already search their logs for. */
export class TellPhaseLocks {
  onAttempt: (status: 'acquired' | 'blocked') => void = () => undefined;
  /** A lock was held for so long, whatever ended it. */
  onHeld: (phase: string, heldMs: number) => void = () => undefined;

  say: Say = () => undefined;

  acquired({ flowId, phase, token }: OfPhase): void {
    this.onAttempt('acquired');
    const about = { event: 'phase_lock_acquired', flow: flowId, phase, token } as const;
    this.say(`Acquired execution lock for ${flowId}:${phase}`, about);
  }

  blocked({ flowId, phase, token }: OfPhase): void {
    this.onAttempt('blocked');
    this.say(`Phase ${phase} already executing for flow ${flowId}, skipping duplicate execution attempt`, {
      ...{ event: 'phase_lock_blocked', flow: flowId, phase, token },
    });
  }

  released({ flowId, phase, token }: OfPhase, heldMs: number, outcome: string): void {
    this.onHeld(phase, heldMs);
    this.say(`Released execution lock for ${flowId}:${phase} (held for ${seconds(heldMs)}s)`, {
      ...{ event: 'phase_lock_released', flow: flowId, phase, token, durationMs: heldMs, outcome },
    });
  }

  timedOut({ flowId, phase, token }: OfPhase, heldMs: number, detail: string): void {
    this.onHeld(phase, heldMs);
    this.say(`Lock timeout for ${flowId}:${phase} (held for ${seconds(heldMs)}s, ${detail}), forcing release`, {
      ...{ event: 'phase_lock_timeout', level: 'warn', flow: flowId, phase, token, durationMs: heldMs },
    });
  }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
