import { expect, Product } from './product.mjs';
import { ShortLived } from './short-lived.mjs';

const queue = 'queues/orkestra';
const task = (id) => `${queue}/tasks/${id}`;
const lock = (name) => `locks/tasks/orkestra/${name}/lease`;
const by = (reason) => ({ operator: 'ada', reason });
const locked = (id) => `tasklock-orkestra.${id}`;
const worked = (id) => `agenttask-orkestra.${id}`;

/**
 * Agents claim tasks, complete and fail them, give them up, fall silent and die, while people break, reserve and lift;
 * the server is killed under a held lock, and claims and ends are cut between their two appends.
 */
export async function locks() {
  const product = await Product.start({ HOLDFAST_GAME: 'false' });
  try {
    for (const name of ['claude', 'gpt']) await product.post('agents', { name, speciality: 'backend' });
    for (let id = 1; id <= 12; id += 1) {
      const dependencies = id === 2 ? ['1'] : [];
      await product.post(`${queue}/tasks`, { id: String(id), title: `Task ${id}`, taskType: 'backend', dependencies });
    }
    await worksOut(product);
    await fails(product);
    await outlivesTheServer(product);
    await isTakenAway(product);
    await isCut(product);
    return product.export();
  } finally {
    await product.close();
  }
}

const claim = (product, id, agent, more = {}) =>
  product.post(`${task(id)}/claim`, { agent, session: `${agent}-1`, ttlMs: 60_000, ...more });

async function worksOut(product) {
  expect((await product.ask('POST', `${task(2)}/claim`, { agent: 'claude' })).status === 409, 'it waits for 1');
  const { token } = await claim(product, 1, 'claude');
  await product.refused('lease-held', `${task(1)}/claim`, { agent: 'gpt' });
  await product.post(`${task(1)}/renew`, { token });
  const done = await product.post(`${task(1)}/complete`, { token, notes: 'with tests' });
  expect(done.unlocked.join() === '2', 'the next one is unlocked');
  const second = await claim(product, 2, 'gpt');
  await product.post(`${task(2)}/complete`, { token: second.token });
}

async function fails(product) {
  const { token } = await claim(product, 3, 'claude');
  await product.post(`${task(3)}/fail`, { token, errorType: 'timeout', details: 'the build hangs' });
  await product.post(`${task(3)}/requeue`, by('the build is mended'));
  await product.post(`${task(3)}/reassign`, { ...by('claude is away'), agent: 'gpt' });
  const again = await claim(product, 3, 'gpt');
  await product.post(`${task(3)}/abandon`, { token: again.token, detail: 'SIGTERM' });
}

async function outlivesTheServer(product) {
  const { token } = await claim(product, 4, 'claude');
  await product.kill();
  await product.again();
  await product.post(`${task(4)}/renew`, { token });
  await product.post(`${task(4)}/complete`, { token });
}

async function isTakenAway(product) {
  const silent = await claim(product, 5, 'claude', { ttlMs: 1_000 });
  await product.until('TaskAbandoned', worked(5));
  await product.refused('stale-token', `${task(5)}/complete`, { token: silent.token });

  const gone = { host: 'host-1', pid: 1, mark: { machine: 'boot/pid:[1]', began: '1' } };
  const dead = await claim(product, 6, 'gpt', { process: gone });
  await product.post(`${lock(6)}/dead-process`, { token: dead.token, observedBy: 'watcher-2', process: gone });

  await claim(product, 7, 'claude');
  await product.post(`${lock(7)}/break`, by('it hangs'));
  await claim(product, 7, 'gpt');
  await product.post(`${lock(7)}/reserve`, { ...by('to be looked at'), displace: true });
  await product.refused('lease-reserved', `${task(7)}/claim`, { agent: 'claude' });
  await product.post(`${lock(7)}/lift`, by('looked at'));

  const held = await claim(product, 8, 'claude');
  const over = { token: held.token, from: 'claude-1', to: 'gpt-1' };
  const next = await product.post(`${lock(8)}/hand-over`, over);
  await product.post(`${lock(8)}/release`, { token: next.token, reason: 'stopped' });

  const plain = await product.post(lock('by-hand'), { holder: 'script-1', owner: 'test_ai' });
  await product.post(`${lock('by-hand')}/release`, { token: plain.token, reason: 'completed' });
}

async function isCut(product) {
  const completed = await claim(product, 9, 'claude');
  const failed = await claim(product, 10, 'claude');
  const dying = await ShortLived.beside(product);
  await dying.completeTask('9', completed.token).cutBeforeAppendTo(locked(9));
  await dying.failTask('10', failed.token).cutBeforeAppendTo(locked(10));
  await dying.claimTask('11', 'dying').cutBeforeAppendTo(worked(11));
  await dying.close();
  await product.until('LeaseReleased', locked(9));
  await product.until('LeaseReleased', locked(10));
  await product.until('LeaseReleased', locked(11));
  await claim(product, 11, 'gpt');
  await product.post(`${lock(12)}/reserve`, by('kept over night'));
}
