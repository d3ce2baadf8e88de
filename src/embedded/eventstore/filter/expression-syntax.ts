/** The pattern is not in the subset that can be matched in linear time; the text says what stands against it. */
export class UnsupportedExpression extends Error {
  override readonly name = 'UnsupportedExpression';
}

export type CodeUnitTest = (codeUnit: number) => boolean;
export type Boundary = 'start' | 'end' | 'word' | 'notWord';

/** A regular expression as a tree. */
export type Expression =
  | { readonly type: 'unit'; readonly test: CodeUnitTest }
  | { readonly type: 'boundary'; readonly boundary: Boundary }
  | { readonly type: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly type: 'choice'; readonly options: readonly Expression[] }
  | { readonly type: 'repeat'; readonly body: Expression; readonly min: number; readonly max: number };

const code = (text: string): number => text.charCodeAt(0);
const between = (unit: number, low: string, high: string): boolean => unit >= code(low) && unit <= code(high);
const isDigit: CodeUnitTest = (unit) => between(unit, '0', '9');
export const isWord: CodeUnitTest = (unit) =>
  between(unit, 'a', 'z') || between(unit, 'A', 'Z') || isDigit(unit) || unit === code('_');
const isSpace: CodeUnitTest = (unit) => /\s/.test(String.fromCharCode(unit));
const not =
  (test: CodeUnitTest): CodeUnitTest =>
  (unit) =>
    !test(unit);
const classes: Record<string, CodeUnitTest> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};
const controls: Record<string, number> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

/**
 * Parses literals, `.`, classes, groups, alternatives, repetitions and the boundaries `^ $ \b \B`.
 * @throws UnsupportedExpression for anything else, as back-references and look-around
 */
export function parseExpression(pattern: string): Expression {
  let at = 0;
  const choice = parseChoice();
  if (at < pattern.length) throw new UnsupportedExpression(`unmatched ')' at ${at}`);
  return choice;

  function parseChoice(): Expression {
    const options = [parseSequence()];
    while (pattern[at] === '|') {
      at++;
      options.push(parseSequence());
    }
    return options.length === 1 ? options[0]! : { type: 'choice', options };
  }

  function parseSequence(): Expression {
    const parts: Expression[] = [];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') parts.push(parseRepeat(parseAtom()));
    return { type: 'sequence', parts };
  }

  function parseRepeat(body: Expression): Expression {
    const bounds = parseBounds();
    if (bounds === undefined) return body;
    if (pattern[at] === '?') at++;
    if (parseBounds() !== undefined) throw new UnsupportedExpression(`nothing to repeat at ${at - 1}`);
    return { type: 'repeat', body, ...bounds };
  }

  function parseBounds(): { min: number; max: number } | undefined {
    const braces = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(pattern.slice(at));
    if (braces !== null) {
      at += braces[0].length;
      const min = Number(braces[1]);
      const max = braces[2] === undefined ? min : braces[3] === '' ? Infinity : Number(braces[3]);
      if (max < min) throw new UnsupportedExpression('the numbers of a repetition are out of order');
      return { min, max };
    }
    const sign = pattern[at];
    if (sign !== '*' && sign !== '+' && sign !== '?') return undefined;
    at++;
    return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity };
  }

  function parseAtom(): Expression {
    const sign = pattern[at++]!;
    if (sign === '(') return parseGroup();
    if (sign === '[') return { type: 'unit', test: parseClass() };
    if (sign === '.') return { type: 'unit', test: (unit) => unit !== 10 && unit !== 13 };
    if (sign === '^') return { type: 'boundary', boundary: 'start' };
    if (sign === '$') return { type: 'boundary', boundary: 'end' };
    if (sign === '*' || sign === '+' || sign === '?') throw new UnsupportedExpression(`nothing to repeat at ${at - 1}`);
    if (sign !== '\\') return literal(code(sign));
    if (pattern[at] === 'b' || pattern[at] === 'B')
      return { type: 'boundary', boundary: pattern[at++] === 'b' ? 'word' : 'notWord' };
    const escaped = parseEscape();
    return typeof escaped === 'number' ? literal(escaped) : { type: 'unit', test: escaped };
  }

  function parseGroup(): Expression {
    if (pattern[at] === '?') {
      if (pattern[at + 1] !== ':') throw new UnsupportedExpression('look-around, options and named groups');
      at += 2;
    }
    const body = parseChoice();
    if (pattern[at++] !== ')') throw new UnsupportedExpression('a group is not closed');
    return body;
  }

  function parseEscape(): number | CodeUnitTest {
    const sign = pattern[at++];
    if (sign === undefined) throw new UnsupportedExpression('a backslash at the end');
    const named = classes[sign];
    if (named !== undefined) return named;
    const control = controls[sign];
    if (control !== undefined) return control;
    const digits = sign === 'x' ? 2 : sign === 'u' ? 4 : 0;
    if (digits > 0) {
      const hex = pattern.slice(at, at + digits);
      if (!/^[0-9a-f]+$/i.test(hex) || hex.length < digits)
        throw new UnsupportedExpression(`\\${sign} without its digits`);
      at += digits;
      return parseInt(hex, 16);
    }
    if (isWord(code(sign))) throw new UnsupportedExpression(`\\${sign}`);
    return code(sign);
  }

  function parseClass(): CodeUnitTest {
    const negated = pattern[at] === '^';
    if (negated) at++;
    const tests: CodeUnitTest[] = [];
    while (pattern[at] !== ']') {
      const low = parseMember();
      const isRange = pattern[at] === '-' && at + 1 < pattern.length && pattern[at + 1] !== ']';
      if (!isRange || typeof low !== 'number') {
        tests.push(typeof low === 'number' ? (unit) => unit === low : low);
        continue;
      }
      at++;
      const high = parseMember();
      if (typeof high !== 'number' || high < low) throw new UnsupportedExpression('a class has a range out of order');
      tests.push((unit) => unit >= low && unit <= high);
    }
    at++;
    const inClass: CodeUnitTest = (unit) => tests.some((test) => test(unit));
    return negated ? not(inClass) : inClass;
  }

  function parseMember(): number | CodeUnitTest {
    const sign = pattern[at++];
    if (sign === undefined) throw new UnsupportedExpression('a class is not closed');
    if (sign !== '\\') return code(sign);
    if (pattern[at] !== 'b') return parseEscape();
    at++;
    return 8;
  }
}

function literal(unit: number): Expression {
  return { type: 'unit', test: (candidate) => candidate === unit };
}
