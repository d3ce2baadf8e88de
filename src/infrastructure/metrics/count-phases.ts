import { Inject, Injectable } from '@nestjs/common';
import { TellPhaseLocks } from '../../application/flows/tell-phase-locks.js';
import { METRICS, type Metrics } from './metrics.js';

/** Anybody may name a phase: so many names have a series of their own, and all others one together. */
const mostPhases = 64;

@Injectable()
export class CountPhases {
  readonly #named = new Set<string>();

  constructor(
    @Inject(METRICS) { phaseLockAttempts, phaseLockDuration }: Metrics,
    @Inject(TellPhaseLocks) tell: TellPhaseLocks,
  ) {
    tell.onAttempt = (status) => phaseLockAttempts.inc({ status });
    tell.onHeld = (phase, heldMs) => phaseLockDuration.observe({ phase: this.#label(phase) }, heldMs / 1_000);
  }

  #label(phase: string): string {
    if (!this.#named.has(phase) && this.#named.size >= mostPhases) return 'other';
    this.#named.add(phase);
    return phase;
  }
}
