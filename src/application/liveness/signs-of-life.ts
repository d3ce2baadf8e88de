import { Inject } from '@nestjs/common';
import type { Clock } from '../ports/clock.js';
import type { Beat, Heartbeats } from '../ports/heartbeats.js';
import { CLOCK, HEARTBEATS } from '../ports/tokens.js';

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
  readonly heardAtMs: number;
  readonly beat: Beat | null;
}

/**
 * What this process knows of who is alive. Silence is measured from the moment this process first saw the latest sign,
 * on its own monotonic clock; the times that beats carry are never compared with it.
 */
export class SignsOfLife {
  readonly #signs = new Map<string, Sign>();

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

  /** How long a holder has been silent. The first question about a token starts the count. */
  silenceOf(subject: string, token: number): Silence {
    const known = this.#signs.get(subject);
    const sign = known && known.token >= token ? known : this.#expect(subject, token);
    return {
      silentForMs: this.clock.monotonicMs() - sign.heardAtMs,
      quietForMs: sign.beat ? quietFor(sign.beat) : 0,
      beat: sign.beat,
    };
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

  /** Drops every subject that is not listed: what nobody holds needs no watching. */
  keepOnly(subjects: ReadonlySet<string>): void {
    for (const subject of this.#signs.keys()) if (!subjects.has(subject)) this.forget(subject);
  }

  #hear(beat: Beat): void {
    const { subject, token, sequence } = beat;
    const known = this.#signs.get(subject);
    if (known && known.token > token) return;
    this.#signs.set(subject, { token, sequence, heardAtMs: this.clock.monotonicMs(), beat });
  }

  #expect(subject: string, token: number): Sign {
    const sign: Sign = { token, sequence: null, heardAtMs: this.clock.monotonicMs(), beat: null };
    this.#signs.set(subject, sign);
    return sign;
  }
}

/** Both ends were told by one clock, that of the instance which was given the beat. */
export function quietFor({ quietUntilMs, atMs }: Beat): number {
  return quietUntilMs === null ? 0 : Math.max(0, quietUntilMs - atMs);
}
