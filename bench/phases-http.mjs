// Phases of flows over HTTP: tries that are refused, by turns with refused claims of a peer; phases from claim to end; and what a
// server remembers of 1,000 held ones.
//   node bench/phases-http.mjs [--quick]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { flow } from '../dist/domain/flow/flow.js';
import { lease } from '../dist/domain/lease/lease.js';
import { scratchDirectory, startHoldfast } from './support/holdfast-process.mjs';
import { alternating, connect, load } from './support/load.mjs';

const quick = process.argv.includes('--quick');
const counts = quick ? { warmUp: 1, blocks: 3, phases: 100 } : { warmUp: 10, blocks: 20, phases: 1_000 };
const blockLength = 200;
const held = 1_000;

const scratch = scratchDirectory();
const server = await startHoldfast(scratch.path, { HOLDFAST_GAME: 'false' });
const client = connect(server.url);
const theirs = scratchDirectory();
const peer = fork(fileURLToPath(new URL('peers/postgres-row.mjs', import.meta.url)), [theirs.path]);
const peerIsGone = once(peer, 'exit');
const [{ url }] = await once(peer, 'message');
const peerClient = connect(url);
try {
  await declare('refused');
  await resume('refused', 'somebody');
  await claimOfPeer('somebody');
  const turns = {
    refusedTries: async () => expect((await resume('refused', 'another')).status, 'already_running'),
    peerRefused: async () => expect((await claimOfPeer('another')).status, 409),
  };
  await alternating({ blocks: counts.warmUp, rounds: blockLength, turns });
  const refused = await alternating({ blocks: counts.blocks, rounds: blockLength, turns });
  const claimToEnd = await load({ clients: 1, rounds: counts.phases, turn: (_, round) => wholePhase(`run-${round}`) });

  for (let index = 0; index < held; index++) await declare(`held-${index}`);
  await load({ clients: 8, rounds: held / 8, turn: (each, round) => resume(`held-${round * 8 + each}`, 'holder') });
  const heldLocksMb = await rememberedMb('phase-held-', lease);
  const theirFlowsMb = await rememberedMb('flow-held-', flow);
  console.log(JSON.stringify({ ...refused, claimToEnd, heldLocks: held, heldLocksMb, theirFlowsMb }, null, 2));
} finally {
  peerClient.close();
  peer.disconnect();
  client.close();
  await server.stop();
  scratch.remove();
  await peerIsGone;
  theirs.remove();
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

function claimOfPeer(holder) {
  return peerClient.post('/players/1/ships/HELD-1/lease', { holder });
}

function expect(status, expected) {
  if (status !== expected) throw new Error(`expected ${expected}, got ${status}`);
}

/** The folded streams of one kind, alone on a collected heap: in the server they lie among everything else. */
async function rememberedMb(prefix, { initial, evolve }) {
  const texts = [];
  for (let after = '0'; after !== null;) {
    const page = await client.send('GET', `/api/v1/events?limit=1000&streams=${prefix}&after=${after}`);
    const { events, next } = JSON.parse(page.text);
    for (const { stream, type, data } of events) texts.push(JSON.stringify({ stream, event: { type, ...data } }));
    after = next;
  }
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const remembered = new Map();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (const text of texts) {
    const { stream, event } = JSON.parse(text);
    remembered.set(stream, evolve(remembered.get(stream) ?? initial, event));
  }
  collect();
  if (remembered.size !== held) throw new Error(`expected ${held} streams, got ${remembered.size}`);
  return Math.round((process.memoryUsage().heapUsed - before) / 10_000) / 100;
}
