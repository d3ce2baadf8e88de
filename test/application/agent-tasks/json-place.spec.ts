import fc from 'fast-check';
import { readJson } from '../../../src/application/agent-tasks/json-place.js';

describe('a text that is to be JSON', () => {
  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, `expected ',' or '}', found "\\""`],
    ['[1, 2', 1, 6, `expected ',' or ']', found the end`],
    ['{"a": tru}', 1, 7, 'expected a value, found "t"'],
    ['{"a": 1,}', 1, 9, 'expected a name in double quotes, found "}"'],
    ['{"a" 1}', 1, 6, `expected ':', found "1"`],
    ['["a\nb"]', 1, 2, 'expected a string that ends, found "\\""'],
    ['{}\n\n{}', 3, 1, 'unexpected "{"'],
    ['', 1, 1, 'expected a value, found the end'],
  ])('[A362] is refused where it goes wrong: %j', (text, line, column, message) => {
    expect(readJson(text)).toEqual({ line, column, message });
  });

  it('is read if it is one, and otherwise goes wrong somewhere within', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.constantFrom('', '{', '"', ',', '\n', '\\'),
        (text, at, put) => {
          expect(readJson(text)).toEqual({ value: JSON.parse(text) as unknown });
          const index = at % (text.length + 1);
          const damaged = text.slice(0, index) + put + text.slice(index + 1);
          const read = readJson(damaged);
          if ('value' in read) return;
          const lines = damaged.split('\n');
          expect(read.message).not.toBe('is not JSON');
          expect(read.line).toBeLessThanOrEqual(lines.length);
          expect(read.column).toBeLessThanOrEqual((lines[read.line - 1]?.length ?? 0) + 1);
        },
      ),
      { numRuns: 500 },
    );
  });
});
