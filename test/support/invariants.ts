import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { releaseReasons } from '../../src/domain/lease/reasons.js';

export interface Violation {
  readonly invariant: 'one-holder' | 'rising-token' | 'current-token' | 'one-end' | 'gapless' | 'lease-under-work';
  readonly position: bigint;
  readonly stream: string;
  readonly what: string;
}

interface Held {
  readonly kind: string;
  readonly id: string;
  readonly attempt: number;
  readonly token: number;
}

interface LeaseFold {
  lastToken: number;
  held: Held | undefined;
  /** Token of the hold that ended last, as long as nobody had it since. */
  ended: number | undefined;
  /** The newest event, for whoever asks how it came to this. */
  last: string;
}

interface ContainerFold {
  player: number;
  status: string;
  attempt: number;
  leases: readonly { readonly ship: string; readonly token: number }[];
}

/* eslint-disable @typescript-eslint/no-explicit-any -- events are read as they lie in the log, not as the domain sees them */
type Data = any;

/**
 * Folds a log, in order, by rules of its own, and tells what breaks the laws of custody:
 * - `one-holder` (I1): nobody is granted what somebody holds;
 * - `rising-token` (I2): tokens of a resource rise and are never used again, also through chapters;
 * - `current-token` (I3): what a holder writes carries the token, or the attempt, in force there;
 * - `one-end` (I6): a grant ends once, under its own token, for a listed reason;
 * - `gapless` (I13): revisions without holes, positions that rise;
 * - `lease-under-work`: no container that runs, or is stopping, is without the lease of a ship it names. Judged after
 *   each append, since events of one append are never seen apart.
 */
export function violationsOf(events: readonly RecordedEvent[]): readonly Violation[] {
  const found: Violation[] = [];
  const leases = new Map<string, LeaseFold>();
  const containers = new Map<string, ContainerFold>();
  const revisions = new Map<string, bigint>();
  let lastPosition = 0n;
  events.forEach((event, index) => {
    const { stream, revision, position } = event;
    const say = (invariant: Violation['invariant'], what: string) =>
      found.push({ invariant, position, stream, what: `${event.type}: ${what}` });

    if (revision !== (revisions.get(stream) ?? -1n) + 1n) say('gapless', `revision ${revision} does not follow`);
    if (position <= lastPosition) say('gapless', `position ${position} does not rise`);
    revisions.set(stream, revision);
    lastPosition = position;

    if (/^(ship|tasklock|phase)-/.test(stream)) {
      leases.set(stream, afterLeaseEvent(leases.get(stream), event, say));
    } else if (stream.startsWith('container-')) {
      containers.set(stream, afterContainerEvent(containers.get(stream), event, say));
    }
    const next = events[index + 1];
    const sameAppend = next?.stream === stream && next.metadata.commandId === event.metadata.commandId;
    if (!sameAppend) workWithoutLease(containers, leases, stream, (what) => say('lease-under-work', what));
  });
  return found;
}

/** Streams of leases in force: who has them, by which token. */
export function holdersIn(events: readonly RecordedEvent[]): ReadonlyMap<string, Held> {
  const leases = new Map<string, LeaseFold>();
  for (const event of events) {
    if (!/^(ship|tasklock|phase)-/.test(event.stream)) continue;
    leases.set(
      event.stream,
      afterLeaseEvent(leases.get(event.stream), event, () => undefined),
    );
  }
  return new Map([...leases].flatMap(([stream, { held }]) => (held ? [[stream, held] as const] : [])));
}

/** An event in one line, with the command that wrote it. */
function newestOf({ type, position, data: raw, metadata }: RecordedEvent): string {
  const { token, reason, detail } = raw as Data;
  return `${type} ${token} at ${position}, ${reason ?? ''} ${detail ?? ''} (${metadata.commandId}, ${metadata.actor.key})`;
}

type Say = (invariant: Violation['invariant'], what: string) => void;

