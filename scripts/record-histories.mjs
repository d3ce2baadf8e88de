// Runs the product through named stories and keeps what it wrote as test/replay/histories/{name}.jsonl.
// By hand, after a build; what is kept once is replayed for ever: npm run build && node scripts/record-histories.mjs [name…]
import { existsSync, writeFileSync } from 'node:fs';
import { chapters } from '../test/replay/runs/chapters.mjs';
import { flows } from '../test/replay/runs/flows.mjs';
import { halfMade } from '../test/replay/runs/half-made.mjs';
import { incident } from '../test/replay/runs/incident.mjs';
import { locks } from '../test/replay/runs/locks.mjs';
import { operator } from '../test/replay/runs/operator.mjs';
import { silentWorker } from '../test/replay/runs/silent-worker.mjs';

const runs = { incident, 'silent-worker': silentWorker, operator, 'half-made': halfMade, chapters, locks, flows };
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(runs, name));
if (unknown.length > 0) {
  console.error(`There is no run ${unknown.join(', ')}; there are ${Object.keys(runs).join(', ')}.`);
  process.exit(2);
}

const mostBytes = 400_000;
for (const name of asked.length > 0 ? asked : Object.keys(runs)) {
  const file = new URL(`../test/replay/histories/${name}.jsonl`, import.meta.url);
  if (existsSync(file) && asked.length === 0) {
    console.log(`${name}: is kept already; name it to record it anew.`);
    continue;
  }
  const history = await runs[name]();
  if (history.length > mostBytes) throw new Error(`${name}: ${history.length} bytes is more than ${mostBytes}`);
  writeFileSync(file, history);
  console.log(`${name}: ${history.split('\n').length - 1} events, ${history.length} bytes.`);
}
