// Phases of flows over HTTP: tries that are refused, phases from claim to end, and what 1,000 held ones cost in memory.
//   node bench/phases-http.mjs [--quick]
import { setTimeout as sleep } from 'node:timers/promises';
import { scratchDirectory, startHoldfast } from './support/holdfast-process.mjs';
import { connect, load } from './support/load.mjs';

const quick = process.argv.includes('--quick');
const counts = quick ? { warmUp: 100, tries: 300, phases: 100 } : { warmUp: 500, tries: 3_000, phases: 1_000 };
const held = 1_000;

const scratch = scratchDirectory();
const server = await startHoldfast(scratch.path, { HOLDFAST_GAME: 'false' });
const client = connect(server.url);
try {
  await declare('refused');
  await resume('refused', 'somebody');
  const refused = (rounds) =>
    load({ clients: 1, rounds, turn: async () => expectStatus(await resume('refused', 'another'), 'already_running') });
  await refused(counts.warmUp);
  const refusedTries = await refused(counts.tries);
  const claimToEnd = await load({ clients: 1, rounds: counts.phases, turn: (_, round) => wholePhase(`run-${round}`) });

  for (let index = 0; index < held; index++) await declare(`held-${index}`);
  const before = await heapBytes();
  await load({ clients: 8, rounds: held / 8, turn: (each, round) => resume(`held-${round * 8 + each}`, 'holder') });
  const after = await heapBytes();
  const heldLocksMb = Math.round((after - before) / 10_000) / 100;
  console.log(JSON.stringify({ refusedTries, claimToEnd, heldLocks: held, heldLocksMb }, null, 2));
} finally {
  client.close();
  await server.stop();
  scratch.remove();
}

async function declare(id) {
  const { status, text } = await client.post('/api/v1/flows', { id, phases: ['one', 'two'] });
  if (status !== 201) throw new Error(text);
}

async function resume(id, holder) {
  const { status, text } = await client.post(`/api/v1/flows/${id}/resume`, { expectedPhase: 'one', holder });
  if (status !== 200) throw new Error(text);
  return JSON.parse(text);
}

async function wholePhase(id) {
  await declare(id);
  const { token } = await resume(id, 'holder');
  const { status, text } = await client.post(`/api/v1/flows/${id}/phases/one/complete`, { token, result: 1 });
  if (status !== 200) throw new Error(text);
}

function expectStatus({ status }, expected) {
  if (status !== expected) throw new Error(`expected ${expected}, got ${status}`);
}

/** The least of some looks: the heap between two collections is no measure. */
async function heapBytes() {
  let least = Infinity;
  for (let look = 0; look < 20; look++) {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    least = Math.min(least, Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1]));
    await sleep(250);
  }
  return least;
}
