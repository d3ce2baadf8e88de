import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { leaseRefusalText } from '../../domain/lease/refusals.js';
import { resourceOfStream, type Resource } from '../../domain/lease/resource.js';
import { streamPrefix } from '../../domain/streams.js';
import type { LockRepair } from '../../domain/sweep/lock-repair.js';
import type { KeptLaden, Repair } from '../../domain/sweep/repairs.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { About, Say } from '../ports/log.js';
import { CLOCK, POLICY, WATCH_TURN } from '../ports/tokens.js';
import { alwaysMine, type Watcher, type WatchTurn } from '../ports/watch-turn.js';
import { cleanedLine, repairLine, staleLine } from './cleanup-lines.js';
import { LeaseMonitor, type MonitorRun } from './lease-monitor.js';
import { LockSweep, type LockSweepRun } from './lock-sweep.js';
import { Periodic, type PeriodicStatus } from './periodic.js';
import { RepairSweep, type SweepRun } from './repair-sweep.js';
import { watchRules } from './watch-rules.js';

export interface LivenessStatus {
  readonly monitor: PeriodicStatus & { readonly lastRun: MonitorRun | null };
  readonly sweep: PeriodicStatus & { readonly lastRun: SweepRun | null };
  /** This process is the one that acts. */
  readonly isWatching: boolean;
  readonly rules: readonly string[];
}

/** Both loops, once, because somebody asked for it. */
export interface AskedSweep {
  readonly judged: MonitorRun;
  readonly swept: SweepRun;
  /** Locks of tasks and phases that were freed, or would be. */
  readonly cleaned: number;
  /** The same as in the log. */
  readonly lines: readonly string[];
}

/**
 * The two loops that watch over custody: one judges silence, the other repairs half-made pairs. They act in the process
 * that has the turn; the others listen, so that they can take over with a right count.
 */
export class Liveness {
  readonly #monitoring: Periodic;
  readonly #sweeping: Periodic;
  #monitorRun: MonitorRun | null = null;
  #sweepRun: SweepRun | null = null;
  #say: Say = () => undefined;

