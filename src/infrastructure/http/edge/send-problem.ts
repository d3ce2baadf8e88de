import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { ProblemError } from './problem.js';

export const problemMediaType = 'application/problem+json';

const mostDiscardedBytes = 16_777_216;

/**
 * Reads on, for a while, what a refused caller is still sending. Closing at once would reset the connection and the caller
 * would never see the answer.
 */
function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let left = mostDiscardedBytes;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.socket.destroy();
  });
  request.resume();
}

function isReply(response: FastifyReply | ServerResponse): response is FastifyReply {
  return 'raw' in response;
}

/** Answers with the problem; an answer that has already begun is cut, so that it cannot pass for a whole one. */
export function sendProblem(response: FastifyReply | ServerResponse, error: ProblemError, requestId: string): void {
  const raw = isReply(response) ? response.raw : response;
  if (raw.headersSent) {
    if (!raw.writableEnded) raw.destroy();
    return;
  }
  if (isReply(response) && response.sent) return;
  const headers = { ...error.about.headers, 'Content-Type': problemMediaType };
  const body = JSON.stringify(error.toProblem(requestId));
  discardRest(raw.req);
  if (isReply(response)) {
    void response.removeHeader('connection').code(error.about.status).headers(headers).send(body);
  } else {
    response.writeHead(error.about.status, headers).end(body);
  }
}
