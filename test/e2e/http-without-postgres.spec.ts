import { layCable, type Cable } from '../support/cable.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { fleetOf } from '../support/fleet.js';

describe('while PostgreSQL is away', () => {
  let database: TestDatabase;
  let cable: Cable;
  let app: TestApp;
  let fleet: ReturnType<typeof fleetOf>;
  beforeEach(async () => {
    database = await createTestDatabase();
    const url = new URL(database.url);
    cable = await layCable(url.hostname, Number(url.port));
    url.hostname = '127.0.0.1';
    url.port = String(cable.port);
    app = await startTestApp({ databaseUrl: url.href });
    fleet = fleetOf(app);
  });
  afterEach(async () => {
    cable.mend();
    await app.stop();
    await app.store.close();
    await cable.close();
    await database.drop();
  });

  it('[A155] reads are answered with an error, commands go on, and the next read after its return is right', async () => {
    const { container, token } = await fleet.started(['SHIP-1']);
    expect((await app.get('ships')).status).toBe(200);

    cable.cut();
    for (const path of ['ships', 'containers', 'systems', 'players']) {
      const { status, headers, body } = await app.get(path);
      expect({ path, status, code: body.code }).toEqual({ path, status: 503, code: 'views-unavailable' });
      expect(headers.get('retry-after')).toBe('1');
    }
    const bot = await app.get('/api/bot/daemons');
    expect(bot).toMatchObject({ status: 503, body: { error: expect.any(String), code: 'views-unavailable' } });
    expect(JSON.stringify(bot.body)).not.toMatch(/postgres|ECONN|127\.0\.0\.1/i);
    expect((await app.get('/readyz')).body).toMatchObject({ status: 'degraded', eventStore: 'up', database: 'down' });
    expect((await app.get('projections')).status).toBe(200);
    expect((await fleet.tell(container.id, 'heartbeat', { token })).body).toMatchObject({ stop: false });
    const asked = await app.get(`containers/${container.id}`);
    expect(asked).toMatchObject({ status: 200, body: { container, ageMs: 0 } });
    expect(asked.headers.get('holdfast-position')).toBe(asked.body.position);
    expect((await app.get('containers/no-such')).body).toMatchObject({ status: 404, code: 'unknown-container' });
    expect((await fleet.start(['SHIP-1'])).body).toMatchObject({ status: 409, why: { hold: { token } } });
    const ended = await fleet.tell(container.id, 'complete', { token }, { 'idempotency-key': 'k-1' });
    expect(ended.status).toBe(200);
    expect((await app.get('players/1/ships/SHIP-1/history')).body.events[0].type).toBe('LeaseReleased');

    cable.mend();
    await eventually(async () => {
      const { body } = await app.get(`players/1/ships/SHIP-1?minPosition=${ended.body.position}`);
      expect(body.ship).toMatchObject({ status: 'idle', releaseReason: 'completed' });
    }, 20_000);
    await eventually(async () => expect((await app.get('/readyz')).body.status).toBe('ready'));
  });
});
