import { Inject, Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Liveness } from '../../application/liveness/liveness.js';
import type { PeriodicStatus } from '../../application/liveness/periodic.js';
import type { Clock } from '../../application/ports/clock.js';
import { CLOCK } from '../../application/ports/tokens.js';
import { PROJECTIONS, type Projections } from '../../application/ports/views.js';
import { CountAgentTasks } from '../../application/queries/agent-task-counts.js';
import { CountFleet } from '../../application/queries/fleet-counts.js';
import { BootRecovery } from '../../application/runtime/recovery/boot-recovery.js';
import { everyRefusal, RefusalCounts } from '../http/asking/refusal-counts.js';
import type { ScrapeSource } from './definitions.js';
import { METRICS, type Metrics } from './metrics.js';
import { OwnProcess } from './own-process.js';
import { setAgentTasks } from './set-agent-tasks.js';
import { setFleet } from './set-fleet.js';
import { setProjections } from './set-projections.js';

/** Injection token of the text of metrics that another process of ours has; null where there is none. */
export const METRICS_BESIDE = Symbol('MetricsBeside');
export type MetricsBeside = (signal: AbortSignal) => Promise<string>;

const patienceMs = 1_500;

/**
 * All metrics as Prometheus reads them. What lies beyond this process is waited for briefly and then left out, with
 * `fleet_scrape_errors_total` saying so: a database that is away takes no other metric with it.
 */
@Injectable()
export class Scrape {
  constructor(
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(METRICS_BESIDE) private readonly beside: MetricsBeside | null,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(PROJECTIONS) private readonly projections: Projections,
    @Inject(Liveness) private readonly liveness: Liveness,
    @Inject(BootRecovery) private readonly recovery: BootRecovery,
    @Inject(RefusalCounts) private readonly refusals: RefusalCounts,
    @Inject(OwnProcess) private readonly ownProcess: OwnProcess,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  get contentType(): string {
    return this.metrics.registry.contentType;
  }

  async text(): Promise<string> {
    const [[counts, tasks], beside] = await Promise.all([
      this.#inTime('views', () => this.#counts()).then((found) => found ?? []),
      this.beside === null ? '' : this.#inTime('event_store', this.beside),
    ]);
    setFleet(this.metrics, counts?.type === 'Answered' ? counts.value : undefined, this.clock.nowMs());
    setAgentTasks(this.metrics, tasks?.type === 'Answered' ? tasks.value : undefined);
    setProjections(this.metrics, this.projections.statuses());
    this.#setLiveness();
    this.#setRefusals();
    this.ownProcess.read();
    return (await this.metrics.registry.metrics()) + (beside ?? '');
  }

  #counts() {
    return Promise.all([this.queries.execute(new CountFleet()), this.queries.execute(new CountAgentTasks())]);
  }

  #setLiveness(): void {
    const { monitor, sweep, isWatching } = this.liveness.status;
    this.metrics.watching.set(isWatching ? 1 : 0);
    this.metrics.monitorLastRun.set(lastGoodRun(monitor));
    this.metrics.sweepLastRun.set(lastGoodRun(sweep));
    this.metrics.leaseStale.set(sweep.lastRun?.stale.length ?? 0);
    this.metrics.recoveryUnsettled.set(this.recovery.status.missing.length);
  }

  #setRefusals(): void {
    const { refusals, staleWrites } = this.metrics;
    refusals.reset();
    staleWrites.reset();
    for (const { code, kind } of everyRefusal()) refusals.inc({ code, kind }, 0);
    for (const { code, kind, count } of this.refusals.countsByKind()) {
      refusals.inc({ code, kind }, count);
      if (code === 'stale-token') staleWrites.inc(count);
    }
  }

  /** Undefined, and counted, when it fails or is late; what is late is heard no more. */
  async #inTime<T>(source: ScrapeSource, ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const enough = new AbortController();
    const late = this.clock.sleep(patienceMs, enough.signal).then(() => undefined);
    try {
      const answer = await Promise.race([ask(enough.signal), late]);
      if (answer === undefined) this.metrics.scrapeErrors.inc({ source });
      return answer;
    } catch {
      this.metrics.scrapeErrors.inc({ source });
      return undefined;
    } finally {
      enough.abort();
    }
  }
}

/** A run that failed judged nobody: the loop turns, and nothing is watched. */
function lastGoodRun({ lastGoodRunAtMs }: PeriodicStatus): number {
  return (lastGoodRunAtMs ?? 0) / 1_000;
}