  constructor(
    @Inject(LeaseMonitor) private readonly monitor: LeaseMonitor,
    @Inject(RepairSweep) private readonly sweep: RepairSweep,
    @Inject(LockSweep) private readonly locks: LockSweep,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: Policy,
    @Inject(WATCH_TURN) private readonly turn: WatchTurn = alwaysMine,
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
      isWatching: this.turn.mine,
      rules: watchRules(this.policy),
    };
  }

  /** Which process watches; null where nobody does, or nobody can say. */
  watcher(): Promise<Watcher | null> {
    return this.turn.watcher();
  }

  /** Both loops once, now and whoever has the turn. Rejects when the views cannot be read. */
  async sweepNow(dryRun: boolean): Promise<AskedSweep> {
    const judged = await this.monitor.run(dryRun ? 'plan' : 'judge');
    const swept = await this.#sweepAll(false, dryRun);
    const lines = [...this.#expiryLines(judged), ...swept.repaired.filter(isOfLock).map(repairLine)];
    if (!dryRun) {
      this.#tellJudged(judged);
      this.#tellSwept(swept);
    }
    const cleaned = lines.length - swept.repaired.filter(({ type }) => type === 'TellWork').length;
    return { judged, swept, cleaned, lines: [...lines, cleanedLine(cleaned)] };
  }

  /** What is done is told to `say` from now on. */
  hear(say: Say): void {
    this.#say = say;
  }

  start(say: Say): void {
    this.hear(say);
    this.turn.start(() => {
      this.#monitoring.soon();
      this.#sweeping.soon();
    });
    this.#monitoring.start();
    this.#sweeping.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#monitoring.stop(), this.#sweeping.stop()]);
    await this.turn.stop();
  }

  async #judge(): Promise<void> {
    try {
      const run = await this.monitor.run(this.turn.mine ? 'judge' : 'look');
      this.#monitorRun = run;
      this.#tellJudged(run);
    } finally {
      const nowMs = this.clock.nowMs();
      await this.turn.looked(nowMs, nowMs + this.policy.monitorIntervalMs);
    }
  }

  #expiryLines({ expired }: MonitorRun): readonly string[] {
    const nowMs = this.clock.nowMs();
    return expired.flatMap(({ lock }) => (lock ? [staleLine(lock, nowMs)] : []));
  }

  #tellJudged(run: MonitorRun): void {
    for (const line of this.#expiryLines(run)) this.#warn(line, { event: 'lock_cleaned', outcome: 'expired' });
    this.#tellCleaned(this.#expiryLines(run).length);
    for (const { subject, silentForMs } of run.expired.filter(({ lock }) => !lock)) {
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
    if (!this.turn.mine) return;
    const run = await this.#sweepAll(this.#sweepRun === null, false);
    this.#sweepRun = run;
    this.#tellSwept(run);
  }

  async #sweepAll(atStart: boolean, dryRun: boolean): Promise<SweepRun> {
    const ships = await this.sweep.run(atStart, null, dryRun);
    return joined(ships, await this.locks.run(dryRun));
  }

  #tellCleaned(count: number): void {
    if (count > 0) this.#say(cleanedLine(count), { event: 'locks_cleaned' });
  }

  #tellSwept(run: SweepRun): void {
    for (const repair of run.repaired) this.#tellRepaired(repair);
    this.#tellCleaned(run.repaired.filter((repair) => isOfLock(repair) && repair.type !== 'TellWork').length);
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
        ...aboutOf(resource),
        durationMs: forMs,
      });
    }
    const repaired = run.repaired.filter((repair) => !isOfLock(repair)).length;
    if (repaired > 0) this.#say(`The sweep repaired ${repaired}`, { event: 'sweep_done' });
  }

  #warn(sentence: string, about: About): void {
    this.#say(sentence, { ...about, level: 'warn' });
  }

  #tellRepaired(repair: Repair | LockRepair): void {
    if (isOfLock(repair)) {
      const { token, type: outcome } = repair;
      this.#warn(repairLine(repair), { event: 'lock_cleaned', token, outcome });
      return;
    }
    if ('resource' in repair) {
      const about = { event: 'ship_orphaned', outcome: repair.type, ...namesOf(repair) } as const;
      this.#warn(`${orphan(repair)} Repaired: ${textOf(repair)}`, about);
      return;
    }
    const { containerId: container, token, type: outcome } = repair;
    this.#warn(`Repaired: ${textOf(repair)}`, { event: 'container_repaired', container, token, outcome });
  }
}

function joined(ships: SweepRun, locks: LockSweepRun): SweepRun {
  return {
    looked: ships.looked + locks.looked,
    repaired: [...ships.repaired, ...locks.repaired],
    kept: ships.kept,
    failed: [...ships.failed, ...locks.failed],
    stale: [...ships.stale, ...locks.stale],
  };
}

function isOfLock(repair: Repair | LockRepair): repair is LockRepair {
  return 'resource' in repair && repair.resource.kind !== 'ship';
}

function aboutOf({ kind, scope, name }: Resource): Omit<About, 'event'> {
  return kind === 'ship' ? { player: Number(scope), ship: name } : {};
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
  if (resource) return aboutOf(resource);
  const prefix = streamPrefix('container');
  return subject.startsWith(prefix) ? { container: subject.slice(prefix.length) } : {};
}

export interface ShownLiveness extends LivenessStatus {
  readonly watcher: Watcher | null;
}

export class ShowLiveness extends Query<ShownLiveness> {}

@QueryHandler(ShowLiveness)
export class ShowLivenessHandler implements IQueryHandler<ShowLiveness> {
  constructor(@Inject(Liveness) private readonly liveness: Liveness) {}

  async execute(): Promise<ShownLiveness> {
    return { ...this.liveness.status, watcher: await this.liveness.watcher() };
  }
}
