// Custody over HTTP, and its peer, in one run: acquire and release, refused claims, a ship with a long past.
//   node bench/custody-http.mjs [--quick]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connectEventStore } from '../dist/infrastructure/eventstore/connect.js';
import { appendPast } from './support/long-past.mjs';
import { freshCounts } from './support/rounds.mjs';
import { scratchDirectory, startHoldfast } from './support/holdfast-process.mjs';
import { connect, load } from './support/load.mjs';

const counts = freshCounts(process.argv.includes('--quick'));
const results = {};

const ours = scratchDirectory();
// Without a game: it is custody that is measured, and not ships that fly beside it.
const server = await startHoldfast(ours.path, { HOLDFAST_GAME: 'false' });
try {
  const store = connectEventStore(server.eventStoreUrl);
  await appendPast(store, 'LONG-PAST-1', counts.pastEvents);
  results.holdfast = {
    ...(await measure(server.url, '/api/v1', { holder: 'bench' })),
    decisionOnFreshShip: await pairsOn(server.url, 'NO-PAST-1'),
    [`decisionAfter${counts.pastEvents}Events`]: await pairsOn(server.url, 'LONG-PAST-1'),
    memoryMb: server.memoryMb(),
  };
} finally {
  await server.stop();
  ours.remove();
}

const theirs = scratchDirectory();
const peer = fork(fileURLToPath(new URL('peers/postgres-row.mjs', import.meta.url)), [theirs.path]);
try {
  const [{ url }] = await once(peer, 'message');
  results.postgresRow = await measure(url, '', { holder: 'bench' });
} finally {
  peer.disconnect();
  await once(peer, 'exit');
  theirs.remove();
}
console.log(JSON.stringify(results, null, 2));

async function measure(url, prefix, acquire) {
  const client = connect(url);
  const lease = (ship) => `${prefix}/players/1/ships/${ship}/lease`;
  const pair = (ship) => async () => {
    const granted = await client.post(lease(ship), acquire);
    if (granted.status >= 300) throw new Error(granted.text);
    const { token } = JSON.parse(granted.text);
    const freed = await client.post(`${lease(ship)}/release`, { token });
    if (freed.status >= 300) throw new Error(freed.text);
  };
  await load({ clients: 1, rounds: counts.warmUp, turn: pair('WARM-1') });
  await load({ clients: 64, rounds: Math.ceil(counts.warmUp / 64), turn: (each) => pair(`WARM-${each}`)() });
  const oneClient = await load({ clients: 1, rounds: counts.pairs, turn: pair('SHIP-1') });
  const manyClients = await load({
    clients: 64,
    rounds: Math.ceil(counts.manyPairs / 64),
    turn: (each) => pair(`SHIP-${each}`)(),
  });
  await client.post(lease('HELD-1'), { holder: 'somebody' });
  const refused = await load({
    clients: 1,
    rounds: counts.refusals,
    turn: async () => {
      const { status } = await client.post(lease('HELD-1'), acquire);
      if (status !== 409) throw new Error(`expected a refusal, got ${status}`);
    },
  });
  client.close();
  return { pairsWith1Client: oneClient, pairsWith64Clients: manyClients, refusedClaims: refused };
}

async function pairsOn(url, ship) {
  const client = connect(url);
  const path = `/api/v1/players/1/ships/${ship}/lease`;
  const turn = async () => {
    const { token } = JSON.parse((await client.post(path, { holder: 'bench' })).text);
    await client.post(`${path}/release`, { token });
  };
  const measured = await load({ clients: 1, rounds: counts.pairs, turn });
  client.close();
  return measured;
}
