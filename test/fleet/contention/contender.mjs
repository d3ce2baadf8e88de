// Contends for leases until SIGTERM, and writes down what it believes: one JSON object a line.
//   node contender.mjs <api url> <fence url> <records> <began at, ms> <ttlMs> <ships, with commas> [mute|deaf]
// `mute`: its renewals never arrive. `deaf`: and it does not care that it lost the lease: the fault that the judge must find.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlreadyRunning, Holdfast, LeaseLost, Refusal, Unreachable } from '../../../clients/typescript/dist/index.js';

const [url, fence, records, beganAt, ttl, ships, fault] = process.argv.slice(2);
const ttlMs = Number(ttl);
const run = `node-${process.pid}`;
const isDeaf = fault === 'deaf';
const holdfast = new Holdfast({ url, tryMs: 1_000, patienceMs: 15_000, ...(fault && { fetch: withoutRenewals }) });
const one = (choices) => choices[Math.floor(Math.random() * choices.length)];
const epoch = () => performance.timeOrigin + performance.now();
let isStopping = false;
let asked = 0;
process.once('SIGTERM', () => (isStopping = true));

const note = (what, resource, holder, more = {}) =>
  appendFileSync(records, `${JSON.stringify({ atMs: epoch(), run, what, resource, holder, ...more })}\n`);

const post = (address, body) =>
  fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

function withoutRenewals(address, init) {
  return String(address).endsWith('/renew') ? Promise.reject(new TypeError('lost on the way')) : fetch(address, init);
}

/** Writes to the fenced resource for a while, as long as it believes that it may. */
function section(resource, holder) {
  return async (lease) => {
    const { token, signal } = lease;
    note('began', resource, holder, { token });
    let how = 'finished';
    const steps = fault ? 40 : 1 + Math.floor(Math.random() * 5);
    for (let step = 0; step < steps && how === 'finished'; step += 1) {
      if (!isDeaf && !lease.isHeld) how = 'lost';
      else if ((await post(fence, { resource, token, run })).status === 409 && !isDeaf) how = 'fenced';
      else await sleep(100, undefined, { signal: isDeaf ? undefined : signal }).catch(() => (how = 'lost'));
    }
    if (how === 'finished' && Math.random() < 0.1) how = 'failed';
    note('ended', resource, holder, { token, how });
    if (how === 'failed') throw new Error('failed as chance would have it');
    if (how !== 'finished') throw signal.reason ?? new Error(how);
    return { by: run, token };
  };
}

async function contend() {
  const holder = `${run}-${(asked += 1)}`;
  const [flowRound, taskRound] = [2_500, 1_500].map((ms) => Math.floor((Date.now() - Number(beganAt)) / ms));
  const kind = one(['phase', 'phase', 'phase', 'task', 'task', 'lock', 'lock', 'ship']);
  const options = { holder, ttlMs };
  if (kind === 'phase') {
    const [flow, phase] = [`flow-${flowRound}`, one(['one', 'two', 'three'])];
    await post(`${url}/api/v1/flows`, { id: flow, phases: ['one', 'two', 'three'] });
    const resource = `phase-${flow}.${phase}`;
    note('asks', resource, holder);
    return holdfast.executeWithLease(flow, phase, section(resource, holder), options);
  }
  if (kind === 'task') {
    const task = `task-${taskRound}`;
    await post(`${url}/api/v1/queues/contended/tasks`, { id: task, title: task });
    const resource = `tasklock-contended.${task}`;
    note('asks', resource, holder);
    return holdfast.withTask('contended', task, section(resource, holder), { agent: 'node', ...options });
  }
  const name = kind === 'lock' ? one(['door', 'gate']) : one(ships.split(','));
  const resource = kind === 'lock' ? `tasklock-contended.${name}` : `ship-1.${name}`;
  note('asks', resource, holder);
  if (kind === 'ship') return holdfast.withShip(1, name, section(resource, holder), options);
  return holdfast.withLock('tasks', 'contended', name, section(resource, holder), options);
}

while (!isStopping) {
  const outcome = await contend().catch((error) => {
    const isForeseen = [LeaseLost, Refusal, Unreachable, TypeError].some((kind) => error instanceof kind);
    if (!isForeseen && !/fenced|chance/.test(error.message)) throw error;
    return error;
  });
  if (outcome instanceof AlreadyRunning || outcome instanceof Error) await sleep(60);
}
