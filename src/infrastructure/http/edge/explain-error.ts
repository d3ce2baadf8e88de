import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { edgeProblem, edgeProblems } from './edge-problems.js';
import type { EdgeProblemCode } from './edge-problems.js';
import { ProblemError } from './problem.js';
import { shown } from './text-rules.js';

const ofServer: Readonly<Record<string, EdgeProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request-malformed',
  FST_ERR_BAD_URL: 'url-malformed',
  FST_ERR_INVALID_URL: 'url-malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
};

const ofStatus: Readonly<Record<number, EdgeProblemCode>> = {
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'body-too-large',
  414: 'uri-too-long',
  415: 'media-type',
  422: 'validation',
  431: 'headers-too-large',
  500: 'internal',
};

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const slug = /^[a-z][a-z0-9-]{0,63}$/;

/** Texts that the framework makes itself and that repeat the request. */
const ofFramework = /^Cannot [A-Z]+ /;

/** Code and title of a status: from the catalogue if it is there, else the status's own words. */
function kindOf(status: number): readonly [code: string, title: string] {
  const known = ofStatus[status];
  if (known !== undefined) return [known, edgeProblems[known][1]];
  const words = STATUS_CODES[status] ?? 'Error';
  return [words.toLowerCase().replaceAll(/[^a-z]+/g, '-'), words];
}

function explainHttpException(error: HttpException): ProblemError {
  const status = error.getStatus();
  const [kind, title] = kindOf(status);
  const code = error.errorCode !== undefined && slug.test(error.errorCode) ? error.errorCode : kind;
  const detail = status >= 500 || ofFramework.test(error.message) ? title : shown(error.message);
  return new ProblemError({ code, status, title, detail, retryable: status === 429 || status >= 500 });
}

/**
 * The problem that an error stands for.
 * @returns `undefined` for an error nobody foresaw
 */
export function explainError(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  for (const candidate of [error, member(error, 'cause')]) {
    const code = ofServer[String(member(candidate, 'code'))];
    if (code !== undefined) return edgeProblem(code);
  }
  if (error instanceof HttpException) return explainHttpException(error);
  const status = member(error, 'statusCode');
  const isOfServer = String(member(error, 'code')).startsWith('FST_ERR_');
  if (isOfServer && typeof status === 'number' && status >= 400 && status < 500) {
    return edgeProblem(ofStatus[status] ?? 'request-malformed');
  }
  return undefined;
}
