import { Inject } from '@nestjs/common';
import { containerStream } from '../../domain/container/container.js';
import type { ContainerSnapshot } from '../../domain/container/events.js';
import { verdictOf, type Verdict } from '../../domain/health/verdict.js';
import type { Json } from '../../domain/kernel/json.js';
import { HeardHeartbeats } from '../liveness/heard-heartbeats.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK, POLICY } from '../ports/tokens.js';

export interface HealthOfContainer {
  readonly verdict: Verdict;
  /** Where the work stands, in the worker's own words; null: it never said. */
  readonly cursor: Json | null;
  /** When that, or the container's history, last changed. */
  readonly movedAtMs: number;
  /** The worker announced that nothing will move before; null: it did not. */
  readonly quietUntilMs: number | null;
}

/** Judges work by what moves, as far as this process has heard. */
export class ContainerHealth {
  constructor(
    @Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  of(
    container: Pick<ContainerSnapshot, 'containerId' | 'status' | 'backOff' | 'attempt' | 'updatedAtMs'>,
  ): HealthOfContainer {
    const { containerId, attempt, updatedAtMs } = container;
    const last = this.heard.last(containerStream(containerId));
    const nowMs = this.clock.nowMs();
    // What an earlier attempt said is no word about this one.
    const own = last && last.heartbeat.attempt === attempt ? last : undefined;
    const cursor = own?.heartbeat.cursor ?? null;
    const movedAtMs = Math.max(updatedAtMs, own && cursor !== null ? nowMs - own.movedAgoMs : 0);
    const quietUntilMs = own?.heartbeat.quietUntilMs ?? null;
    const verdict = verdictOf(container, { atMs: movedAtMs, quietUntilMs }, nowMs, this.policy.staleAlertMs);
    return { verdict, cursor, movedAtMs: Math.round(movedAtMs), quietUntilMs };
  }
}
