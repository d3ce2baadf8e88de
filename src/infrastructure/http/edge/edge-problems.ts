import { ProblemError } from './problem.js';
import type { ProblemCause } from './problem.js';

/** Every problem the edge can answer by itself, before any controller is asked. */
export const edgeProblems = {
  'request-malformed': [400, 'The request is not valid HTTP'],
  'url-malformed': [400, 'The address is not validly encoded'],
  'header-repeated': [400, 'A header that may stand once stands twice'],
  'json-malformed': [400, 'The body is not valid JSON'],
  'duplicate-key': [400, 'A key stands twice in one JSON object'],
  'forbidden-key': [400, 'A key has a reserved name'],
  'too-complex': [400, 'The body is too deep or has too many members'],
  'origin-not-allowed': [403, 'Another web site may not make changes here'],
  'not-found': [404, 'There is nothing at this address'],
  'method-not-allowed': [405, 'The address does not take this method'],
  'request-timeout': [408, 'The request did not arrive in time'],
  'body-too-large': [413, 'The body is too long'],
  'uri-too-long': [414, 'A part of the address is too long'],
  'media-type': [415, 'The body must be application/json in UTF-8'],
  'content-encoding': [415, 'The body must not be compressed'],
  'host-not-allowed': [421, 'This server does not answer under that host name'],
  validation: [422, 'The request does not fit its schema'],
  'unknown-property': [422, 'The request has a property that is not known here'],
  'number-range': [422, 'A number is outside its range'],
  'symbol-format': [422, 'A name does not have its form'],
  'text-not-storable': [422, 'A text holds characters that cannot be stored'],
  'headers-too-large': [431, 'The headers are too many or too long'],
  internal: [500, 'Internal error'],
  draining: [503, 'The server is shutting down'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type EdgeProblemCode = keyof typeof edgeProblems;

const laterMayDo: readonly EdgeProblemCode[] = ['request-timeout', 'internal', 'draining'];

/** A problem of the catalogue; `more` gives its detail, errors, headers. */
export function edgeProblem(
  code: EdgeProblemCode,
  detail?: string,
  more: Pick<ProblemCause, 'errors' | 'headers'> = {},
): ProblemError {
  const [status, title] = edgeProblems[code];
  return new ProblemError({
    code,
    status,
    title,
    ...(detail !== undefined && { detail }),
    retryable: laterMayDo.includes(code),
    ...more,
  });
}

export function isEdgeProblemCode(code: string): code is EdgeProblemCode {
  return Object.hasOwn(edgeProblems, code);
}
