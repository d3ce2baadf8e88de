import { decided, type Decision } from '../kernel/decider.js';
import type { Freed } from './decision.js';
import { release, type Release } from './releasing.js';
import type { Asker, HoldingProcess, LeaseEvent } from './events.js';
import { isReservation, type LeaseState } from './lease.js';
import type { LeaseRefusal } from './refusals.js';

export interface DeadProcess extends Pick<Release, 'resource' | 'token' | 'nowMs'> {
  /** The process that is known to be gone. */
  readonly process: HoldingProcess;
  /** What the process that decides this sees of it. */
  readonly here: 'alive' | 'dead' | 'unknown';
  /** Who saw it. */
  readonly by: Asker;
}

/** Frees the lease of a session whose process is gone: the very process that it named when it was granted the lease. */
export function releaseDead(ask: DeadProcess, state: LeaseState): Decision<Freed | LeaseRefusal, LeaseEvent> {
  const { resource, token, process, here, by, nowMs } = ask;
  const { hold } = state;
  let owner = '';
  if (hold?.token === token) {
    if (isReservation(hold)) return decided({ type: 'ReservedByOperator', resource, hold });
    if (!hold.process || !sameProcess(hold.process, process)) {
      return decided({ type: 'OtherProcess', resource, token, hold });
    }
    if (here === 'alive') return decided({ type: 'NotProvenDead', resource, token, hold, why: 'alive' });
    if (!hold.process.mark) return decided({ type: 'NotProvenDead', resource, token, hold, why: 'unmarked' });
    owner = hold.owner ?? hold.holder.id;
  }
  const detail = deadDetail(process, owner);
  return release({ resource, holder: null, token, reason: 'dead_process', detail, by, nowMs }, state);
}

/** As the scripts of the agents look for it. */
export function deadDetail({ pid }: Pick<HoldingProcess, 'pid'>, owner: string): string {
  return `Dead process (PID: ${pid}, owner: ${owner})`;
}

/** The same evidence: what is said of where a process runs. */
export function sameProcess(one: HoldingProcess, other: HoldingProcess): boolean {
  return (
    one.host === other.host &&
    one.pid === other.pid &&
    one.mark?.machine === other.mark?.machine &&
    one.mark?.began === other.mark?.began
  );
}
