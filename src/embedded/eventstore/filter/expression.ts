import {
  isWord,
  parseExpression,
  UnsupportedExpression,
  type Boundary,
  type CodeUnitTest,
  type Expression,
} from './expression-syntax.js';

const longestPattern = 256;
const mostSteps = 1000;

type Step =
  | { readonly type: 'unit'; readonly test: CodeUnitTest; readonly next: number }
  | { readonly type: 'boundary'; readonly boundary: Boundary; readonly next: number }
  | { readonly type: 'fork'; readonly next: number[] }
  | { readonly type: 'match' };

/**
 * Compiles a pattern into a test that looks for it anywhere in a text. The test follows all ways through the pattern
 * at once, so its cost is at most the length of the text times that of the pattern: a stranger's pattern must not be
 * able to stop the one event loop, as a backtracking engine can be made to.
 * @throws UnsupportedExpression
 */
export function compileExpression(pattern: string): (text: string) => boolean {
  if (pattern.length > longestPattern) throw new UnsupportedExpression(`more than ${longestPattern} characters`);
  const steps: Step[] = [{ type: 'match' }];
  const start = place(parseExpression(pattern), 0);
  return (text) => matches(steps, start, text);

  function add(step: Step): number {
    if (steps.length >= mostSteps) throw new UnsupportedExpression('repetitions that multiply to too many states');
    return steps.push(step) - 1;
  }

  /** Adds the steps of an expression that go on at `next`, and returns the first of them. */
  function place(expression: Expression, next: number): number {
    switch (expression.type) {
      case 'unit':
        return add({ type: 'unit', test: expression.test, next });
      case 'boundary':
        return add({ type: 'boundary', boundary: expression.boundary, next });
      case 'sequence':
        return expression.parts.reduceRight((following, part) => place(part, following), next);
      case 'choice':
        return add({ type: 'fork', next: expression.options.map((option) => place(option, next)) });
      case 'repeat':
        return placeRepeat(expression, next);
      default:
        return expression satisfies never;
    }
  }

  function placeRepeat({ body, min, max }: Extract<Expression, { type: 'repeat' }>, next: number): number {
    let first = next;
    if (max === Infinity) {
      const ways = [next];
      first = add({ type: 'fork', next: ways });
      ways.push(place(body, first));
    } else {
      for (let optional = min; optional < max; optional++)
        first = add({ type: 'fork', next: [next, place(body, first)] });
    }
    for (let required = 0; required < min; required++) first = place(body, first);
    return first;
  }
}

function matches(steps: readonly Step[], start: number, text: string): boolean {
  const reachedAt = new Int32Array(steps.length).fill(-1);
  let current: number[] = [];
  let following: number[] = [];
  for (let at = 0; at <= text.length; at++) {
    if (reach(start, at)) return true;
    for (const index of current) {
      const step = steps[index]!;
      if (step.type === 'unit' && at < text.length && step.test(text.charCodeAt(at))) following.push(step.next);
    }
    current = [];
    const reached = following;
    following = [];
    for (const index of reached) if (reach(index, at + 1)) return true;
  }
  return false;

  /** Follows what needs no character from a step on; true if that leads to the end of the pattern. */
  function reach(from: number, at: number): boolean {
    const ways = [from];
    for (let index = ways.pop(); index !== undefined; index = ways.pop()) {
      if (reachedAt[index] === at) continue;
      reachedAt[index] = at;
      const step = steps[index]!;
      if (step.type === 'match') return true;
      if (step.type === 'unit') current.push(index);
      else if (step.type === 'fork') ways.push(...step.next);
      else if (holds(step.boundary, text, at)) ways.push(step.next);
    }
    return false;
  }
}

function holds(boundary: Boundary, text: string, at: number): boolean {
  if (boundary === 'start') return at === 0;
  if (boundary === 'end') return at === text.length;
  const before = at > 0 && isWord(text.charCodeAt(at - 1));
  const after = at < text.length && isWord(text.charCodeAt(at));
  return (before !== after) === (boundary === 'word');
}
