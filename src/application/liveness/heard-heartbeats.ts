import { Inject } from '@nestjs/common';
import { containerStream } from '../../domain/container/container.js';
import { sameJson } from '../../domain/kernel/json.js';
import type { Holder } from '../../domain/lease/events.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import type { Clock } from '../ports/clock.js';
import type { Heartbeat, Heartbeats } from '../ports/heartbeats.js';
import { CLOCK, HEARTBEATS } from '../ports/tokens.js';

const forgottenAfterMs = 600_000;

export interface Silence {
  /** Since when nothing was heard, on this process's monotonic clock. */
  readonly silentForMs: number;
  /** How much of it the worker announced. */
  readonly quietForMs: number;
  readonly heartbeat: Heartbeat | null;
}

/** What a holder says when it renews. Its silence is announced as a length of time: its clock is never compared with ours. */
export interface Renewal extends Pick<Heartbeat, 'token' | 'cursor'> {
  readonly quietForMs: number;
}

export interface LastHeard {
  readonly heartbeat: Heartbeat;
  readonly agoMs: number;
  /** How long its cursor has been the same. */
  readonly movedAgoMs: number;
}

/** `subject` is where the holder's heartbeats are kept; `ttlMs` how long it lives without another. */
export interface Renewing extends Pick<Heartbeat, 'subject' | 'attempt'> {
  readonly ttlMs: number;
}

export interface Margin {
  /** Of its time to live, when it renewed: 0 where it was late. */
  readonly leftMs: number;
  readonly ttlMs: number;
}

interface Known {
  readonly token: number;
  readonly sequence: number | null;
  readonly moved: bigint | null;
  readonly heardAtMs: number;
  readonly heartbeat: Heartbeat | null;
  /** When the cursor was first heard as it is now. */
  readonly cursorAtMs: number;
}

/**
 * What this process knows of who is alive. Silence is measured from the moment this process first saw the latest
 * heartbeat, on its own monotonic clock; the times that heartbeats carry are never compared with it.
 */
export class HeardHeartbeats {
  readonly #known = new Map<string, Known>();
  #countsFromMs = -Infinity;
  /** Told of every renewal that follows another one under the same token. */
  onRenewal: (margin: Margin) => void = () => undefined;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(HEARTBEATS) private readonly heartbeats: Heartbeats,
  ) {}

  /** The heartbeat that a renewal leaves. */
  renew({ ttlMs, ...holder }: Renewing, { quietForMs, ...renewal }: Renewal): Heartbeat {
    this.#tellMargin(holder.subject, renewal.token, ttlMs);
    const before = this.#known.get(holder.subject)?.sequence ?? 0;
    const atMs = this.clock.nowMs();
    const quietUntilMs = quietForMs > 0 ? atMs + quietForMs : null;
    const heartbeat = { ...holder, ...renewal, quietUntilMs, sequence: Math.max(before + 1, atMs), atMs };
    this.#hear(heartbeat);
    this.heartbeats.record(heartbeat);
    return heartbeat;
  }

  /** Takes in what other processes were given. Rejects when that cannot be read. */
  async listen(): Promise<void> {
    for (const heartbeat of await this.heartbeats.latest()) {
      const { subject, token, sequence } = heartbeat;
      const known = this.#known.get(subject);
      if (known?.sequence !== sequence || known.token !== token) this.#hear(heartbeat);
    }
  }

  /**
   * How long a holder has been silent. The first question about a token starts the count, and so does a change of
   * `moved`, the revision of what the holder did.
   */
  silenceOf(subject: string, token: number, moved: bigint): Silence {
    const known = this.#known.get(subject);
    const { heardAtMs, heartbeat } =
      known && known.token >= token && known.moved === moved ? known : this.#expect(subject, token, moved);
    return {
      silentForMs: this.clock.monotonicMs() - Math.max(heardAtMs, this.#countsFromMs),
      quietForMs: heartbeat ? quietFor(heartbeat) : 0,
      heartbeat,
    };
  }

  /** Nobody's silence up to now is held against it: this process could not hear. */
  countFromNow(): void {
    this.#countsFromMs = this.clock.monotonicMs();
  }

  /** What was last heard, without starting a count. */
  last(subject: string): LastHeard | undefined {
    const known = this.#known.get(subject);
    if (!known?.heartbeat) return undefined;
    const nowMs = this.clock.monotonicMs();
    return { heartbeat: known.heartbeat, agoMs: nowMs - known.heardAtMs, movedAgoMs: nowMs - known.cursorAtMs };
  }

  all(): readonly LastHeard[] {
    return [...this.#known.keys()].flatMap((subject) => this.last(subject) ?? []);
  }

  forget(subject: string): void {
    this.#known.delete(subject);
    this.heartbeats.forget(subject);
  }

  /** Drops what is not listed and was not heard of lately: a view may not show yet what has just begun. */
  keepOnly(subjects: ReadonlySet<string>): void {
    const longAgoMs = this.clock.monotonicMs() - forgottenAfterMs;
    for (const [subject, { heardAtMs }] of this.#known) {
      if (!subjects.has(subject) && heardAtMs < longAgoMs) this.forget(subject);
    }
  }

  #tellMargin(subject: string, token: number, ttlMs: number): void {
    const last = this.last(subject);
    if (last?.heartbeat.token !== token) return;
    const leftMs = ttlMs + quietFor(last.heartbeat) - last.agoMs;
    this.onRenewal({ leftMs: Math.min(ttlMs, Math.max(0, leftMs)), ttlMs });
  }

  #hear(heartbeat: Heartbeat): void {
    const { subject, token, sequence } = heartbeat;
    const known = this.#known.get(subject);
    if (known && known.token > token) return;
    const moved = known?.moved ?? null;
    const heardAtMs = this.clock.monotonicMs();
    const stands = known?.heartbeat?.token === token && sameJson(known.heartbeat.cursor, heartbeat.cursor);
    const cursorAtMs = stands ? known.cursorAtMs : heardAtMs;
    this.#known.set(subject, { token, sequence, moved, heardAtMs, heartbeat, cursorAtMs });
  }

  #expect(subject: string, token: number, moved: bigint): Known {
    const known = this.#known.get(subject);
    const same = known?.token === token ? known : undefined;
    // One that came before the first question about its revision stands: there is nothing older to compare with.
    const heardAtMs = same && same.moved === null ? same.heardAtMs : this.clock.monotonicMs();
    const { sequence = null, heartbeat = null, cursorAtMs = heardAtMs } = same ?? {};
    const expected: Known = { token, sequence, moved, heardAtMs, heartbeat, cursorAtMs };
    this.#known.set(subject, expected);
    return expected;
  }
}

/** Both ends were told by one clock, that of the instance that was asked for the renewal. */
export function quietFor({ quietUntilMs, atMs }: Heartbeat): number {
  return quietUntilMs === null ? 0 : Math.max(0, quietUntilMs - atMs);
}

/** Where the heartbeats of a holder are kept: a container renews once for all its ships. */
export function heartbeatSubject(resource: Resource, holder: Pick<Holder, 'kind' | 'id'>): string {
  return holder.kind === 'container' ? containerStream(holder.id) : leaseStream(resource);
}
