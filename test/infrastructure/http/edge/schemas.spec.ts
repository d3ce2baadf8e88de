import { z } from 'zod';
import * as schemas from '../../../../src/infrastructure/http/edge/schemas.js';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe('the shared schemas', () => {
  it.each([
    ['playerIdText', '1', 1],
    ['playerIdText', '9007199254740991', 9_007_199_254_740_991],
    ['playerId', 7, 7],
    ['symbol', 'X1-TS98_A', 'X1-TS98_A'],
    ['symbol', 'A'.repeat(64), 'A'.repeat(64)],
    ['containerId', 'scout-tour-COOPER-2-85834fb5', 'scout-tour-COOPER-2-85834fb5'],
    ['containerId', 'a'.repeat(128), 'a'.repeat(128)],
    ['reason', ' by hand 🚀 ', ' by hand 🚀 '],
    ['limit', '200', 200],
    ['limit', undefined, 50],
    ['cursor', 'eyJwIjoxfQ', 'eyJwIjoxfQ'],
    ['position', '18446744073709551615', 18_446_744_073_709_551_615n],
    ['position', '0', 0n],
    ['timestamp', '2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00.000Z'],
  ] as const)('%s takes %j', (name, value, expected) => {
    expect(schemas[name].parse(value)).toBe(expected);
  });

  it.each([
    ['playerIdText', ['0', '+1', '-1', '01', '1.0', ' 1', '1 ', '1e3', '', '9007199254740992', 1]],
    ['playerId', [0, -1, 1.5, '1', Number.NaN, 9_007_199_254_740_992]],
    ['symbol', ['', 'a', '-A', '_A', 'A B', 'A'.repeat(65), 'A\n', 'Ä', 1]],
    ['containerId', ['', '.a', '-a', '..', 'a/b', 'a'.repeat(129), 'a\n', '$a', null]],
    ['reason', ['', ' ', '\n\t', 'x'.repeat(257), 'a\0', '\ud800', 1]],
    ['limit', ['0', '201', '-1', '050', '1.5', '', 50]],
    ['cursor', ['', 'a b', 'a=', 'x'.repeat(513)]],
    ['position', ['-1', '18446744073709551616', '01', '0x1', '', 1]],
    ['timestamp', ['2026-01-31', '2026-13-01T00:00:00Z', '2026-01-31T12:00:00+01:00', 'now']],
  ] as const)('%s refuses %j', (name, refused) => {
    expect(refused.filter((value) => takes(schemas[name], value))).toEqual([]);
  });

  it('can be written as JSON Schema, as the API reference needs them', () => {
    const written = z.toJSONSchema(z.strictObject({ ...schemas.page, ship: schemas.symbol }), { io: 'input' });
    expect(written.properties?.['ship']).toMatchObject({ type: 'string', pattern: '^[A-Z0-9][A-Z0-9_-]{0,63}$' });
    expect(written.required).toEqual(['ship']);
  });
});
