import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../../../application/ports/clock.js';
import type { EventStore } from '../../../application/ports/event-store.js';
import { CLOCK, EVENT_STORE } from '../../../application/ports/tokens.js';
import { DATABASE, PROJECTIONS, type Database, type Projections } from '../../../application/ports/views.js';
import { BootRecovery, type RecoveryStatus } from '../../../application/runtime/recovery/boot-recovery.js';

const patienceMs = 2_000;

export interface Readiness {
  readonly eventStore: 'up' | 'down';
  readonly database: 'up' | 'down';
  /** `alive`: every view is kept, here or by another process; `folding`: one has not been level with the log yet. */
  readonly projections: 'alive' | 'folding' | 'not-alive';
  /** Whether every lease that was found at the start is accounted for. */
  readonly recovery: RecoveryStatus['state'];
  /** What this process cannot do without, and does not have. */
  readonly missing: readonly string[];
}

/**
 * Asks every part whether it answers. Without the event store nothing can be decided. Without PostgreSQL commands are
 * still carried out and only the views are away, so that alone does not make the process unready.
 */
@Injectable()
export class ReadinessCheck {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(PROJECTIONS) private readonly projections: Projections,
    @Inject(BootRecovery) private readonly recovery: BootRecovery,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async look(): Promise<Readiness> {
    const [store, database] = await Promise.all([
      this.#answers(this.store.headPosition()),
      this.#answers(this.database.query('SELECT 1')),
    ]);
    const statuses = this.projections.statuses();
    const alive = statuses.every(
      ({ role, readerAlive }) => role === 'standby' || (role === 'projecting' && readerAlive),
    );
    const recovery = this.recovery.status;
    const complete = statuses.every((status) => status.complete);
    return {
      eventStore: store ? 'up' : 'down',
      database: database ? 'up' : 'down',
      projections: !alive ? 'not-alive' : complete ? 'alive' : 'folding',
      recovery: recovery.state,
      missing: [
        ...(store ? [] : ['event-store']),
        ...(database && !alive ? ['projections'] : []),
        // Without the views nobody can say what there was: commands are carried out all the same.
        ...(database && alive && complete && recovery.state === 'waiting' ? ['recovery'] : []),
        ...recovery.missing.map((name) => `recovery of ${name}`),
      ],
    };
  }

  async #answers(asked: Promise<unknown>): Promise<boolean> {
    const enough = new AbortController();
    const answered = asked.then(
      () => true,
      () => false,
    );
    const late = this.clock.sleep(patienceMs, enough.signal).then(() => false);
    try {
      return await Promise.race([answered, late]);
    } finally {
      enough.abort();
    }
  }
}
