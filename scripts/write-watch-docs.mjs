// Writes what is generated from the tables in the program: the metrics in docs/metrics.md, the events in docs/logs.md.
// Run after a build: npm run build && node scripts/write-watch-docs.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { logTable, metricsTable } from '../dist/infrastructure/metrics/reference-tables.js';

for (const [name, table] of [
  ['metrics', metricsTable()],
  ['logs', logTable()],
]) {
  const page = new URL(`../docs/${name}.md`, import.meta.url);
  const between = new RegExp(`(?<=<!-- ${name} -->\n)[^]*(?=<!-- end of ${name} -->)`);
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace(between, () => `\n${table}\n\n`),
  );
}
