import type { RecordedEvent } from '../answers.js';
import type { Invocation } from '../invocation.js';
import { span } from './moments.js';
import type { Column } from './table.js';

/** One time that somebody had the ship; null where that lies outside the events that were read, or has not come. */
export interface PastOrPresentHold {
  readonly token: number;
  readonly holder: string;
  readonly operation: string | null;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Why it was freed. */
  readonly why: string | null;
}

type Data = Readonly<Record<string, unknown>>;
type Draft = { -readonly [Key in keyof PastOrPresentHold]: PastOrPresentHold[Key] };

/**
 * Who had it, newest first.
 * @param events of one ship, newest first, as the API answers
 */
export function holdsOf(events: readonly RecordedEvent[]): readonly PastOrPresentHold[] {
  const holds = new Map<number, Draft>();
  const of = (token: number, holder: unknown): Draft => {
    const known = holds.get(token);
    if (known) return known;
    const draft = { token, holder: idOf(holder), operation: null, sinceMs: null, untilMs: null, why: null };
    holds.set(token, draft);
    return draft;
  };
  for (const { type, data, createdAtMs } of events.toReversed()) {
    const atMs = typeof data['atMs'] === 'number' ? data['atMs'] : createdAtMs;
    const lost = lostBy(type, data);
    if (lost) Object.assign(of(lost.token, lost.holder), { untilMs: atMs, why: lost.why });
    if (begins.has(type)) {
      Object.assign(of(Number(data['token']), data['holder']), { sinceMs: atMs, operation: wordOf(data['operation']) });
    }
  }
  return [...holds.values()].sort((a, b) => b.token - a.token);
}

export function holdColumns({ when, world }: Invocation): readonly Column<PastOrPresentHold>[] {
  return [
    { title: 'TOKEN', of: ({ token }) => String(token) },
    { title: 'HOLDER', of: ({ holder }) => holder },
    { title: 'FOR', of: ({ operation }) => operation ?? '–' },
    { title: 'SINCE', of: ({ sinceMs }) => (sinceMs === null ? 'earlier' : when(sinceMs)) },
    { title: 'UNTIL', of: ({ untilMs }) => (untilMs === null ? 'still' : when(untilMs)) },
    {
      title: 'HELD',
      of: ({ sinceMs, untilMs }) => (sinceMs === null ? '–' : span((untilMs ?? world.nowMs()) - sinceMs)),
    },
    { title: 'FREED BECAUSE', of: ({ why }) => why ?? '' },
  ];
}

const begins = new Set(['LeaseGranted', 'LeaseHandedOver', 'LeaseReserved']);

interface Lost {
  readonly token: number;
  readonly holder: unknown;
  readonly why: string;
}

function lostBy(type: string, data: Data): Lost | undefined {
  const { token, holder, reason, detail } = data;
  const own = (why: string): Lost => ({ token: Number(token), holder, why });
  switch (type) {
    case 'LeaseReleased':
      return own([reason, detail].filter((part) => typeof part === 'string' && part !== '').join(': '));
    case 'LeaseExpired': {
      const { silentForMs } = (data['evidence'] ?? {}) as { readonly silentForMs?: number };
      return own(`expired: silent for ${span(silentForMs ?? 0)}`);
    }
    case 'LeaseBroken':
      return own(`broken by ${idOf(data['by'])}: ${wordOf(reason)}`);
    case 'LeaseHandedOver':
      return lostTo(data['from'], `handed over to ${idOf(holder)}: ${wordOf(reason)}`);
    case 'LeaseReserved':
      return lostTo(data['displaced'], `displaced by ${idOf(holder)}: ${wordOf(reason)}`);
    default:
      return undefined;
  }
}

function lostTo(loser: unknown, why: string): Lost | undefined {
  const { holder, token } = (loser ?? {}) as { readonly holder?: unknown; readonly token?: unknown };
  return token === undefined ? undefined : { token: Number(token), holder, why };
}

function idOf(who: unknown): string {
  return wordOf((who as { readonly id?: unknown } | null | undefined)?.id);
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '–';
}
