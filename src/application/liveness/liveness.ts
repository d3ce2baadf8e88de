import { Inject } from '@nestjs/common';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Say } from '../ports/log.js';
import { CLOCK, POLICY, WATCH_TURN } from '../ports/tokens.js';
import { alwaysMine, type Watcher, type WatchTurn } from '../ports/watch-turn.js';
import { cleanedLine, repairLine, staleLine } from './cleanup-lines.js';
import { LeaseMonitor, type MonitorRun } from './lease-monitor.js';
import { LockSweep, type LockSweepRun } from './lock-sweep.js';
import { Periodic, type PeriodicStatus } from './periodic.js';
import { RepairSweep, type SweepRun } from './repair-sweep.js';
import { isOfLock, TellLiveness } from './tell-liveness.js';
import { custodyRules } from './custody-rules.js';

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
  readonly #tell = new TellLiveness();

  constructor(
    @Inject(LeaseMonitor) private readonly monitor: LeaseMonitor,
    @Inject(RepairSweep) private readonly sweep: RepairSweep,
    @Inject(LockSweep) private readonly locks: LockSweep,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: Policy,
    @Inject(WATCH_TURN) private readonly turn: WatchTurn = alwaysMine,
  ) {
    const { monitorIntervalMs, sweepIntervalMs } = policy;
    const failed = (what: 'monitor' | 'sweep') => (message: string) => this.#tell.couldNotRun(what, message);
    this.#monitoring = new Periodic(clock, monitorIntervalMs, () => this.#judge(), failed('monitor'));
    this.#sweeping = new Periodic(clock, sweepIntervalMs, () => this.#repair(), failed('sweep'));
  }

  get status(): LivenessStatus {
    return {
      monitor: { ...this.#monitoring.status, lastRun: this.#monitorRun },
      sweep: { ...this.#sweeping.status, lastRun: this.#sweepRun },
      isWatching: this.turn.mine,
      rules: custodyRules(this.policy),
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
    const expired = this.#linesOf(judged);
    const lines = [...expired, ...swept.repaired.filter(isOfLock).map(repairLine)];
    if (!dryRun) {
      this.#tell.judged(judged, expired);
      this.#tell.swept(swept);
    }
    const cleaned = lines.length - swept.repaired.filter(({ type }) => type === 'TellWork').length;
    return { judged, swept, cleaned, lines: [...lines, cleanedLine(cleaned)] };
  }

  /** What is done is told to `say` from now on. */
  hear(say: Say): void {
    this.#tell.say = say;
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
      this.#tell.judged(run, this.#linesOf(run));
    } finally {
      const nowMs = this.clock.nowMs();
      await this.turn.looked(nowMs, nowMs + this.policy.monitorIntervalMs);
    }
  }

  #linesOf({ expired }: MonitorRun): readonly string[] {
    const nowMs = this.clock.nowMs();
    return expired.flatMap(({ lock }) => (lock ? [staleLine(lock, nowMs)] : []));
  }

  async #repair(): Promise<void> {
    if (!this.turn.mine) return;
    const run = await this.#sweepAll(this.#sweepRun === null, false);
    this.#sweepRun = run;
    this.#tell.swept(run);
  }

  async #sweepAll(atStart: boolean, dryRun: boolean): Promise<SweepRun> {
    const ships = await this.sweep.run(atStart, null, dryRun);
    return joined(ships, await this.locks.run(dryRun));
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
