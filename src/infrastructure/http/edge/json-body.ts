import { edgeProblem } from './edge-problems.js';
import { scanJson } from './json-scan.js';
import type { JsonLimits } from './json-scan.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw edgeProblem('json-malformed', 'The body is not valid UTF-8.');
  }
}

/**
 * The value of a request body; `undefined` for an empty one.
 * @throws ProblemError if the bytes are not strict JSON within the limits
 */
export function parseJsonBody(bytes: Uint8Array, limits: JsonLimits): unknown {
  if (bytes.length === 0) return undefined;
  const text = textOf(bytes);
  if (text.includes('\0')) throw edgeProblem('json-malformed');
  scanJson(text, limits);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw edgeProblem('json-malformed');
  }
}
