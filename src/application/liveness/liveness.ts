import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { leaseRefusalText } from '../../domain/lease/refusals.js';
import { resourceOfStream } from '../../domain/lease/resource.js';
import { streamPrefix } from '../../domain/streams.js';
import type { KeptLaden, Repair } from '../../domain/sweep/repairs.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { About, Say } from '../ports/log.js';
import { CLOCK, POLICY } from '../ports/tokens.js';
import { LeaseMonitor, type MonitorRun } from './lease-monitor.js';
import { Periodic, type PeriodicStatus } from './periodic.js';
import { RepairSweep, type SweepRun } from './repair-sweep.js';

export interface LivenessStatus {
  readonly monitor: PeriodicStatus & { readonly lastRun: MonitorRun | null };
  readonly sweep: PeriodicStatus & { readonly lastRun: SweepRun | null };
}

/** The two loops that watch over custody: one judges silence, the other repairs half-made pairs. */
export class Liveness {
  readonly #monitoring: Periodic;
  readonly #sweeping: Periodic;
  #monitorRun: MonitorRun | null = null;
  #sweepRun: SweepRun | null = null;
  #say: Say = () => undefined;

  constructor(
    @Inject(LeaseMonitor) private readonly monitor: LeaseMonitor,
    @Inject(RepairSweep) private readonly sweep: RepairSweep,
    @Inject(CLOCK) clock: Clock,
    @Inject(POLICY) policy: Policy,
  ) {
    const failed = (what: 'monitor' | 'sweep') => (message: string) =>
      this.#warn(`The ${what} could not run: ${message}`, { event: `${what}_failed` });
    this.#monitoring = new Periodic(clock, policy.monitorIntervalMs, () => this.#judge(), failed('monitor'));
    this.#sweeping = new Periodic(clock, policy.sweepIntervalMs, () => this.#repair(), failed('sweep'));
  }

  get status(): LivenessStatus {
    return {
      monitor: { ...this.#monitoring.status, lastRun: this.#monitorRun },
      sweep: { ...this.#sweeping.status, lastRun: this.#sweepRun },
    };
  }

  start(say: Say): void {
    this.#say = say;
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
      this.#warn(`STALE_WORKER_CLEANUP: Expired the lease of ${subject}: silent for ${silentForMs} ms`, {
        event: 'lease_expired',
        durationMs: silentForMs,
        ...namesIn(subject),
      });
    }
    for (const { subject, message } of run.failed) {
      this.#warn(`Could not expire ${subject}: ${message}`, { event: 'lease_not_expired', ...namesIn(subject) });
    }
  }

  async #repair(): Promise<void> {
    const run = await this.sweep.run(this.#sweepRun === null);
    this.#sweepRun = run;
    for (const repair of run.repaired) this.#tellRepaired(repair);
    for (const { subject, message } of run.failed) {
      this.#warn(`Could not repair ${subject}: ${message}`, { event: 'repair_failed', ...namesIn(subject) });
    }
    for (const kept of run.kept) {
      const { resource, obligations } = kept;
      const why = leaseRefusalText({ type: 'Laden', resource, obligations });
      this.#warn(`${orphan(kept)} Kept: ${why}`, { event: 'ship_kept', ...namesOf(kept) });
    }
    for (const { resource, holder, forMs } of run.stale) {
      this.#warn(`No progress: ${resource.name} is held by ${holder}, where nothing moved for ${forMs} ms`, {
        event: 'lease_stale',
        player: Number(resource.scope),
        ship: resource.name,
        durationMs: forMs,
      });
    }
    if (run.repaired.length > 0) {
      this.#say(`The sweep repaired ${run.repaired.length}`, { event: 'sweep_done' });
    }
  }

  #warn(sentence: string, about: About): void {
    this.#say(sentence, { ...about, level: 'warn' });
  }

  #tellRepaired(repair: Repair): void {
    if ('resource' in repair) {
      const about = { event: 'ship_orphaned', outcome: repair.type, ...namesOf(repair) } as const;
      this.#warn(`${orphan(repair)} Repaired: ${textOf(repair)}`, about);
      return;
    }
    const { containerId: container, token, type: outcome } = repair;
    this.#warn(`Repaired: ${textOf(repair)}`, { event: 'container_repaired', container, token, outcome });
  }
}

function textOf(repair: Repair): string {
  const what = 'resource' in repair ? `${repair.resource.name} of ${repair.holder.id}` : repair.containerId;
  return `${repair.type} ${what}: ${repair.reason} (${repair.detail})`;
}

type OfHold = Pick<KeptLaden, 'resource' | 'holder' | 'token' | 'reason'>;

/** As the scripts of the bot look for it. */
function orphan({ resource, holder, reason }: OfHold): string {
  return `ORPHANED_SHIP: ship=${resource.name} container=${holder.id} reason=${reason}`;
}

function namesOf({ resource, holder, token }: OfHold): Omit<About, 'event'> {
  return { player: Number(resource.scope), ship: resource.name, container: holder.id, token };
}

/** A subject is the stream of a container, or of the lease of a session. */
function namesIn(subject: string): Omit<About, 'event'> {
  const resource = resourceOfStream(subject);
  if (resource) return { player: Number(resource.scope), ship: resource.name };
  const prefix = streamPrefix('container');
  return subject.startsWith(prefix) ? { container: subject.slice(prefix.length) } : {};
}

export class ShowLiveness extends Query<LivenessStatus> {}

@QueryHandler(ShowLiveness)
export class ShowLivenessHandler implements IQueryHandler<ShowLiveness> {
  constructor(@Inject(Liveness) private readonly liveness: Liveness) {}

  execute(): Promise<LivenessStatus> {
    return Promise.resolve(this.liveness.status);
  }
}
