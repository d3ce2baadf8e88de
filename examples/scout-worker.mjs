// An external worker in about a hundred lines: flies a scout tour for one ship and survives everything but losing its lease.
import { randomUUID } from 'node:crypto';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const usage = `node examples/scout-worker.mjs --ship COOPER-2 --player 2 --system X1-HF01 --markets X1-HF01-A1,X1-HF01-B6
Also: --url (or HOLDFAST_URL), --iterations (-1: for ever), --leg-ms, --fail-after N visits, --container ID (go on with one that exists).`;
const beginsWith = ['player', 'system'];
const needed = ['ship', ...beginsWith, 'markets'];
const names = [...needed, 'url', 'iterations', 'leg-ms', 'fail-after', 'container'];

function readArgs() {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    const isThere = (name) => values.help || name in values || (values.container && beginsWith.includes(name));
    const missing = needed.filter((name) => !isThere(name));
    if (missing.length > 0) throw new Error(`missing: ${missing.map((name) => `--${name}`).join(', ')}`);
    if (values.help) console.log(usage);
    else return values;
  } catch ({ message }) {
    console.error(`${message}\n${usage}`);
    process.exit(2);
  }
  process.exit(0);
}

const given = readArgs();
const api = `${given.url ?? process.env.HOLDFAST_URL ?? 'http://127.0.0.1:4000'}/api/v1`;
const markets = given.markets.split(',');
const legMs = Number(given['leg-ms'] ?? 1_000);
const laps = Number(given.iterations ?? -1);
const say = (event, more = {}) => console.log(JSON.stringify({ event, ship: given.ship, ...more }));

/** Sends one write under one key until it is answered: a lost answer is asked for again and has one effect. */
async function post(path, body, key = { 'idempotency-key': randomUUID() }) {
  const headers = { 'content-type': 'application/json', ...key };
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(`${api}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      const answer = await response.json();
      if (response.ok) return answer;
      if (!answer.retryable) throw Object.assign(new Error(answer.detail), { refusal: answer });
    } catch (error) {
      if (error.refusal) throw error;
    }
    if (tries === 1) say('waiting', { for: path });
    await sleep(Math.min(100 * tries, 2_000));
  }
}

async function begin() {
  if (given.container) return post(`/containers/${given.container}/restart`, { immediately: true });
  const params = { ship_symbol: given.ship, player_id: Number(given.player), system: given.system, markets };
  return post('/containers', {
    player: Number(given.player),
    ships: [given.ship],
    config: { command_type: 'ScoutTourCommand', params },
    iterations: laps,
    metadata: { ship_symbol: given.ship },
  });
}

let run = await begin().catch(lost);
const id = run.container.id;
const at = (path) => `/containers/${id}/${path}`;
let cursor = null;
let stopping = false;
let betweenAttempts = false;
let failIn = Number(given['fail-after'] ?? Infinity);
say('started', { container: id, token: run.token });

const beating = setInterval(async () => {
  if (betweenAttempts) return;
  const { token } = run;
  const heard = await post(at('heartbeat'), { token, cursor }, {}).catch(
    (error) => token === run.token && !betweenAttempts && lost(error),
  );
  stopping ||= heard.stop;
}, run.renewMs);

function lost({ message, refusal }) {
  say('lost', { why: message, code: refusal?.code });
  process.exit(4);
}

async function fail() {
  betweenAttempts = true;
  const { restart } = await post(at('fail'), { token: run.token, error: 'pretended failure' });
  say('failed', { restart });
  if (!restart) process.exit(1);
  await sleep(restart.delayMs);
  run = await post(at('restart'), { token: run.token });
  betweenAttempts = false;
  say('restarted', { container: id, token: run.token });
}

try {
  for (let lap = 1; !stopping && (laps === -1 || lap <= laps); lap++) {
    for (const [index, waypoint] of markets.entries()) {
      cursor = { lap, market: index + 1, of: markets.length, waypoint };
      await sleep(legMs);
      if (stopping) break;
      if (failIn-- === 0) await fail();
      await post(at('visits'), { token: run.token, waypoint });
      say('visited', { waypoint, token: run.token });
    }
    if (!stopping) await post(at('iterations'), { token: run.token });
  }
  await (stopping ? post(at('stop'), { token: run.token }) : post(at('complete'), { token: run.token }));
  say(stopping ? 'stopped' : 'completed');
} catch (error) {
  lost(error);
}
clearInterval(beating);
