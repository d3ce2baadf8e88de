import type { ServerResponse } from 'node:http';
import { Catch, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EdgeOptions } from './edge-options.js';
import { edgeProblem } from './edge-problems.js';
import { explainError } from './explain-error.js';
import type { ProblemError } from './problem.js';
import { requestIdOf } from './request-id.js';
import { sendProblem } from './send-problem.js';

/** The caller hung up, or was cut off, before the request was whole: nobody reads the answer. */
function isGone({ raw }: Partial<FastifyRequest>): boolean {
  return raw !== undefined && raw.destroyed && !raw.complete;
}

/** Answers every error in one form. What nobody foresaw is reported and answered as "internal error" with the request id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #options: EdgeOptions;
  readonly #logger = new Logger('HTTP');

  constructor(options: EdgeOptions) {
    this.#options = options;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const response = host.switchToHttp().getResponse<FastifyReply | ServerResponse>();
    const requestId = request.id ?? requestIdOf(request);
    const problem = isGone(request) ? edgeProblem('request-malformed') : this.#explain(error, requestId);
    sendProblem(response, problem, requestId);
  }

  #explain(error: unknown, requestId: string): ProblemError {
    const known = explainError(error) ?? this.#options.translate?.(error);
    if (known !== undefined) return known;
    if (this.#options.onUnforeseen) this.#options.onUnforeseen(error, requestId);
    else this.#logger.error(`request ${requestId} failed`, error instanceof Error ? error.stack : String(error));
    return edgeProblem('internal', 'Internal error. The request id leads to it in the log.');
  }
}
