import type { FastifyError, FastifyReply } from 'fastify';
import { ZodError } from 'zod';
import { Refusal } from '../actions/refusal.js';
import { requestId } from './request-id.js';

/**
 * What goes wrong, in the words of the game.
 * @param onBug is told what is no refusal at all
 */
export function refusalFor(error: unknown, onBug: (bug: unknown) => void): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ZodError) {
    return new Refusal(422, 3001, 'The request could not be processed.', { zodIssues: error.issues });
  }
  const { statusCode, code = '', message } = error as Partial<FastifyError>;
  if (statusCode === 415) return new Refusal(415, 5000, 'The body has to be JSON.');
  if (statusCode !== undefined && statusCode < 500) {
    return new Refusal(422, 3001, 'The request could not be processed.', { zodIssues: [{ code, message, path: [] }] });
  }
  onBug(error);
  return new Refusal(500, 3000, 'The server could not build its answer.');
}

export function refuse(reply: FastifyReply, { status, code, message, data }: Refusal): FastifyReply {
  const error = { message, code, ...(data && { data }), requestId: requestId(Date.now()) };
  return reply.status(status).send({ error });
}
