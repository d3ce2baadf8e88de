import { Inject } from '@nestjs/common';
import { receiptOf, type RecoveryReceipt } from '../../../domain/recovery/receipt.js';
import { InstanceRecord } from '../../instance/instance-record.js';
import type { Clock } from '../../ports/clock.js';
import type { EventStore } from '../../ports/event-store.js';
import type { Say } from '../../ports/log.js';
import { CLOCK, EVENT_STORE } from '../../ports/tokens.js';
import { DatabaseUnavailable } from '../../ports/views.js';
import { Recovery, type RecoveryRun } from './recovery.js';
import { tellKept, tellLost, tellRecovered } from './tell-recovery.js';

const lookAgainMs = 1_000;
const waitForViewsMs = 2_000;

export interface RecoveryStatus {
  /** `waiting`: the views cannot say yet what there was. `off`: this process recovers nothing. */
  readonly state: 'off' | 'waiting' | 'unbalanced' | 'balanced';
  /** What was found and is not settled yet, by name. */
  readonly missing: readonly string[];
  readonly receipt: RecoveryReceipt | null;
}

/**
 * The recovery of a start, tried until every lease that was found is accounted for; then the receipt is written. It goes
 * on in the background while requests are served: a lease that is in force stays in force until its own turn comes.
 */
export class BootRecovery {
  readonly #stop = new AbortController();
  #status: RecoveryStatus = { state: 'off', missing: [], receipt: null };
  #running: Promise<void> | undefined;

  constructor(
    @Inject(Recovery) private readonly recovery: Recovery,
    @Inject(InstanceRecord) private readonly record: InstanceRecord,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  get status(): RecoveryStatus {
    return this.#status;
  }

  /** Resolves when the receipt is written, or when it was stopped. Never rejects. */
  run(say: Say): Promise<void> {
    this.#running ??= this.#run(say);
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(say: Say): Promise<void> {
    const startedAtMs = this.clock.monotonicMs();
    const lost = new Map<string, string>();
    const adopted = new Set<string>();
    this.#status = { state: 'waiting', missing: [], receipt: null };
    while (!this.#stop.signal.aborted) {
      try {
        const minPosition = await this.store.headPosition();
        const run = await this.recovery.runAll({ minPosition, waitMs: waitForViewsMs });
        for (const each of run?.lost ?? []) {
          lost.set(each.containerId, each.reason);
          tellLost(each, say);
        }
        for (const step of run?.done ?? []) if (step.type === 'Adopt') adopted.add(step.containerId);
        if (run && run.failed.length === 0) {
          const receipt = receiptOf(run.fates, lost);
          const durationMs = Math.round(this.clock.monotonicMs() - startedAtMs);
          await this.record.recovered(receipt, durationMs);
          this.#status = { state: 'balanced', missing: [], receipt };
          tellKept(run.fates, say);
          return tellRecovered(receipt, adopted.size, durationMs, say);
        }
        if (run) this.#status = { state: 'unbalanced', missing: run.failed.map(nameOf), receipt: null };
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) {
          say(`The recovery could not run: ${String(error)}`, { event: 'recovery_failed', level: 'warn', error });
        }
      }
      await this.clock.sleep(lookAgainMs, this.#stop.signal);
    }
  }
}

function nameOf({ subject, message }: RecoveryRun['failed'][number]): string {
  return `${subject} (${message})`;
}
