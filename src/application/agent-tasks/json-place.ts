/** Where a text stops being JSON, counted from 1, and what is wrong there. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

class Stopped extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

/** @throws nothing: the value, or where the text stops being JSON */
export function readJson(text: string): { readonly value: unknown } | JsonFault {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return faultIn(text);
  }
}

/** The engine does not say where, or not always: so the text is walked until it goes wrong. */
function faultIn(text: string): JsonFault {
  try {
    const end = new Walk(text).value(0, 0);
    const rest = skipSpace(text, end);
    return placeOf(text, rest, rest < text.length ? `unexpected ${named(text, rest)}` : 'is not JSON');
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    return placeOf(text, error.at, error.message);
  }
}

const space = /[ \t\n\r]*/y;
const string = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const deepest = 500;

class Walk {
  constructor(private readonly text: string) {}

  /** The offset after the value that begins at `from`. */
  value(from: number, depth: number): number {
    const at = skipSpace(this.text, from);
    if (depth > deepest) throw new Stopped(at, 'too deeply nested');
    const first = this.text[at];
    if (first === '{') return this.#members(at + 1, '}', (place) => this.#member(place, depth));
    if (first === '[') return this.#members(at + 1, ']', (place) => this.value(place, depth + 1));
    return this.#token(first === '"' ? string : scalar, at, first === '"' ? 'a string that ends' : 'a value');
  }

  #member(from: number, depth: number): number {
    const key = this.#token(string, skipSpace(this.text, from), 'a name in double quotes');
    const colon = skipSpace(this.text, key);
    if (this.text[colon] !== ':') throw new Stopped(colon, `expected ':', found ${named(this.text, colon)}`);
    return this.value(colon + 1, depth + 1);
  }

  #members(from: number, close: string, one: (from: number) => number): number {
    let at = skipSpace(this.text, from);
    if (this.text[at] === close) return at + 1;
    for (;;) {
      at = skipSpace(this.text, one(at));
      if (this.text[at] === close) return at + 1;
      if (this.text[at] !== ',') throw new Stopped(at, `expected ',' or '${close}', found ${named(this.text, at)}`);
      at += 1;
    }
  }

  #token(form: RegExp, at: number, expected: string): number {
    const end = matchEnd(form, this.text, at);
    if (end === undefined) throw new Stopped(at, `expected ${expected}, found ${named(this.text, at)}`);
    return end;
  }
}

function matchEnd(form: RegExp, text: string, at: number): number | undefined {
  form.lastIndex = at;
  return form.test(text) ? form.lastIndex : undefined;
}

function skipSpace(text: string, at: number): number {
  return matchEnd(space, text, at) ?? at;
}

function named(text: string, at: number): string {
  const found = text[at];
  return found === undefined ? 'the end' : JSON.stringify(found);
}

function placeOf(text: string, at: number, message: string): JsonFault {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
}
