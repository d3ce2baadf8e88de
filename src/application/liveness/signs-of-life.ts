import { Inject } from '@nestjs/common';
import type { Clock } from '../ports/clock.js';
import type { Beat, Heartbeats } from '../ports/heartbeats.js';
import { CLOCK, HEARTBEATS } from '../ports/tokens.js';

const forgottenAfterMs = 600_000;

export interface Silence {
  /** Since when nothing was heard, on this process's monotonic clock. */
  readonly silentForMs: number;
  /** How much of it the worker announced. */
  readonly quietForMs: number;
  readonly beat: Beat | null;
}

/** What a worker says of itself. Its silence is announced as a length of time: its clock is never compared with ours. */
export interface SignOfLife extends Pick<Beat, 'subject' | 'attempt' | 'token' | 'cursor'> {
  readonly quietForMs: number;
}

interface Sign {
  readonly token: number;
  readonly sequence: number | null;
  readonly moved: bigint | null;
  readonly heardAtMs: number;
  readonly beat: Beat | null;
}

/**
 * What this process knows of who is alive. Silence is measured from the moment this process first saw the latest sign,
 * on its own monotonic clock; the times that beats carry are never compared with it.
 */
export class SignsOfLife {
  readonly #signs = new Map<string, Sign>();
  #countsFromMs = -Infinity;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(HEARTBEATS) private readonly heartbeats: Heartbeats,
  ) {}

  /** A beat that this process was given. */
  note({ quietForMs, ...beat }: SignOfLife): Beat {
    const before = this.#signs.get(beat.subject)?.sequence ?? 0;
    const atMs = this.clock.nowMs();
    const quietUntilMs = quietForMs > 0 ? atMs + quietForMs : null;
    const heard: Beat = { ...beat, quietUntilMs, sequence: Math.max(before + 1, atMs), atMs };
    this.#hear(heard);
    this.heartbeats.beat(heard);
    return heard;
  }

  /** Takes in what other processes were given. Rejects when that cannot be read. */
  async listen(): Promise<void> {
    for (const beat of await this.heartbeats.latest()) {
      const known = this.#signs.get(beat.subject);
      if (known?.sequence !== beat.sequence || known.token !== beat.token) this.#hear(beat);
    }
  }

  /**
   * How long a holder has been silent. The first question about a token starts the count, and so does a change of
   * `moved`, the revision of what the holder did.
   */
  silenceOf(subject: string, token: number, moved: bigint): Silence {
    const known = this.#signs.get(subject);
    const sign = known && known.token >= token && known.moved === moved ? known : this.#expect(subject, token, moved);
    return {
      silentForMs: this.clock.monotonicMs() - Math.max(sign.heardAtMs, this.#countsFromMs),
      quietForMs: sign.beat ? quietFor(sign.beat) : 0,
      beat: sign.beat,
    };
  }

  /** Nobody's silence up to now is held against it: this process could not hear. */
  countFromNow(): void {
    this.#countsFromMs = this.clock.monotonicMs();
  }

  /** What was last heard, without starting a count. */
  lastHeard(subject: string): { readonly beat: Beat; readonly agoMs: number } | undefined {
    const sign = this.#signs.get(subject);
    return sign?.beat ? { beat: sign.beat, agoMs: this.clock.monotonicMs() - sign.heardAtMs } : undefined;
  }

  forget(subject: string): void {
    this.#signs.delete(subject);
    this.heartbeats.forget(subject);
  }

  /** Drops what is not listed and was not heard of lately: a view may not show yet what has just begun to beat. */
  keepOnly(subjects: ReadonlySet<string>): void {
    const longAgoMs = this.clock.monotonicMs() - forgottenAfterMs;
    for (const [subject, { heardAtMs }] of this.#signs) {
      if (!subjects.has(subject) && heardAtMs < longAgoMs) this.forget(subject);
    }
  }

  #hear(beat: Beat): void {
    const { subject, token, sequence } = beat;
    const known = this.#signs.get(subject);
    if (known && known.token > token) return;
    const moved = known?.moved ?? null;
    this.#signs.set(subject, { token, sequence, moved, heardAtMs: this.clock.monotonicMs(), beat });
  }

  #expect(subject: string, token: number, moved: bigint): Sign {
    const known = this.#signs.get(subject);
    const same = known?.token === token ? known : undefined;
    // A beat that came before the first question about its revision stands: there is nothing older to compare with.
    const heardAtMs = same && same.moved === null ? same.heardAtMs : this.clock.monotonicMs();
    const sign: Sign = { token, sequence: same?.sequence ?? null, moved, heardAtMs, beat: same?.beat ?? null };
    this.#signs.set(subject, sign);
    return sign;
  }
}

/** Both ends were told by one clock, that of the instance which was given the beat. */
export function quietFor({ quietUntilMs, atMs }: Beat): number {
  return quietUntilMs === null ? 0 : Math.max(0, quietUntilMs - atMs);
}
