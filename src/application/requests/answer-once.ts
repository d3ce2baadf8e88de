import { Inject } from '@nestjs/common';
import {
  earlierAnswer,
  keepAnswer,
  request,
  requestStream,
  type EarlierAnswer,
  type GivenAnswer,
  type Standing,
} from '../../domain/request/request.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import { CLOCK, IDS, POLICY } from '../ports/tokens.js';

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
    const keptForMs = this.policy.idempotencyTtlMs;
    return earlierAnswer({ fingerprint, keptForMs, nowMs: this.clock.nowMs() }, state);
  }

  /** Keeps an answer; whoever was first stands, and the answer that stands is returned. */
  async keep(context: CommandContext, keyHash: string, fingerprint: string, answer: GivenAnswer): Promise<Standing> {
    const keptForMs = this.policy.idempotencyTtlMs;
    const { outcome } = await this.decisions.decide({
      aggregate: request,
      stream: requestStream(keyHash),
      // The stream itself says whether there is an answer, so it need not be searched for this command; and under a
      // name of its own, another instance's answer to the same command is a conflict and not a repeat.
      context: { ...stepOf(context, this.ids.uuid()), mayBeRepeat: false },
      decide: (state, nowMs) => keepAnswer({ fingerprint, keptForMs, answer, nowMs }, state),
    });
    return outcome;
  }
}
