import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback, withoutBrackets } from '../../loopback.js';
import { edgeProblem } from './edge-problems.js';

const hostHeader = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{0,5})?$/;

/**
 * Against DNS rebinding: a page whose name was made to point at this machine still sends its own name as `Host`.
 * @throws ProblemError 400 without a readable host, 421 for a host that is not ours
 */
export function checkHost(host: string | undefined, allowed: ReadonlySet<string>): void {
  const name = hostHeader.exec((host ?? '').toLowerCase())?.[1];
  if (name === undefined) throw edgeProblem('request-malformed', 'The Host header is missing or malformed.');
  if (!isLoopback(name) && !allowed.has(withoutBrackets(name))) throw edgeProblem('host-not-allowed');
}

export const hostSet = (names: readonly string[]): ReadonlySet<string> => new Set(names.map(withoutBrackets));

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
export const isWrite = (method: string): boolean => !safeMethods.has(method);

function isSameOrigin(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  const named = URL.canParse(`${protocol}//${host}`) ? new URL(`${protocol}//${host}`).host : undefined;
  return (protocol === 'http:' || protocol === 'https:') && originHost === named;
}

/**
 * Against cross-site request forgery: a write sent by a browser must come from our own page.
 * @throws ProblemError 403
 */
export function checkOrigin(method: string, headers: IncomingHttpHeaders): void {
  if (!isWrite(method)) return;
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && !isSameOrigin(origin, host)) throw edgeProblem('origin-not-allowed');
  if (site === 'cross-site' || site === 'same-site') throw edgeProblem('origin-not-allowed');
}
