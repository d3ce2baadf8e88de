import { Inject } from '@nestjs/common';
import { containerStream } from '../../domain/container/container.js';
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

interface Known {
  readonly token: number;
  readonly sequence: number | null;
  readonly moved: bigint | null;
  readonly heardAtMs: number;
  readonly heartbeat: Heartbeat | null;
}

/**
 * What this process knows of who is alive. Silence is measured from the moment this process first saw the latest
 * heartbeat, on its own monotonic clock; the times that heartbeats carry are never compared with it.
 */
export class HeardHeartbeats {
  readonly #known = new Map<string, Known>();
  #countsFromMs = -Infinity;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(HEARTBEATS) private readonly heartbeats: Heartbeats,
  ) {}

  /** The heartbeat that a renewal leaves. `holder.subject` is where its heartbeats are kept. */
  renew(holder: Pick<Heartbeat, 'subject' | 'attempt'>, { quietForMs, ...renewal }: Renewal): Heartbeat {
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
  last(subject: string): { readonly heartbeat: Heartbeat; readonly agoMs: number } | undefined {
    const { heartbeat, heardAtMs } = this.#known.get(subject) ?? {};
    return heartbeat && heardAtMs !== undefined
      ? { heartbeat, agoMs: this.clock.monotonicMs() - heardAtMs }
      : undefined;
  }

  all(): readonly { readonly heartbeat: Heartbeat; readonly agoMs: number }[] {
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

  #hear(heartbeat: Heartbeat): void {
    const { subject, token, sequence } = heartbeat;
    const known = this.#known.get(subject);
    if (known && known.token > token) return;
    const moved = known?.moved ?? null;
    this.#known.set(subject, { token, sequence, moved, heardAtMs: this.clock.monotonicMs(), heartbeat });
  }

  #expect(subject: string, token: number, moved: bigint): Known {
    const known = this.#known.get(subject);
    const same = known?.token === token ? known : undefined;
    // One that came before the first question about its revision stands: there is nothing older to compare with.
    const heardAtMs = same && same.moved === null ? same.heardAtMs : this.clock.monotonicMs();
    const { sequence = null, heartbeat = null } = same ?? {};
    const expected: Known = { token, sequence, moved, heardAtMs, heartbeat };
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
