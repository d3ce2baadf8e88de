import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { CommandContext } from '../../../application/command-context.js';
import type { Ids } from '../../../application/ports/ids.js';
import { IDS } from '../../../application/ports/tokens.js';
import { AnswerOnce } from '../../../application/requests/answer-once.js';
import type { Json } from '../../../domain/kernel/json.js';
import type { GivenAnswer, Standing } from '../../../domain/request/request.js';
import { isWrite } from '../edge/host-and-origin.js';
import { ProblemError, type ProblemCause } from '../edge/problem.js';
import { failure, refusalProblems } from '../problems.js';
import { actorOf, nameCommand } from './command-context.js';
import { Turns } from '../../../application/turns.js';

const keyForm = /^[\x21-\x7e]{1,255}$/;
const sha256 = (...parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex');

interface Keyed {
  readonly context: CommandContext;
  readonly keyHash: string;
  readonly fingerprint: string;
  readonly reply: FastifyReply;
  readonly run: () => Promise<unknown>;
}

/** Names the command of every write; under an `Idempotency-Key` it has one effect and one answer, whoever asks again. */
@Injectable()
export class OnceOnly implements NestInterceptor {
  readonly #turns = new Turns();

  constructor(
    @Inject(AnswerOnce) private readonly answers: AnswerOnce,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    if (!isWrite(request.method)) return next.handle();
    const key = request.headers['idempotency-key'];
    if (key === undefined) {
      nameCommand(request, this.ids.uuid(), false);
      return next.handle();
    }
    if (typeof key !== 'string' || !keyForm.test(key)) {
      throw failure('IdempotencyKeyForm', 'Must be 1 to 255 visible ASCII characters, and stand once.');
    }
    const keyHash = sha256(actorOf(request).key, key);
    const fingerprint = sha256(request.method, request.url, JSON.stringify(request.body ?? null));
    // With the fingerprint: a key that comes back for something else once its answer is forgotten is no repeat.
    const context = nameCommand(request, this.ids.derived('idempotency-key', keyHash, fingerprint), true);
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    const run = () => lastValueFrom(next.handle());
    return from(this.#turns.take(keyHash, () => this.#once({ context, keyHash, fingerprint, reply, run })));
  }

  async #once(asked: Keyed): Promise<unknown> {
    const { context, keyHash, fingerprint, reply } = asked;
    const earlier = await this.#earlier(asked);
    if (earlier) return earlier.body;
    const status = reply.statusCode;
    const body = await asked.run().catch((refused: unknown) => this.#afterRefusal(asked, refused));
    const answer: GivenAnswer = { status, body: JSON.parse(JSON.stringify(body ?? null)) as Json };
    return answerOf(await this.answers.keep(context, keyHash, fingerprint, answer)).body;
  }

  /**
   * Another instance may have carried out the same request between this one's look at the log and its decision: then it
   * is in the log by now, and a second look answers alike.
   */
  async #afterRefusal(asked: Keyed, refused: unknown): Promise<unknown> {
    if (!(refused instanceof ProblemError) || !canBeOwnDoing(refused.about)) throw refused;
    const earlier = await this.#earlier(asked);
    if (earlier) return earlier.body;
    return asked.run().catch(() => {
      throw refused;
    });
  }

  async #earlier({ keyHash, fingerprint, reply }: Keyed): Promise<GivenAnswer | undefined> {
    const earlier = await this.answers.earlier(keyHash, fingerprint);
    if (earlier.type === 'None') return undefined;
    const answer = answerOf(earlier);
    reply.status(answer.status).header('Idempotency-Replayed', 'true');
    return answer;
  }
}

const onlyOfAnother: ReadonlySet<string> = new Set([
  refusalProblems.HeldByAnother[1],
  refusalProblems.ReservedByOperator[1],
  refusalProblems.NotFreeYet[1],
  refusalProblems.Laden[1],
]);

/** Whether a refusal may come from what the same request has brought about already. */
function canBeOwnDoing({ status, code }: ProblemCause): boolean {
  return (status === 409 || status === 404) && !onlyOfAnother.has(code);
}

function answerOf(earlier: Standing): GivenAnswer {
  if (earlier.type === 'Answered') return earlier.answer;
  throw failure('IdempotencyMismatch', 'The key was used for a request with another method, address or body.');
}