function afterLeaseEvent(before: LeaseFold | undefined, event: RecordedEvent, say: Say): LeaseFold {
  const { type, data: raw } = event;
  const fold = { ...(before ?? { lastToken: 0, held: undefined, ended: undefined }), last: newestOf(event) };
  const data = raw as Data;
  const { held } = fold;
  const granted = (): LeaseFold => {
    if (data.token !== fold.lastToken + 1) say('rising-token', `token ${data.token} after ${fold.lastToken}`);
    const { kind, id, attempt } = data.holder;
    return { ...fold, lastToken: data.token, held: { kind, id, attempt, token: data.token }, ended: undefined };
  };
  switch (type) {
    case 'LeaseGranted':
      if (held) say('one-holder', `granted to ${data.holder.id} while ${held.id} has it`);
      return granted();
    case 'LeaseHandedOver': {
      const giving = held?.token ?? fold.ended;
      if (giving !== data.from.token) say('one-holder', `handed over by token ${data.from.token}, not ${giving}`);
      if (held && held.id !== data.from.holder.id) say('one-holder', `taken from ${held.id} unasked`);
      return granted();
    }
    case 'LeaseReserved':
      if (held && data.displaced?.token !== held.token) say('one-holder', `reserved while ${held.id} has it`);
      return granted();
    case 'LeaseReleased':
    case 'LeaseExpired':
    case 'LeaseBroken':
      if (!held) say('one-end', 'nobody has it');
      else if (held.token !== data.token || held.id !== data.holder.id) {
        say('one-end', `ends token ${data.token} of ${data.holder.id}, but ${held.id} has it by ${held.token}`);
      }
      if (type === 'LeaseReleased' && !releaseReasons.includes(data.reason)) say('one-end', `reason ${data.reason}`);
      return { ...fold, held: undefined, ended: data.token };
    case 'EffectIntended':
    case 'EffectObserved':
    case 'ObligationIncurred':
      if (held?.token !== data.token) say('current-token', `under ${data.token}, in force ${held?.token}`);
      return fold;
    case 'ObligationSettled':
      if (data.by.kind !== 'operator' && held?.token !== data.token) {
        say('current-token', `under ${data.token}, in force ${held?.token}`);
      }
      return fold;
    case 'LeaseChapterOpened':
      if (data.state.lastToken !== fold.lastToken) {
        say('rising-token', `the chapter says ${data.state.lastToken}, the log ${fold.lastToken}`);
      }
      if (data.state.hold?.token !== held?.token || data.state.hold?.holder.id !== held?.id) {
        say('one-holder', `the chapter says ${data.state.hold?.holder.id}, the log ${held?.id}`);
      }
      return fold;
    default:
      say('current-token', 'is no event of a lease');
      return fold;
  }
}

function afterContainerEvent(before: ContainerFold | undefined, { type, data: raw }: RecordedEvent, say: Say) {
  const data = raw as Data;
  if (type === 'ContainerCreated') {
    if (before) say('one-end', 'created twice');
    return { player: data.player, status: 'PENDING', attempt: 0, leases: [] };
  }
  const fold = before ?? { player: 0, status: 'PENDING', attempt: 0, leases: [] };
  if (!before) say('one-end', 'before its creation');
  const begins = type === 'ContainerStarting';
  if (data.attempt !== undefined && data.attempt !== fold.attempt + (begins ? 1 : 0)) {
    say('current-token', `attempt ${data.attempt}, in force ${fold.attempt}`);
  }
  switch (type) {
    case 'ContainerStarting':
      return { ...fold, attempt: data.attempt as number, status: 'STARTING' };
    case 'ContainerStarted':
      for (const { ship, token } of data.leases) {
        const known = fold.leases.find((lease) => lease.ship === ship);
        if (known && token <= known.token) say('rising-token', `${ship} by ${token} after ${known.token}`);
      }
      return { ...fold, status: 'RUNNING', leases: data.leases };
    case 'ContainerStopRequested':
      return { ...fold, status: 'STOPPING' };
    case 'ContainerStopped':
    case 'ContainerCompleted':
    case 'ContainerFailed':
    case 'ContainerInterrupted':
    case 'ContainerReset':
      return { ...fold, status: type };
    case 'ContainerChapterOpened':
      if (data.state.attempt !== fold.attempt) say('current-token', `the chapter says attempt ${data.state.attempt}`);
      return fold;
    default:
      return fold;
  }
}

function workWithoutLease(
  containers: ReadonlyMap<string, ContainerFold>,
  leases: ReadonlyMap<string, LeaseFold>,
  changed: string,
  say: (what: string) => void,
): void {
  for (const [stream, { status, player, leases: named }] of containers) {
    if (status !== 'RUNNING' && status !== 'STOPPING') continue;
    for (const { ship, token } of named) {
      const resource = `ship-${player}.${ship}`;
      if (changed !== resource && changed !== stream) continue;
      const held = leases.get(resource)?.held;
      const isIts = held?.kind === 'container' && `container-${held.id}` === stream && held.token >= token;
      if (!isIts)
        say(
          `${stream} is ${status} without ${ship} (token ${token}; held by ${held?.id ?? `nobody since ${leases.get(resource)?.last}`})`,
        );
    }
  }
}
