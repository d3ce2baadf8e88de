import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { clearInterval, setInterval } from 'node:timers';

// A session that claims one task, says what it was answered, and goes on as it is told:
//   node task-worker.mjs <url of the task> <agent> <ttlMs> complete|fail|work [unmarked]
// At work it renews until it is told to stop, and gives the task up then; it ends with 3 when it has lost its lock.
const [task, agent, ttl, what, unmarked] = process.argv.slice(2);
const ttlMs = Number(ttl);

async function post(path, body) {
  const response = await fetch(`${task}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

function mark() {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return { machine: `${boot}/${readlinkSync('/proc/self/ns/pid')}`, began };
}

const evidence = unmarked ? {} : { process: { host: hostname(), pid: process.pid, mark: mark() } };
const claimed = await post('claim', { agent, session: `${agent}-${process.pid}`, ttlMs, ...evidence });
const { token } = claimed.body;

let renewing;
async function end(verb, body = {}) {
  clearInterval(renewing);
  const { status } = await post(verb, { token, ...body });
  process.exit(status === 200 ? 0 : 1);
}

// Whoever reads the line may send the signal at once.
process.once('SIGTERM', () => void end('abandon', { detail: 'SIGTERM' }));
console.log(JSON.stringify(claimed));

if (what === 'complete') await end('complete');
try {
  if (what === 'fail') throw new Error('the build hangs');
} catch (error) {
  await end('fail', { errorType: 'error', details: error.message });
}
async function renew() {
  const { status } = await post('renew', { token });
  if (status !== 200) process.exit(3);
}
renewing = setInterval(() => void renew(), ttlMs / 4);
