// Writes docs/cli.md, which is made from the command tree.
// Run after a build: npm run build && node scripts/write-cli-docs.mjs
import { writeFileSync } from 'node:fs';
import { documentation } from '../dist/infrastructure/cli/documentation.js';
import { programFor } from '../dist/infrastructure/cli/program.js';

const { stdin, stdout, stderr } = process;
const program = await programFor({ env: {}, stdin, stdout, stderr, version: '' });
writeFileSync(new URL('../docs/cli.md', import.meta.url), documentation(program));
