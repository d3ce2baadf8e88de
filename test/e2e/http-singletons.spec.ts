import { interrupt } from '../../src/domain/container/lifecycle.js';
import { decideContainer } from '../../src/application/containers/decide-container.js';
import { systemContext } from '../../src/application/command-context.js';
import { Decisions } from '../../src/application/decide-and-append.js';
import { uuids } from '../../src/infrastructure/ids.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('the only container of its type for a scope', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const start = (more: object = {}, headers?: Record<string, string>) =>
    app.post(
      'containers',
      { player: 1, type: 'MINING_COORDINATOR', scope: 'X1-GZ7', iterations: -1, ...more },
      headers,
    );
  const idOf = async (more: object = {}) => {
    const { status, body } = await start(more);
    expect(status).toBe(201);
    return body.container.id as string;
  };

  it('[A296] is the answer to every start, also to many at once and while it is INTERRUPTED, until it has ended', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => idOf()));
    expect(new Set(ids)).toEqual(new Set(['mining-coordinator-p1-X1-GZ7']));
    const [first = ''] = ids;

    const decisions = app.app.get(Decisions);
    await decideContainer(decisions, systemContext(uuids, 'test', 'test'), first, (state, nowMs) =>
      interrupt({ containerId: first, reason: 'daemon_shutdown', nowMs }, state),
    );
    const { body } = await start();
    expect(body.container).toMatchObject({ id: first, status: 'INTERRUPTED' });

    await app.post(`containers/${first}/stop`, { immediately: true });
    const second = await idOf();
    expect(second).toBe('mining-coordinator-p1-X1-GZ7-2');
    expect(await idOf()).toBe(second);
  });

  it('is another one for another player, type or scope', async () => {
    const ids = [
      await idOf({ player: 2 }),
      await idOf({ type: 'GAS_COORDINATOR' }),
      await idOf({ scope: 'X1-A' }),
      await idOf({ scope: 'X1-B' }),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(await start({ id: 'mine' })).toMatchObject({ status: 422 });
  });

  it('is the same under one idempotency key, and refused where its ship is held', async () => {
    const key = { 'idempotency-key': 'singleton-1' };
    const once = { scope: 'X1-K', ships: ['SHIP-1'] };
    const [one, two] = [await start(once, key), await start(once, key)];
    expect(two.body).toEqual(one.body);
    const refused = await start({ scope: 'X1-L', ships: ['SHIP-1'] });
    expect(refused).toMatchObject({ status: 409, body: { code: 'lease-held' } });
  });
});
