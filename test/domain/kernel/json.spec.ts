import fc from 'fast-check';
import { copyOf, sameJson, type Json } from '../../../src/domain/kernel/json.js';
import { frozen } from '../laws.js';

const json = fc.jsonValue() as fc.Arbitrary<Json>;

describe('a copy of JSON', () => {
  it('is the same value and shares nothing with the original', () => {
    fc.assert(
      fc.property(json, (value) => {
        const copy = copyOf(frozen(value));
        expect(copy).toStrictEqual(value);
        if (typeof copy === 'object' && copy !== null) expect(copy).not.toBe(value);
      }),
    );
  });

  it('is deep', () => {
    const value = { params: { markets: ['A1', { b: 2 }] } };
    const copy = copyOf(value);
    value.params.markets.push('C3');
    Object.assign(value.params.markets[1]!, { b: 3 });
    expect(copy).toEqual({ params: { markets: ['A1', { b: 2 }] } });
  });

  it('keeps a field called __proto__ a field', () => {
    const copy = copyOf(JSON.parse('{"__proto__": {"admin": true}}') as { readonly admin?: boolean });
    expect(Object.keys(copy)).toEqual(['__proto__']);
    expect(copy.admin).toBeUndefined();
  });
});

describe('two values', () => {
  it('are the same JSON exactly when their canonical texts are', () => {
    const text = (value: Json): string =>
      JSON.stringify(value, (_key, each: unknown) =>
        typeof each === 'object' && each !== null && !Array.isArray(each)
          ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
          : each,
      );
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(sameJson(one, copyOf(one))).toBe(true);
        expect(sameJson(one, other)).toBe(text(one) === text(other));
      }),
    );
  });

  it.each<[Json | undefined, Json | undefined, boolean]>([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1 }, { b: 1 }, false],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [[1], { 0: 1 }, false],
    [{ 0: 1 }, [1], false],
    [null, {}, false],
    [{}, null, false],
    ['1', 1, false],
    [undefined, null, false],
  ])('%j and %j: %p', (one, other, same) => {
    expect(sameJson(one, other)).toBe(same);
  });
});
