import type { IncomingHttpHeaders } from 'node:http';
import { edgeProblem } from './edge-problems.js';
import { isWrite } from './host-and-origin.js';
import type { Fault } from './problem.js';
import { isStorable } from '../../../domain/kernel/text.js';
import { isForbiddenKey, jsonPointer } from './text-rules.js';

export const mostHeaderFields = 100;

const standsOnce = ['host', 'authorization', 'content-type', 'content-length', 'content-encoding', 'origin'];

/**
 * Node keeps the first of two such headers and a proxy perhaps the second, so neither is believed.
 * @param raw names and values in turn, as received
 */
export function checkHeaders(raw: readonly string[]): void {
  const names = raw.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  if (names.length > mostHeaderFields) {
    throw edgeProblem('headers-too-large', `A request may have ${mostHeaderFields} header fields.`);
  }
  const repeated = standsOnce.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (repeated !== undefined) throw edgeProblem('header-repeated', `The header ${repeated} stands twice.`);
}

/** The query must be visible ASCII, percent-encoded UTF-8; the router checks the path itself. */
export function checkUrl(url: string): void {
  try {
    if (!/^[\x21-\x7e]+$/.test(url)) throw new URIError();
    decodeURIComponent(url);
  } catch {
    throw edgeProblem('url-malformed');
  }
}

/** The rules for keys and text of a body, for the decoded query and path parameters. */
export function checkParameters(place: 'query' | 'path', parameters: unknown): void {
  for (const [key, value] of Object.entries(parameters ?? {})) {
    const at = (rule: Fault['rule'], message: string): { errors: Fault[] } => ({
      errors: [{ in: place, pointer: jsonPointer([key]), rule, message }],
    });
    if (key.split(/[[\].]/).some(isForbiddenKey)) {
      throw edgeProblem('forbidden-key', undefined, at('forbidden-key', 'This name is reserved.'));
    }
    if (![key, ...[value as unknown].flat()].every((text) => isStorable(String(text)))) {
      throw edgeProblem('text-not-storable', undefined, at('text-not-storable', 'A text must not hold NUL.'));
    }
  }
}

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || !/^0*$/.test(headers['content-length'] ?? '');

const jsonType = /^application\/json[ \t]*(;[ \t]*charset[ \t]*=[ \t]*("utf-8"|utf-8)[ \t]*)?;?[ \t]*$/i;

/** Only UTF-8 JSON is taken, which a form of another web site cannot send without asking first. */
export function checkBodyType(method: string, headers: IncomingHttpHeaders): void {
  const { 'content-type': type, 'content-encoding': encoding } = headers;
  if (!hasBody(headers) && (type === undefined || !isWrite(method))) return;
  if (!jsonType.test(type ?? ''))
    throw edgeProblem('media-type', undefined, { headers: { Accept: 'application/json' } });
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    throw edgeProblem('content-encoding', undefined, { headers: { 'Accept-Encoding': 'identity' } });
  }
}
