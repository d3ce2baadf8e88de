import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { OnModuleDestroy } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { VERSION } from '../http/health/product.js';
import { METRICS, type Metrics } from './metrics.js';

const resolutionMs = 20;
const nanosecondsInSecond = 1e9;

/** What this process takes of the machine, and how late its event loop was since it was last asked. */
@Injectable()
export class OwnProcess implements OnModuleDestroy {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  #cpuMicros = 0;

  constructor(
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(VERSION) version: string,
  ) {
    metrics.buildInfo.set({ version, node: process.versions.node }, 1);
    metrics.startTime.set(Date.now() / 1_000 - process.uptime());
    this.#delay.enable();
  }

  read(): void {
    const { loopDelay, cpu, residentMemory, heapUsed } = this.metrics;
    for (const [quantile, percent] of quantiles) {
      const seconds = this.#delay.percentile(percent) / nanosecondsInSecond - resolutionMs / 1_000;
      loopDelay.set({ quantile }, Math.max(0, seconds));
    }
    this.#delay.reset();
    const { user, system } = process.cpuUsage();
    cpu.inc(Math.max(0, user + system - this.#cpuMicros) / 1e6);
    this.#cpuMicros = user + system;
    const { rss, heapUsed: heap } = process.memoryUsage();
    residentMemory.set(rss);
    heapUsed.set(heap);
  }

  onModuleDestroy(): void {
    this.#delay.disable();
  }
}

const quantiles = [
  ['0.5', 50],
  ['0.99', 99],
  ['1', 100],
] as const;
