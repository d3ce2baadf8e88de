import { Inject } from '@nestjs/common';
import type { Json } from '../../domain/kernel/json.js';
import { request, requestStream, type RequestState } from '../../domain/request/request.js';
import { decided } from '../../domain/kernel/decider.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import { CLOCK, IDS, POLICY } from '../ports/tokens.js';

export interface StoredAnswer {
  readonly status: number;
  readonly body: Json;
}

export type EarlierAnswer =
  | { readonly type: 'None' }
  | { readonly type: 'Answered'; readonly answer: StoredAnswer }
  /** The key was used for something else. */
  | { readonly type: 'OtherRequest' };

/**
 * The long memory of `Idempotency-Key`: the answers that keys were given, in the log, so that every instance and every
 * restart gives the same one. Between an effect and the record of its answer a crash may fall; then the repeat finds
 * the effect by its command id in the stream it was written to, and answers alike.
 */
export class AnswerOnce {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: Policy,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  /** `keyHash` and `fingerprint` are SHA-256 in hex: of asker and key, and of method, path and body. */
  async earlier(keyHash: string, fingerprint: string): Promise<EarlierAnswer> {
    const { state } = await this.decisions.current(request, requestStream(keyHash));
    if (!state || this.#isForgotten(state)) return { type: 'None' };
    return answeredWith(state, fingerprint) ?? { type: 'None' };
  }

  /** Keeps an answer; whoever was first stands, and the answer that stands is returned. */
  async keep(
    context: CommandContext,
    keyHash: string,
    fingerprint: string,
    answer: StoredAnswer,
  ): Promise<Exclude<EarlierAnswer, { readonly type: 'None' }>> {
    const { state } = await this.decisions.decide({
      aggregate: request,
      stream: requestStream(keyHash),
      // The stream itself says whether there is an answer, so it need not be searched for this command; and under a
      // name of its own, another instance's answer to the same command is a conflict and not a repeat.
      context: { ...stepOf(context, this.ids.uuid()), mayBeRepeat: false },
      decide: (state, nowMs) =>
        state && !this.#isForgotten(state)
          ? decided(null)
          : decided(null, { type: 'RequestAnswered', fingerprint, ...answer, atMs: nowMs }),
    });
    return answeredWith(state, fingerprint) ?? { type: 'Answered', answer };
  }

  #isForgotten({ atMs }: NonNullable<RequestState>): boolean {
    return this.clock.nowMs() - atMs > this.policy.idempotencyTtlMs;
  }
}

function answeredWith(
  state: RequestState,
  fingerprint: string,
): Exclude<EarlierAnswer, { readonly type: 'None' }> | null {
  if (!state) return null;
  const { status, body } = state;
  return state.fingerprint === fingerprint ? { type: 'Answered', answer: { status, body } } : { type: 'OtherRequest' };
}
