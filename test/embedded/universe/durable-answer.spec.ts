import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { generateUniverse } from '../../../src/embedded/universe/generate/universe.js';
import { universeApp } from '../../../src/embedded/universe/http/app.js';
import { World } from '../../../src/embedded/universe/state/world.js';
import { eventually } from '../../support/eventually.js';
import { Caller } from './support.js';

let app: FastifyInstance;
let bugs: unknown[] = [];
beforeEach(() => (bugs = []));
afterEach(() => app.close());

/** A universe whose disk does as the test says. */
async function onDisk(settled: () => Promise<void>): Promise<Caller> {
  const world = await World.open({
    universe: generateUniverse('X1-HF01', 1),
    origin: 'a test',
    timeFactor: 1,
    seed: 1,
  });
  Object.assign(world, { settled });
  app = universeApp(world, { rateLimit: false, onBug: (bug) => bugs.push(bug) });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return new Caller(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
}

describe('an answer of the universe', () => {
  it.each(['/v2/register', '/_control/reset'])('waits at %s until the change is on the disk', async (path) => {
    let written: (() => void) | undefined;
    const caller = await onDisk(() => new Promise((resolve) => (written = resolve)));
    let answered = false;
    const answer = caller
      .ask('POST', path, path === '/v2/register' ? { symbol: 'TESTER' } : {})
      .finally(() => (answered = true));
    await eventually(() => expect(written).toBeDefined());
    expect(answered).toBe(false);
    written?.();
    expect((await answer).status).toBeLessThan(300);
  });

  it('is no success when the disk fails', async () => {
    const caller = await onDisk(() => Promise.reject(new Error('no space left')));
    expect((await caller.post('/register', { symbol: 'TESTER' })).status).toBe(500);
    expect(bugs).toEqual([new Error('no space left')]);
  });
});
