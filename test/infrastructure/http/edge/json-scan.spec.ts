import fc from 'fast-check';
import { defaultBodyLimits } from '../../../../src/infrastructure/http/edge/edge-options.js';
import { parseJsonBody } from '../../../../src/infrastructure/http/edge/json-body.js';
import { ProblemError } from '../../../../src/infrastructure/http/edge/problem.js';

const limits = defaultBodyLimits.plain;
const parse = (text: string) => parseJsonBody(Buffer.from(text), limits);
const refusalOf = (text: string): ProblemError => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
};

describe('the strict JSON reader', () => {
  it.each([
    '{}',
    '[]',
    ' [ ] ',
    'null',
    '"a"',
    '0',
    '-1',
    '1e2',
    '0.1',
    '0e10',
    '0.0',
    '-5e-1',
    '9007199254740991',
    '-9007199254740991',
    '5e-324',
    '{"a":{"b":1},"b":{"b":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"b","b":"a"}',
    '{"":{"":{}}}',
    '"\\ud83d\\ude00"',
    '"😀"',
    '"\\\\u0000"',
    '{"a":"__proto__"}',
    '{"__proto":1,"constructors":1}',
    '["a,b","{","]","\\"","\\\\"]',
    '[[1,2],[3,4]]',
  ])('takes %s as it is', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['{"a":"\\"","__proto__":1}', 'forbidden-key'],
    ['{"a":"\\\\","a":1}', 'duplicate-key'],
    ['["\\"",-0]', 'number-range'],
    ['{"\\"":1,"\\u0022":2}', 'duplicate-key'],
  ])('is not led astray by escapes: %s', (text, code) => {
    expect(refusalOf(text).about.code).toBe(code);
  });

  it('takes what is exactly at the limits', () => {
    const zeros = (n: number) => `[${Array.from({ length: n }, () => 0).join()}]`;
    const keys = (n: number) => `{${Array.from({ length: n }, (_, i) => `"k${i}":[]`).join()}}`;
    expect(parse('['.repeat(20) + ']'.repeat(20))).toBeDefined();
    expect(parse(zeros(1000))).toHaveLength(1000);
    expect(Object.keys(parse(keys(1000)) as object)).toHaveLength(1000);
    expect(refusalOf(`[${Array.from({ length: 501 }, () => '{"a":1,"b":2}').join()}]`).about.code).toBe('too-complex');
  });

  it.each([
    ['{"a":[0,{"b/c":-0}]}', '/a/1/b~1c'],
    ['{"a":1,"b":"\\u0000"}', '/b'],
    ['[[],[1],{"x":1,"x":2}]', '/2/x'],
    ['{"a":{"__proto__":1}}', '/a/__proto__'],
    ['1e400', ''],
  ])('points at the fault in %s', (text, pointer) => {
    expect(refusalOf(text).about.errors).toEqual([expect.objectContaining({ in: 'body', pointer })]);
  });

  it('shows no more than 64 visible characters of a key', () => {
    const pointer = refusalOf(`{"${'k\u202e'.repeat(1000)}":-0}`).about.errors?.[0]?.pointer ?? '';
    expect(pointer.length).toBeLessThan(400);
    expect(pointer).not.toContain('\u202e');
  });

  it('never gives a value other than the one JSON.parse gives, and takes every storable document', () => {
    const key = fc.string({ unit: 'binary' }).filter((k) => !/\0|^(__proto__|constructor|prototype)$/.test(k));
    const document = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
    fc.assert(
      fc.property(fc.dictionary(key, document), (value) => {
        const text = JSON.stringify(value);
        let taken: unknown;
        try {
          taken = parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
          expect(text).toMatch(/\\u0000|__proto__|constructor|prototype|-0|\d{16}|e[+-]\d/);
          return;
        }
        expect(taken).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('takes exactly the texts that JSON.parse takes, but for those it refuses by a rule of its own', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '"',
      '\\',
      '1',
      '-',
      '0',
      'e',
      '.',
      'true',
      ' ',
      '\\u00',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        if (text === '') return;
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        let code = 'taken';
        try {
          parse(text);
        } catch (error) {
          code = (error as ProblemError).about.code;
        }
        expect({ text, taken: code === 'taken' && !valid }).toEqual({ text, taken: false });
        if (valid) expect(['taken', 'duplicate-key', 'number-range']).toContain(code);
      }),
      { numRuns: 5_000 },
    );
  });

  it('reads a bulk import of 10 MiB, and stops at the first item too many', () => {
    const row = '{"symbol":"X1-TS98-A1","x":-12,"y":3.5,"traits":["MARKETPLACE","SHIPYARD"]}';
    const rows = Math.floor((10 * 1_048_576) / (row.length + 1)) - 1;
    const bytes = Buffer.from(`[${Array.from({ length: rows }, () => row).join()}]`);
    const roomy = { ...defaultBodyLimits.bulk, items: 1_000_000 };
    expect(parseJsonBody(bytes, roomy)).toHaveLength(rows);
    expect(() => parseJsonBody(bytes, { ...roomy, items: rows - 1 })).toThrow(ProblemError);
  });
});
