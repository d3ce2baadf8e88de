import { leaseRefusalText } from '../../domain/lease/refusals.js';
import { resourceOfStream, type Resource } from '../../domain/lease/resource.js';
import { streamPrefix } from '../../domain/streams.js';
import type { LockRepair } from '../../domain/sweep/lock-repair.js';
import type { KeptLaden, Repair } from '../../domain/sweep/repairs.js';
import type { About, Say } from '../ports/log.js';
import { cleanedLine, repairLine } from './cleanup-lines.js';
import type { MonitorRun } from './lease-monitor.js';
import type { SweepRun } from './repair-sweep.js';

/** What the monitor and the sweep have done, told in the words that people already search their logs for. */
export class TellLiveness {
  say: Say = () => undefined;

  couldNotRun(what: 'monitor' | 'sweep', message: string): void {
    this.#warn(`The ${what} could not run: ${message}`, { event: `${what}_failed` });
  }

  /** `lines`: of the locks that it expired. */
  judged(run: MonitorRun, lines: readonly string[]): void {
    for (const line of lines) this.#warn(line, { event: 'lock_cleaned', outcome: 'expired' });
    this.#tellCleaned(lines.length);
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
    for (const { subject, message } of run.untold) {
      const sentence = `The work under ${subject} could not be told that its lease expired: ${message}`;
      this.#warn(sentence, { event: 'work_not_told', ...namesIn(subject) });
    }
  }

  swept(run: SweepRun): void {
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
    if (repaired > 0) this.say(`The sweep repaired ${repaired}`, { event: 'sweep_done' });
  }

  #tellCleaned(count: number): void {
    if (count > 0) this.say(cleanedLine(count), { event: 'locks_cleaned' });
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

  #warn(sentence: string, about: About): void {
    this.say(sentence, { ...about, level: 'warn' });
  }
}

export function isOfLock(repair: Repair | LockRepair): repair is LockRepair {
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
