import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { leaseRefusalText } from '../../domain/lease/refusals.js';
import type { Repair } from '../../domain/sweep/repairs.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK, POLICY } from '../ports/tokens.js';
import { LeaseMonitor, type MonitorRun } from './lease-monitor.js';
import { Periodic, type PeriodicStatus } from './periodic.js';
import { RepairSweep, type SweepRun } from './repair-sweep.js';

export interface LivenessStatus {
  readonly monitor: PeriodicStatus & { readonly lastRun: MonitorRun | null };
  readonly sweep: PeriodicStatus & { readonly lastRun: SweepRun | null };
}

export interface LivenessLog {
  info(text: string): void;
  warn(text: string): void;
}

/** The two loops that watch over custody: one judges silence, the other repairs half-made pairs. */
export class Liveness {
  readonly #monitoring: Periodic;
  readonly #sweeping: Periodic;
  #monitorRun: MonitorRun | null = null;
  #sweepRun: SweepRun | null = null;

  constructor(
    @Inject(LeaseMonitor) private readonly monitor: LeaseMonitor,
    @Inject(RepairSweep) private readonly sweep: RepairSweep,
    @Inject(CLOCK) clock: Clock,
    @Inject(POLICY) policy: Policy,
    private readonly log: LivenessLog,
  ) {
    const failed = (what: string) => (message: string) => log.warn(`The ${what} could not run: ${message}`);
    this.#monitoring = new Periodic(clock, policy.monitorIntervalMs, () => this.#judge(), failed('monitor'));
    this.#sweeping = new Periodic(clock, policy.sweepIntervalMs, () => this.#repair(), failed('sweep'));
  }

  get status(): LivenessStatus {
    return {
      monitor: { ...this.#monitoring.status, lastRun: this.#monitorRun },
      sweep: { ...this.#sweeping.status, lastRun: this.#sweepRun },
    };
  }

  start(): void {
    this.#monitoring.start();
    this.#sweeping.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#monitoring.stop(), this.#sweeping.stop()]);
  }

  async #judge(): Promise<void> {
    const run = await this.monitor.run();
    this.#monitorRun = run;
    for (const { subject, silentForMs } of run.expired) {
      this.log.warn(`Expired the lease of ${subject}: silent for ${silentForMs} ms`);
    }
    for (const { subject, message } of run.failed) this.log.warn(`Could not expire ${subject}: ${message}`);
  }

  async #repair(): Promise<void> {
    const run = await this.sweep.run(this.#sweepRun === null);
    this.#sweepRun = run;
    for (const repair of run.repaired) this.log.warn(`Repaired: ${textOf(repair)}`);
    for (const { subject, message } of run.failed) this.log.warn(`Could not repair ${subject}: ${message}`);
    for (const { resource, obligations } of run.kept) {
      this.log.warn(`Kept: ${leaseRefusalText({ type: 'Laden', resource, obligations })}`);
    }
    for (const { resource, holder, forMs } of run.stale) {
      this.log.warn(`No progress: ${resource.name} is held by ${holder}, where nothing moved for ${forMs} ms`);
    }
    if (run.repaired.length > 0) this.log.info(`The sweep repaired ${run.repaired.length}`);
  }
}

function textOf(repair: Repair): string {
  const what = 'resource' in repair ? `${repair.resource.name} of ${repair.holder.id}` : repair.containerId;
  return `${repair.type} ${what}: ${repair.reason} (${repair.detail})`;
}

export class ShowLiveness extends Query<LivenessStatus> {}

@QueryHandler(ShowLiveness)
export class ShowLivenessHandler implements IQueryHandler<ShowLiveness> {
  constructor(@Inject(Liveness) private readonly liveness: Liveness) {}

  execute(): Promise<LivenessStatus> {
    return Promise.resolve(this.liveness.status);
  }
}
