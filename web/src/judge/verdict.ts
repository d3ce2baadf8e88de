import type { Heartbeat, Container, Ship } from '../api/types.js';
import { lengthOf } from '../say/moments.js';

/** `steady` all is well; `waiting` nothing to do about it; `doubt` look at it; `unknown` nothing can be said. */
export type Mood = 'steady' | 'waiting' | 'doubt' | 'unknown';

export interface Verdict {
  readonly word: string;
  readonly mood: Mood;
  readonly why: string;
}

export interface Evidence {
  readonly ship: Ship;
  /** Undefined: not among those that were read. */
  readonly container: Container | undefined;
  readonly heartbeat: Heartbeat | undefined;
  /** How long ago the heartbeat's age was told. */
  readonly readAgoMs: number;
  /** For how long nothing has moved, where the sweep found that to be longer than usual. */
  readonly stuckForMs: number | undefined;
  readonly nowMs: number;
  /** The server does not answer, so none of this is known to hold still. */
  readonly away: boolean;
}

const verdict = (word: string, mood: Mood, why: string): Verdict => ({ word, mood, why });

/** What can honestly be said of a hold: an old picture is never called active. */
export function verdictOf({ ship, container, heartbeat, readAgoMs, stuckForMs, nowMs, away }: Evidence): Verdict {
  if (away) return verdict('unknown', 'unknown', 'the server is away; this is what it said last');
  if (ship.status === 'idle') return verdict('idle', 'waiting', ship.releaseReason ?? 'nobody has it');
  if (ship.status === 'reserved') return verdict('reserved', 'waiting', ship.reservationReason ?? 'by an operator');
  const ofContainer = container ? verdictOfContainer(container, nowMs) : undefined;
  if (ofContainer) return ofContainer;
  if (ship.container !== null && ship.containerStatus !== null && ended.has(ship.containerStatus)) {
    return verdict('stale', 'doubt', `its container is ${ship.containerStatus}; the sweep frees it`);
  }
  if (stuckForMs !== undefined) return verdict('stale', 'doubt', `nothing has moved for ${lengthOf(stuckForMs)}`);
  if (!heartbeat || heartbeat.token < ship.token)
    return verdict('unheard', 'doubt', 'no heartbeat under this token yet');
  return verdictOfHeartbeat(heartbeat, heartbeat.agoMs + readAgoMs, ship.ttlMs ?? 0);
}

const ended: ReadonlySet<string> = new Set(['STOPPED', 'COMPLETED', 'FAILED']);

function verdictOfContainer({ status, backOff, lastError, stopReason }: Container, nowMs: number): Verdict | undefined {
  if (status === 'INTERRUPTED') return verdict('interrupted', 'doubt', 'the lease is kept until it goes on');
  if (status === 'STOPPING') return verdict('stopping', 'waiting', stopReason ?? 'was asked to stop');
  if (status === 'PENDING' || status === 'STARTING') return verdict('starting', 'waiting', 'its attempt has not begun');
  if (ended.has(status)) return verdict('stale', 'doubt', `its container is ${status}; the sweep frees it`);
  if (!backOff) return undefined;
  const left = backOff.notBeforeMs - nowMs;
  const when = left > 0 ? `next attempt in ${lengthOf(left)}` : 'next attempt is due';
  return verdict('backing off', 'waiting', `${when}: ${backOff.error || (lastError ?? '')}`);
}

function verdictOfHeartbeat({ quietForMs }: Heartbeat, silentForMs: number, ttlMs: number): Verdict {
  const allowedMs = ttlMs + quietForMs;
  if (silentForMs > allowedMs) return verdict('silent', 'doubt', `for ${lengthOf(silentForMs)}; it may lose the lease`);
  if (silentForMs < quietForMs) return verdict('quiet', 'waiting', `it said so, for ${lengthOf(quietForMs)}`);
  if (silentForMs - quietForMs > ttlMs / 2)
    return verdict('late', 'doubt', `no heartbeat for ${lengthOf(silentForMs)}`);
  return verdict('active', 'steady', `beats, last ${lengthOf(silentForMs)} ago`);
}
