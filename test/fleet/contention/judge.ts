import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import { violationsOf } from '../../support/invariants.js';
import { dataOf, type Data } from '../judge/evidence.js';
import type { Note, Records } from './records.js';

export interface Account {
  /** How often each explanation was given, of grants and of ends. */
  readonly explained: Readonly<Record<string, number>>;
  readonly findings: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** A process that is not scheduled in time is not at fault: so long after its lease it may still notice that it is gone. */
const noticesWithinMs = 300;
const atMsOf = (event: RecordedEvent): number => dataOf(event).atMs as number;
const isLease = ({ stream }: RecordedEvent) => /^(ship|tasklock|phase)-/.test(stream);
const grants = ['LeaseGranted', 'LeaseHandedOver'];
const ends = ['LeaseReleased', 'LeaseExpired', 'LeaseBroken'];

/** Holds what every program believes against the log, and explains every grant and every end of a lease in it. */
export function judgeContention(events: readonly RecordedEvent[], records: Records): Account {
  const findings = violationsOf(events).map(({ invariant, stream, what }) => `${invariant} ${stream}: ${what}`);
  const explained: Record<string, number> = {};
  const explain = (event: RecordedEvent, why: string | undefined) => {
    if (why !== undefined) explained[why] = (explained[why] ?? 0) + 1;
    else {
      const { token, holder, reason = '', evidence = '' } = dataOf(event);
      const what = `${event.type} of ${event.stream} under ${token} to ${holder.id}, ${reason}${JSON.stringify(evidence)}`;
      findings.push(`unexplained: ${what} at ${atMsOf(event)} via ${event.metadata.via}`);
    }
  };
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  const beliefs = beliefsIn(records.notes);
  for (const event of events.filter(isLease)) {
    const told = beliefs.get(event.stream) ?? [];
    if (grants.includes(event.type)) explain(event, whyGranted(event, told, streams));
    if (event.type === 'LeaseHandedOver') explain(event, `handed over to the next attempt, via ${event.metadata.via}`);
    if (ends.includes(event.type)) explain(event, whyEnded(event, told, streams, records));
  }
  findings.push(...twiceCompleted(events), ...overlaps(streams, beliefs, records), ...lateWrites(records));
  findings.push(...untoldTokens(streams, beliefs));
  const count = (...types: string[]) => events.filter(({ type }) => types.includes(type)).length;
  return {
    findings,
    explained,
    figures: {
      events: events.length,
      grants: events.filter((event) => isLease(event) && grants.includes(event.type)).length,
      ends: events.filter((event) => isLease(event) && [...ends, 'LeaseHandedOver'].includes(event.type)).length,
      expired: count('LeaseExpired'),
      sections: records.notes.filter(({ what }) => what === 'began').length,
      phasesCompleted: count('PhaseCompleted'),
      tasksCompleted: count('TaskCompleted'),
      containers: count('ContainerCreated'),
      fencedWrites: records.writes.length,
      refusedWrites: records.writes.filter(({ accepted }) => !accepted).length,
    },
  };
}

type Beliefs = ReadonlyMap<string, readonly Note[]>;
type Streams = ReadonlyMap<string, readonly RecordedEvent[]>;

function beliefsIn(notes: readonly Note[]): Beliefs {
  const all = new Map<string, Note[]>();
  for (const note of notes) all.set(note.resource, [...(all.get(note.resource) ?? []), note]);
  return all;
}

/** Somebody who holds a lease asked for it: a program that wrote so before, or a container that the log has. */
function whyGranted(event: RecordedEvent, told: readonly Note[], streams: Streams): string | undefined {
  const { holder } = dataOf(event);
  const { via, actor } = event.metadata;
  if (holder.kind === 'container') {
    return streams.has(`container-${holder.id}`) ? `granted to a container, via ${via}` : undefined;
  }
  const asks = told.find(({ what, holder: id }) => what === 'asks' && id === holder.id);
  const isAsked = asks !== undefined && asks.atMs <= atMsOf(event) + 1;
  return isAsked && actor.key !== '' ? `granted to a ${programOf(asks.run)} program, via ${via}` : undefined;
}

function whyEnded(
  event: RecordedEvent,
  told: readonly Note[],
  streams: Streams,
  { endOf, killed }: Records,
): string | undefined {
  const data: Data = dataOf(event);
  const { holder, token } = data;
  const { via } = event.metadata;
  if (holder.kind === 'container') {
    const own = streams.get(`container-${holder.id}`)?.map(({ type }) => type) ?? [];
    const over = own.find((type) => /^Container(Completed|Failed|Stopped)$/.test(type));
    return over && `a container ended: ${over}, ${data.reason}, via ${via}`;
  }
  const asks = told.find(({ what, holder: id }) => what === 'asks' && id === holder.id);
  const ended = told.find((note) => note.what === 'ended' && note.holder === holder.id && note.token === token);
  if (!asks) return undefined;
  const wasKilled = killed.has(asks.run) && (endOf.get(asks.run) ?? Infinity) <= atMsOf(event);
  const began = told.some((note) => note.what === 'began' && note.holder === holder.id);
  if (event.type === 'LeaseReleased' && data.by.kind === 'holder') {
    if (!began && data.reason === 'interrupted') return 'its holder gave it back: it never began';
    const says = ended && ended.atMs <= atMsOf(event) + 1 ? ended.how : undefined;
    const reasons = { finished: ['completed'], failed: ['failed'], lost: ['interrupted'], fenced: ['interrupted'] };
    return says && reasons[says].includes(data.reason) ? `its holder gave it back: ${says}` : undefined;
  }
  if (event.type === 'LeaseReleased') {
    const isEnded = ended?.how === 'finished' || ended?.how === 'failed';
    if (isEnded && ended.atMs <= atMsOf(event) + 1) return `its work was over (${data.reason}), via ${via}`;
    if (wasKilled) return `its holder was killed (${data.reason}), via ${via}`;
    // The server may see that a process is gone before the one that killed it is told.
    const wasGone = (endOf.get(asks.run) ?? Infinity) <= atMsOf(event) + noticesWithinMs;
    if (wasGone && data.reason === 'dead_process') return `its process was gone (${data.reason}), via ${via}`;
    const roll = ['claim_rolled_back', 'already_complete', 'claim_failed', 'dependency_not_met'];
    return roll.includes(data.reason) ? `its claim was taken back (${data.reason}), via ${via}` : undefined;
  }
  if (event.type !== 'LeaseExpired') return undefined;
  if (data.evidence.silentForMs < data.evidence.ttlMs) return undefined;
  if (wasKilled) return 'expired: its holder was killed';
  if (ended && ended.atMs <= atMsOf(event) + noticesWithinMs) return `expired: its holder had stopped (${ended.how})`;
  return began ? undefined : 'expired: its holder never heard that it has it';
}

const programOf = (run: string) => run.slice(0, run.indexOf('-'));

function twiceCompleted(events: readonly RecordedEvent[]): readonly string[] {
  const done = new Map<string, number>();
  for (const event of events) {
    if (event.type !== 'PhaseCompleted' && event.type !== 'TaskCompleted') continue;
    const key = `${event.type} ${event.stream} ${dataOf(event).phase ?? ''}`;
    done.set(key, (done.get(key) ?? 0) + 1);
  }
  return [...done].filter(([, times]) => times > 1).map(([key, times]) => `${key}: ${times} times`);
}

/** What a program did under a token ended before the next token was granted, to whomever. */
function overlaps(streams: Streams, beliefs: Beliefs, { endOf }: Records): readonly string[] {
  const found: string[] = [];
  for (const [resource, notes] of beliefs) {
    const granted = (streams.get(resource) ?? []).filter(({ type }) => grants.includes(type));
    for (const began of notes.filter(({ what }) => what === 'began')) {
      const ended = notes.find(
        ({ what, run, token }) => what === 'ended' && run === began.run && token === began.token,
      );
      const endedMs = ended?.atMs ?? endOf.get(began.run) ?? Infinity;
      const next = granted.find((event) => Number(dataOf(event).token) > (began.token ?? 0));
      if (!next) continue;
      const overMs = endedMs - atMsOf(next);
      if (overMs <= (ended?.how === 'lost' || ended?.how === 'fenced' ? noticesWithinMs : 2)) continue;
      const successor = dataOf(next).holder.id as string;
      found.push(
        `overlap on ${resource}: ${began.run} under ${began.token} and ${successor} for ${overMs.toFixed(0)} ms`,
      );
    }
  }
  return found;
}

/** The fence refused a write that came long after a successor's first one. */
function lateWrites({ writes }: Records): readonly string[] {
  return writes.flatMap(({ accepted, resource, token, atMs, run }) => {
    const first = writes.find((write) => write.accepted && write.resource === resource && write.token > token);
    const isLate = !accepted && first !== undefined && atMs - first.atMs > noticesWithinMs;
    return isLate ? [`late write to ${resource} under ${token} by ${run}`] : [];
  });
}

/** Every token that a program was told is its own in the log. */
function untoldTokens(streams: Streams, beliefs: Beliefs): readonly string[] {
  return [...beliefs].flatMap(([resource, notes]) =>
    notes
      .filter(({ what }) => what === 'began')
      .filter(({ holder, token }) => {
        const events = streams.get(resource) ?? [];
        return !events.some(({ type, data }) => {
          const grant = data as Data;
          return grants.includes(type) && grant.token === token && grant.holder.id === holder;
        });
      })
      .map(({ run, token }) => `${run} was told token ${token} of ${resource}, which the log has not granted it`),
  );
}
