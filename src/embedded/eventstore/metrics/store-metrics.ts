import { statfs } from 'node:fs/promises';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LogWatch } from '../log/log-watch.js';

const syncs = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const groups = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** What a node tells Prometheus. The names begin alike whoever runs it, and are no other process's. */
export class StoreMetrics implements LogWatch {
  readonly #registry = new Registry();
  readonly #registers = { registers: [this.#registry] };
  readonly #sync = new Histogram({
    name: 'fleet_store_fsync_duration_seconds',
    help: 'Syncs of the log to the disk',
    buckets: syncs,
    ...this.#registers,
  });
  readonly #group = new Histogram({
    name: 'fleet_store_group_commit_events',
    help: 'Events that shared one sync',
    buckets: groups,
    ...this.#registers,
  });
  readonly #bytes = new Gauge({ name: 'fleet_store_bytes', help: 'Length of the log', ...this.#registers });
  readonly #free = new Gauge({
    name: 'fleet_store_free_bytes',
    help: 'Room left on the disk of the log; absent for a log in memory',
    ...this.#registers,
  });
  readonly #recovery = new Gauge({
    name: 'fleet_store_recovery_duration_seconds',
    help: 'How long opening the log took',
    ...this.#registers,
  });
  readonly #truncated = new Counter({
    name: 'fleet_store_tail_truncated_bytes_total',
    help: 'Bytes of interrupted appends, none of them acknowledged, that opening the log cut off',
    ...this.#registers,
  });
  readonly #corruption = new Counter({
    name: 'fleet_store_corruption_total',
    help: 'Reads that found something else than was written',
    ...this.#registers,
  });
  readonly contentType = this.#registry.contentType;

  /** @param dataDir undefined for a log in memory */
  constructor(private readonly dataDir: string | undefined) {
    this.#free.remove();
  }

  recovered(ms: number, truncatedBytes: number): void {
    this.#recovery.set(ms / 1_000);
    this.#truncated.inc(truncatedBytes);
  }

  synced(ms: number, records: number): void {
    this.#sync.observe(ms / 1_000);
    this.#group.observe(records);
  }

  damaged(): void {
    this.#corruption.inc();
  }

  async text(logBytes: number): Promise<string> {
    this.#bytes.set(logBytes);
    if (this.dataDir !== undefined) {
      const { bavail, bsize } = await statfs(this.dataDir);
      this.#free.set(bavail * bsize);
    }
    return this.#registry.metrics();
  }
}
