import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logEvents } from '../../../src/application/ports/log.js';
import { logTable } from '../../../src/infrastructure/metrics/reference-tables.js';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('ports/log.ts'))
  .map((path) => readFileSync(join('src', path), 'utf8'))
  .join('\n');

describe('the inventory of what is logged', () => {
  it('is in docs/logs.md as the program has it (if not: npm run build && node scripts/write-watch-docs.mjs)', () => {
    expect(readFileSync('docs/logs.md', 'utf8')).toContain(`\n\n${logTable()}\n\n`);
  });

  it('has no event that nobody says', () => {
    // Two loops are told apart by a name that is put together.
    const composed = ['monitor_failed', 'sweep_failed'];
    const silent = Object.keys(logEvents).filter((name) => !composed.includes(name) && !sources.includes(`'${name}'`));
    expect(silent).toEqual([]);
    expect(sources).toContain('event: `${what}_failed`');
  });
});
