import { readFileSync } from 'node:fs';
import { configurationTable, envExample } from '../../../src/infrastructure/config/configuration-docs.js';

const written = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const cure = 'npm run build && node scripts/write-config-docs.mjs';

describe('the configuration reference', () => {
  it(`in docs/configuration.md is current (if not: ${cure})`, () => {
    expect(written('docs/configuration.md')).toContain(`\n\n${configurationTable()}\n\n`);
  });

  it(`in .env.example is current (if not: ${cure})`, () => {
    expect(written('.env.example')).toBe(envExample());
  });

  it('has one row for each variable', () => {
    const names = [...configurationTable().matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(names).toContain('HOLDFAST_SHIP_TTL_MS');
    expect(new Set(names).size).toBe(names.length);
  });
});
