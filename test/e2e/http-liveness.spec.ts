import { Liveness } from '../../src/application/liveness/liveness.js';
import { liveness as schema } from '../../src/infrastructure/http/liveness/liveness-schemas.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { fleetOf } from '../support/fleet.js';

describe('the watch over the leases', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ policy: { staleAlertMs: 0, monitorIntervalMs: 50, sweepIntervalMs: 50 } });
  });
  afterAll(() => app.close());

  it('[A015] tells how often a claim was refused, and which held ships show no progress', async () => {
    expect((await app.get('liveness')).body).toMatchObject({
      monitor: { runs: 0, lastRunAtMs: null, lastGoodRunAtMs: null, lastError: null, lastRun: null },
      sweep: { runs: 0, lastRun: null },
      refusals: { counts: [] },
    });
    const fleet = fleetOf(app);
    const { container } = await fleet.started(['SHIP-1']);
    for (let asked = 0; asked < 2; asked++) expect((await fleet.start(['SHIP-1'])).status).toBe(409);
    expect((await fleet.lease('SHIP-1', 'release', { token: 99 })).status).toBe(409);

    const liveness = app.app.get(Liveness);
    liveness.start(() => undefined);
    try {
      await eventually(async () => {
        const { body } = await app.get('liveness');
        expect(schema.parse(body)).toEqual(body);
        expect(body).toMatchObject({
          monitor: { lastError: null, lastRun: { watched: 1, expired: [], failed: [] } },
          sweep: {
            lastRun: { repaired: [], kept: [], stale: [{ resource: { name: 'SHIP-1' }, holder: container.id }] },
          },
        });
        expect(body.monitor.runs).toBeGreaterThan(0);
        expect(body.monitor.lastRun.amnestyLeftMs).toBeGreaterThan(0);
      });
    } finally {
      await liveness.stop();
    }
    expect((await app.get('liveness')).body.refusals).toEqual({
      sinceMs: expect.any(Number),
      counts: [
        { code: 'lease-held', count: 2 },
        { code: 'stale-token', count: 1 },
      ],
    });
  });
});
