// Runs every bench, one after the other, and prints what each printed. On a machine that does nothing else:
//   npm run bench [-- custody-http store-grpc …]
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const benches = {
  'store-log': [],
  'store-grpc': [],
  'custody-http': [],
  'phases-http': [],
  projections: ['1000000'],
  tours: [],
  footprint: [],
};
const chosen = process.argv.slice(2);
console.log(
  `${new Date().toISOString()}  Node ${process.version}  ${cpus().length} × ${cpus()[0]?.model}  ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB  Linux ${release()}`,
);
let failed = 0;
for (const name of chosen.length > 0 ? chosen : Object.keys(benches)) {
  console.log(`\n── ${name}`);
  const script = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const { status } = spawnSync(process.execPath, [script, ...(benches[name] ?? [])], { stdio: 'inherit' });
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
