import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { fleetOf } from '../support/fleet.js';
import { holdfast } from '../infrastructure/cli/holdfast.js';

describe('what the work of containers looks like, over HTTP', () => {
  let app: TestApp;
  let fleet: ReturnType<typeof fleetOf>;
  beforeAll(async () => {
    app = await startTestApp({ policy: { staleAlertMs: 400 } });
    fleet = fleetOf(app);
  });
  afterAll(() => app.close());

  const health = async (id: string) => (await app.get(`containers/${id}`)).body.health;

  it('is PROGRESS while its cursor moves, IDLE while it said that it will not, and BLOCKED when it only beats', async () => {
    const { container, token } = await fleet.started(['SHIP-1']);
    const { id } = container;
    const beat = (cursor: object, quietForMs = 0) => fleet.tell(id, 'heartbeat', { token, cursor, quietForMs });
    await beat({ at: 1 });
    expect(await health(id)).toMatchObject({ verdict: 'PROGRESS', cursor: { at: 1 }, quietUntilMs: null });
    await eventually(async () => {
      await beat({ at: 1 });
      expect(await health(id)).toMatchObject({ verdict: 'BLOCKED', cursor: { at: 1 } });
    });
    expect((await app.get('/health')).body.containers).toMatchObject({
      live: 1,
      running: 1,
      verdicts: { PROGRESS: 0, IDLE: 0, BLOCKED: 1 },
      blocked: [id],
    });
    await beat({ at: 2 });
    expect(await health(id)).toMatchObject({ verdict: 'PROGRESS' });
    await beat({ at: 2 }, 60_000);
    expect(await health(id)).toMatchObject({ verdict: 'IDLE', quietUntilMs: expect.any(Number) });
    expect((await holdfast(['container', 'get', id], { url: app.url })).stdout).toMatch(/work +IDLE, moved /);
    await fleet.tell(id, 'complete', { token });
    await eventually(async () => expect(await health(id)).toMatchObject({ verdict: 'IDLE' }));
    expect((await app.get('/health')).body).toMatchObject({
      status: 'ok',
      version: expect.any(String),
      recovering: false,
    });
  });

  it('[A062] tells an open store from a closed one', async () => {
    const other = await startTestApp();
    try {
      await eventually(async () => {
        expect(await other.get('/readyz')).toMatchObject({ status: 200, body: { eventStore: 'up' } });
      });
      await other.store.close();
      expect(await other.get('/readyz')).toMatchObject({
        status: 503,
        body: { eventStore: 'down', missing: expect.arrayContaining(['event-store']) },
      });
    } finally {
      await other.close();
    }
  });

  it('[A340a, A345f] is summed up with the recoveries of the fleet', async () => {
    expect((await app.get('liveness')).body.health).toMatchObject({
      intervalMs: 60_000,
      stuckAfterMs: 300_000,
      attempts: 5,
      recoveries: { attempts: 0, successful: 0, failed: 0, abandoned: 0, successRate: null },
      watched: [],
    });
  });
});
