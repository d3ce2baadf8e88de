import type { LogEvent, LogLevel, Say } from '../application/ports/log.js';
import { counted } from '../domain/kernel/text.js';
import type { ShutdownManifest } from '../domain/instance/instance.js';
import { countShutdown } from '../infrastructure/metrics/count-shutdown.js';
import type { Metrics } from '../infrastructure/metrics/metrics.js';

/** How a shutdown goes, in the log and in numbers: the log is what is left when nobody can scrape any more. */
export class ShutdownTold {
  #askedAtMs = performance.now();

  constructor(
    private readonly say: Say,
    private readonly metrics: Metrics,
  ) {}

  begun(reason: string): void {
    this.#askedAtMs = performance.now();
    const about = { event: 'shutdown_begun', outcome: reason } as const;
    this.say(`Asked to stop (${reason}): containers are brought to a safe point`, about);
  }

  daemonFailed(error: unknown): undefined {
    this.#tell('daemon_stop_failed', 'error', `The daemon did not stop in order: ${String(error)}`, error);
  }

  notRecorded(error: unknown): void {
    this.metrics.cancelled.inc({ operation: 'instance_record' });
    this.#tell('instance_record_failed', 'warn', `The stop was not recorded: ${String(error)}`, error);
  }

  /** Nothing is run here any more, and what can be recorded is. */
  done(manifest: ShutdownManifest | undefined): void {
    const durationMs = Math.round(performance.now() - this.#askedAtMs);
    countShutdown(this.metrics, durationMs, manifest);
    const { cut = [], unwritten = [], interrupted = [], ended = [] } = manifest ?? {};
    if (cut.length > 0) this.#tell('containers_cut', 'warn', `Containers did not stop in time: ${cut.join(', ')}`);
    for (const container of unwritten) {
      const about = { event: 'task_update_cut', level: 'error', container } as const;
      this.say(`context canceled: task_update of ${container} was not written; its silence will tell`, about);
    }
    const counts = `${interrupted.length} interrupted, ${ended.length} ended, ${cut.length} cut`;
    this.say(`Containers stopped: ${counts}, in ${durationMs} ms`, {
      event: 'shutdown_done',
      durationMs,
      outcome: cut.length > 0 ? 'cut' : 'in-order',
    });
  }

  linesCut(lines: number): void {
    this.metrics.cancelled.inc({ operation: 'container_log' }, lines);
    if (lines > 0)
      this.#tell(
        'container_log_cut',
        'warn',
        `${counted(lines, 'line')} of containers ${lines === 1 ? 'was' : 'were'} not written`,
      );
  }

  #tell(event: LogEvent, level: LogLevel, sentence: string, error?: unknown): void {
    this.say(sentence, { event, level, error });
  }
}
