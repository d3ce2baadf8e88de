import type { ServerResponse } from 'node:http';

const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** The API reference page is made by a library that writes inline scripts and styles. */
const docsPolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'";

const always: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Cache-Control', 'no-store'],
];

/** Set on the raw response, so that streams and errors carry them too; a handler's own header of the same name wins. */
export function setSecurityHeaders(response: ServerResponse, path: string, docsPath: string): void {
  for (const [name, value] of always) response.setHeader(name, value);
  const isDocs = path === docsPath || path.startsWith(`${docsPath}/`);
  response.setHeader('Content-Security-Policy', isDocs ? docsPolicy : pagePolicy);
}
