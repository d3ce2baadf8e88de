// A small closed-loop load generator: so many clients, each sends its next request when the last one is answered.
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

export function connect(url) {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const send = (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const call = request({ hostname, port, path, method, agent, headers }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
      });
      call.on('error', reject);
      call.end(text);
    });
  return {
    send,
    post: (path, body) => send('POST', path, body),
    close: () => agent.destroy(),
  };
}

/** Runs `turn(client, round)` until every client has done its share; gives durations in milliseconds and the rate. */
export async function load({ clients, rounds, turn }) {
  const durations = [];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let round = 0; round < rounds; round++) {
        const from = performance.now();
        await turn(client, round);
        durations.push(performance.now() - from);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return summary(durations, seconds);
}

/** One client that goes from one of `turns` to the next in short blocks, so that a host that is slow by turns is so for all. */
export async function alternating({ blocks, rounds, turns }) {
  const durations = Object.fromEntries(Object.keys(turns).map((name) => [name, []]));
  for (let block = 0; block < blocks; block++) {
    for (const [name, turn] of Object.entries(turns)) {
      for (let round = 0; round < rounds; round++) {
        const from = performance.now();
        await turn();
        durations[name].push(performance.now() - from);
      }
    }
  }
  const secondsOf = (each) => each.reduce((sum, ms) => sum + ms, 0) / 1000;
  return Object.fromEntries(Object.entries(durations).map(([name, each]) => [name, summary(each, secondsOf(each))]));
}

export function summary(durations, seconds) {
  const sorted = durations.toSorted((one, other) => one - other);
  const at = (share) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  return { count: sorted.length, perSecond: Math.round(sorted.length / seconds), p50Ms: at(0.5), p99Ms: at(0.99) };
}

function rounded(ms) {
  return Math.round(ms * 100) / 100;
}
