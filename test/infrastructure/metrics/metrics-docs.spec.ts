import { readFileSync } from 'node:fs';
import { StoreMetrics } from '../../../src/embedded/eventstore/metrics/store-metrics.js';
import { definitions } from '../../../src/infrastructure/metrics/definitions.js';
import { metricsTable } from '../../../src/infrastructure/metrics/reference-tables.js';

const page = readFileSync('docs/metrics.md', 'utf8');

/** Of these names only the first ones that a process meets are told apart. */
const bounded: Readonly<Record<string, readonly string[]>> = { phase_lock_duration_seconds: ['phase'] };

describe('the metrics', () => {
  it('are in docs/metrics.md as the program has them (if not: npm run build && node scripts/write-watch-docs.mjs)', () => {
    expect(page).toContain(`\n\n${metricsTable()}\n\n`);
  });

  it('of the event store are there, too, with type and meaning', async () => {
    const text = await new StoreMetrics(undefined).text(1);
    const told = [...text.matchAll(/^# HELP (\w+) (.+)\n# TYPE \w+ (\w+)$/gm)];
    const rows = told.map(([, name, help, type]) => `| \`${name}\` | ${type} | ${help} |`);
    expect(rows).toHaveLength(7);
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });

  it('have names as Prometheus wants them, and no label that names a ship, a container, a token or a path, nor a phase without a bound', () => {
    const all = Object.values(definitions) as { name: string; kind: string; help: string; labels: object }[];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, kind, help, labels } of all) {
      expect(name).toMatch(/^(fleet|spacetraders_daemon|phase_lock|process|nodejs)_[a-z_]+$/);
      if (kind === 'counter') expect(name).toMatch(/_total$/);
      expect(help).not.toMatch(/\.$/);
      const naming = Object.keys(labels).filter((label) => /ship|container_id|token|path|symbol|phase/.test(label));
      expect({ name, naming }).toEqual({ name, naming: bounded[name] ?? [] });
    }
  });
});
