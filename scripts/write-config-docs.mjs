// Writes what is generated from the configuration schema: the table in docs/configuration.md, and .env.example.
// Run after a build: npm run build && node scripts/write-config-docs.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { configurationTable, envExample } from '../dist/infrastructure/config/configuration-docs.js';

const page = new URL('../docs/configuration.md', import.meta.url);
const table = /(?<=<!-- settings -->\n)[^]*(?=<!-- end of settings -->)/;
writeFileSync(
  page,
  readFileSync(page, 'utf8').replace(table, () => `\n${configurationTable()}\n\n`),
);
writeFileSync(new URL('../.env.example', import.meta.url), envExample());
