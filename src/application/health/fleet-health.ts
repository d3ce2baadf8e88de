import { Inject } from '@nestjs/common';
import { Periodic } from '../liveness/periodic.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK, POLICY } from '../ports/tokens.js';
import { HealthWatch, type HealthLog } from './health-watch.js';

/** Has the health of the fleet looked at whenever that is due. */
export class FleetHealth {
  #looking: Periodic | undefined;

  constructor(
    @Inject(HealthWatch) private readonly watch: HealthWatch,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  start(log: HealthLog): void {
    const { monitorIntervalMs, health } = this.policy;
    this.watch.log = log;
    this.#looking ??= new Periodic(
      this.clock,
      Math.min(monitorIntervalMs, health.intervalMs),
      async () => void (await this.watch.check()),
      (message) => log.warn(`The health of the fleet could not be looked at: ${message}`),
    );
    this.#looking.start();
  }

  /** Resolves when the look that was under way has ended. */
  async stop(): Promise<void> {
    await this.#looking?.stop();
  }
}
