import { edgeProblem } from './edge-problems.js';
import type { EdgeProblemCode } from './edge-problems.js';
import type { ProblemError } from './problem.js';
import { isStorable } from '../../../domain/kernel/text.js';
import { isForbiddenKey, jsonPointer } from './text-rules.js';

/** How complex one JSON text may be: nesting, keys in all, members of one array. */
export interface JsonLimits {
  readonly depth: number;
  readonly keys: number;
  readonly items: number;
}

interface Open {
  /** Keys met so far; none: an array. */
  readonly keys?: Set<string>;
  /** The key or index of the value being read. */
  at: string | number;
  keyNext: boolean;
}

const [quote, backslash, minus, comma, colon] = [34, 92, 45, 44, 58];
const number = /-?\d[\d.eE+-]*/y;

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) return i + 1;
    if (c === backslash) i++;
  }
  return text.length;
}

function decoded(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return JSON.parse(literal) as string;
  } catch {
    throw edgeProblem('json-malformed');
  }
}

/** Whether the number a program reads is the number that was written, as far as an API needs it. */
function isFaithful(literal: string): boolean {
  const value = Number(literal);
  if (Number.isNaN(value)) throw edgeProblem('json-malformed');
  if (!Number.isFinite(value) || Object.is(value, -0)) return false;
  if (value === 0) return !/[1-9]/.test(literal.replace(/[eE].*/, ''));
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}

/**
 * Finds in a JSON text what `JSON.parse` lets pass: duplicate and reserved keys, numbers that would be altered, text that
 * cannot be stored, too many members. Malformed text may pass here: `JSON.parse` must follow.
 * @throws ProblemError for the first fault
 */
export function scanJson(text: string, limits: JsonLimits): void {
  const stack: Open[] = [];
  let keys = 0;

  const fault = (code: EdgeProblemCode, message: string): ProblemError => {
    const pointer = jsonPointer(stack.map(({ at }) => at));
    return edgeProblem(code, message, { errors: [{ in: 'body', pointer, rule: code, message }] });
  };
  const open = (frame: Open) => {
    stack.push(frame);
    if (stack.length > limits.depth)
      throw edgeProblem('too-complex', `The body is nested deeper than ${limits.depth}.`);
  };
  const key = (frame: Open, name: string) => {
    frame.at = name;
    frame.keyNext = false;
    if (isForbiddenKey(name)) throw fault('forbidden-key', 'This name is reserved.');
    if (!isStorable(name)) throw fault('text-not-storable', 'A key must not hold NUL or half a surrogate pair.');
    if (frame.keys?.has(name)) throw fault('duplicate-key', 'This key stands twice.');
    frame.keys?.add(name);
    if (++keys > limits.keys) throw edgeProblem('too-complex', `The body has more than ${limits.keys} keys.`);
  };
  const next = (frame: Open) => {
    if (frame.keys) frame.keyNext = true;
    else if (typeof frame.at === 'number' && ++frame.at >= limits.items)
      throw edgeProblem('too-complex', `An array of the body has more than ${limits.items} items.`);
  };

  for (let i = 0; i < text.length;) {
    const c = text.charCodeAt(i);
    const top = stack.at(-1);
    if (c === quote) {
      const end = endOfString(text, i);
      const literal = text.slice(i, end);
      if (top?.keyNext) key(top, decoded(literal));
      else if (literal.includes('\\u') && !isStorable(decoded(literal)))
        throw fault('text-not-storable', 'A text must not hold NUL or half a surrogate pair.');
      i = end;
      continue;
    }
    if (c === minus || (c >= 48 && c <= 57)) {
      number.lastIndex = i;
      const literal = number.exec(text)?.[0];
      if (literal === undefined) throw edgeProblem('json-malformed');
      if (!isFaithful(literal))
        throw fault('number-range', 'A number must be finite, not -0, and within ±(2^53 - 1) if whole.');
      i += literal.length;
      continue;
    }
    if (c === 123) open({ keys: new Set(), at: '', keyNext: true });
    else if (c === 91) open({ at: 0, keyNext: false });
    else if (c === 125 || c === 93) stack.pop();
    else if (c === comma && top) next(top);
    else if (c === colon && top) top.keyNext = false;
    i++;
  }
}
