import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { isDue, tooFast, type StuckFlight } from '../../domain/health/findings.js';
import type { Watch } from '../../domain/health/watch.js';
import { Periodic } from '../liveness/periodic.js';
import type { HealthRules, Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Say } from '../ports/log.js';
import { CLOCK, POLICY } from '../ports/tokens.js';
import { ListHolds } from '../queries/assignments.js';
import type { ContainerRow } from '../queries/containers.js';
import { FleetWarnings } from './fleet-warnings.js';
import { StuckShips } from './stuck-ships.js';

export interface HealthStatus {
  readonly rules: HealthRules;
  readonly lastCheckAtMs: number | null;
  readonly watch: Watch;
  /** Containers without end whose iterations are over suspiciously soon. */
  readonly fast: readonly { readonly containerId: string; readonly averageMs: number }[];
  readonly stuck: readonly ({ readonly ship: string } & StuckFlight)[];
}

/**
 * Looks for work that goes wrong without failing: loops that spin, and ships that never arrive. Takes no lease and judges
 * no silence. The watch list is this process's own, and begins anew with it.
 */
export class HealthWatch {
  readonly #looking: Periodic;
  #lastCheckAtMs: number | null = null;
  #fast: HealthStatus['fast'] = [];

  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(StuckShips) private readonly stuckShips: StuckShips,
    @Inject(FleetWarnings) private readonly warnings: FleetWarnings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: Policy,
  ) {
    this.#looking = new Periodic(
      clock,
      Math.min(policy.monitorIntervalMs, policy.health.intervalMs),
      async () => void (await this.check()),
      (message) => warnings.warn(`The health of the fleet could not be looked at: ${message}`),
    );
  }

  get status(): HealthStatus {
    const { watch, stuck } = this.stuckShips;
    return { rules: this.policy.health, lastCheckAtMs: this.#lastCheckAtMs, watch, fast: this.#fast, stuck };
  }

  start(say: Say): void {
    this.warnings.say = say;
    this.#looking.start();
  }

  /** Resolves when the look that was under way has ended. */
  stop(): Promise<void> {
    return this.#looking.stop();
  }

  /** Looks if it is time to; says whether it did. Rejects with what the views or the game reject with. */
  async check(): Promise<boolean> {
    const nowMs = this.clock.nowMs();
    if (!isDue(this.#lastCheckAtMs, nowMs, this.policy.health.intervalMs)) return false;
    this.#lastCheckAtMs = nowMs;
    const holds = await this.queries.execute(new ListHolds());
    if (holds.type !== 'Answered') return true;
    const containers = new Map(
      holds.value.flatMap(({ container }) => (container ? [[container.containerId, container]] : [])),
    );
    this.#lookAtPace([...containers.values()], nowMs);
    await this.stuckShips.look(holds.value);
    return true;
  }

  #lookAtPace(containers: readonly ContainerRow[], nowMs: number): void {
    const known = new Set(this.#fast.map(({ containerId }) => containerId));
    const fast = containers.flatMap((container) => {
      const averageMs = tooFast(container, nowMs, this.policy.health.fastestIterationMs);
      return averageMs === undefined ? [] : [{ container, averageMs: Math.round(averageMs) }];
    });
    for (const { container, averageMs } of fast) {
      const { containerId } = container;
      if (known.has(containerId)) continue;
      const pace = `${averageMs} ms for an iteration on average`;
      this.warnings.warn(`${containerId} is suspiciously fast: ${pace}`, container);
    }
    this.#fast = fast.map(({ container: { containerId }, averageMs }) => ({ containerId, averageMs }));
  }
}
