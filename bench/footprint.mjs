// What the whole product needs with a long log behind it: memory with 1,000 live containers, and the time to be ready
// after kill -9. Prints one JSON object.
//   node bench/footprint.mjs [events, default 1000000] [containers, default 1000]
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEventStore } from '../dist/infrastructure/eventstore/connect.js';
import { scratchDirectory, startHoldfast } from './support/holdfast-process.mjs';
import { connect, load } from './support/load.mjs';
import { appendPast } from './support/long-past.mjs';

const [events = 1_000_000, containers = 1_000] = process.argv.slice(2).map(Number);
const ships = 100;
// The simulated universe is no part of what runs against the real game.
const withoutGame = { HOLDFAST_GAME: 'false' };
const scratch = scratchDirectory();
let server = await startHoldfast(scratch.path, withoutGame);
try {
  const store = connectEventStore(server.eventStoreUrl);
  for (let ship = 1; ship <= ships; ship++) await appendPast(store, `PAST-${ship}`, events / ships);
  const client = connect(server.url);
  const start = (index) => client.post('/api/v1/containers', { player: 1, ships: [`LIVE-${index}`], iterations: -1 });
  await load({ clients: 16, rounds: Math.ceil(containers / 16), turn: (each, round) => start(round * 16 + each) });
  client.close();
  await projectionsLevel();
  const memoryBeforeKill = server.memoryMb();
  await server.stop('SIGKILL');
  server = await startHoldfast(scratch.path, withoutGame);
  const { readyMs } = server;
  await projectionsLevel();
  const stillThere = await liveContainers();
  await sleep(5_000);
  console.log(
    JSON.stringify(
      {
        events,
        containers,
        memoryMbAfterLoading: memoryBeforeKill,
        readyMsAfterKill9: readyMs,
        memoryMb: server.memoryMb(),
        stillThere,
      },
      null,
      2,
    ),
  );
} finally {
  await server.stop();
  scratch.remove();
}

async function projectionsLevel() {
  for (;;) {
    const { projections } = await (await fetch(`${server.url}/api/v1/projections`)).json();
    if (projections.every(({ lagEvents }) => lagEvents === 0)) return;
    await sleep(500);
  }
}

async function liveContainers() {
  let count = 0;
  let cursor = '';
  do {
    const page = await (await fetch(`${server.url}/api/v1/containers?limit=200${cursor}`)).json();
    count += page.containers.length;
    cursor = page.next ? `&cursor=${page.next}` : '';
  } while (cursor !== '');
  return count;
}
