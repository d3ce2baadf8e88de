import type { Clock } from '../../../application/ports/clock.js';
import { StoreUnavailable, type EventStore, type Position } from '../../../application/ports/event-store.js';
import { endText, eventText, heartbeatText, openingText } from './event-text.js';
import type { LiveLog, Sent } from './live-log.js';
import type { StreamPace } from './pace.js';
import type { PlayerOfEvent } from './player-of-event.js';

/** Which events a client asked for. */
export interface Wanted {
  readonly streamPrefixes: readonly string[];
  readonly player?: number | undefined;
}

export interface Following {
  readonly log: LiveLog;
  readonly store: EventStore;
  readonly clock: Clock;
  readonly pace: StreamPace;
  readonly players: PlayerOfEvent;
  readonly wanted: Wanted;
  readonly from: Position;
  /** The process ends. */
  readonly closing: AbortSignal;
  /** The client has gone. */
  readonly left: AbortSignal;
  /** The client has taken nothing for too long. */
  readonly onStalled: () => void;
}

/** About as much as the socket of a client that takes nothing is handed at a time. */
const chunkCharacters = 65_536;

/** The texts of one client's stream; each is made when the one before it was taken, so nothing piles up. */
export async function* followLog(following: Following): AsyncGenerator<string> {
  const { log, pace, from, closing, left } = following;
  const over = AbortSignal.any([closing, left]);
  let at = from;
  try {
    yield* watched(following, openingText(at, pace.retryMs));
    while (!over.aborted) {
      const { events, upTo } = await next(following, at);
      at = upTo;
      for await (const text of textsOf(following, events)) {
        yield* watched(following, text);
        if (over.aborted) break;
      }
      if (events.length === 0 && at >= log.reached && !(await moreInTime(following, at, over))) {
        yield* watched(following, heartbeatText(at));
      }
    }
    if (closing.aborted) yield endText('shutdown');
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    yield endText('event-store-unavailable');
  }
}

interface Stretch {
  readonly events: readonly Sent[];
  /** Everything up to here has been looked at. */
  readonly upTo: Position;
}

async function next({ log, store, pace, wanted }: Following, after: Position): Promise<Stretch> {
  const upTo = log.reached > after ? log.reached : after;
  const kept = log.after(after, pace.batch);
  if (kept) return { events: kept, upTo: kept.length < pace.batch ? upTo : (kept.at(-1)?.event.position ?? after) };
  const events: Sent[] = [];
  let characters = 0;
  for await (const event of store.readAll({ after, upTo, streamPrefixes: wanted.streamPrefixes })) {
    const text = eventText(event);
    events.push({ event, text });
    characters += text.length;
    if (events.length === pace.batch || characters > chunkCharacters) return { events, upTo: event.position };
  }
  return { events, upTo };
}

async function* textsOf({ players, wanted }: Following, events: readonly Sent[]): AsyncGenerator<string> {
  let text = '';
  for (const { event, text: own } of events) {
    if (!wanted.streamPrefixes.some((prefix) => event.stream.startsWith(prefix))) continue;
    if (wanted.player !== undefined && (await players.of(event)) !== wanted.player) continue;
    text += own;
    if (text.length < chunkCharacters) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/** True when the log grew, or all is over; false when a heartbeat is due first. */
async function moreInTime({ log, clock, pace }: Following, at: Position, over: AbortSignal): Promise<boolean> {
  const enough = new AbortController();
  const either = AbortSignal.any([over, enough.signal]);
  const grown = log.grown(either).then(() => true);
  const due = clock.sleep(pace.heartbeatMs, either).then(() => over.aborted || log.reached > at);
  try {
    return await Promise.race([grown, due]);
  } finally {
    enough.abort();
  }
}

/** Cuts the client when a text is not taken in time. */
function* watched({ clock, pace, onStalled }: Following, text: string): Generator<string> {
  const taken = new AbortController();
  void clock.sleep(pace.stalledMs, taken.signal).then(() => {
    if (!taken.signal.aborted) onStalled();
  });
  try {
    yield text;
  } finally {
    taken.abort();
  }
}
