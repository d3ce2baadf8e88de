import { startTestApp, type TestApp } from '../support/app.js';

const waypoint = (x: number, y: number, traits: readonly string[] = ['MARKETPLACE'], type = 'PLANET') => ({
  type,
  x,
  y,
  traits,
  has_fuel: true,
});

describe('sharing the markets of a system out, over HTTP', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    await app.put('systems/X1-GZ7', {
      waypoints: {
        'X1-GZ7-A1': waypoint(0, 0),
        'X1-GZ7-A2': waypoint(1, 0),
        'X1-GZ7-B1': waypoint(90, 0),
        'X1-GZ7-B2': waypoint(90, 5),
        'X1-GZ7-F1': waypoint(50, 50, ['MARKETPLACE'], 'FUEL_STATION'),
        'X1-GZ7-R1': waypoint(10, 10, []),
      },
    });
    await app.put('systems/X1-FUEL', {
      waypoints: { 'X1-FUEL-F1': waypoint(0, 0, ['MARKETPLACE'], 'FUEL_STATION') },
    });
  });
  afterAll(() => app.close());

  const plan = (query: string, system = 'X1-GZ7') => app.get(`systems/${system}/scouting?${query}`);

  it('[A110, A112] gives every market to one ship, near ones together, and leaves fuel stations out', async () => {
    const { status, body } = await plan('ships=CHROMESAMURAI-3,CHROMESAMURAI-2');
    expect(status).toBe(200);
    expect(body).toEqual({
      system: 'X1-GZ7',
      tours: [
        { ship: 'CHROMESAMURAI-2', markets: ['X1-GZ7-A1', 'X1-GZ7-A2'], length: 2 },
        { ship: 'CHROMESAMURAI-3', markets: ['X1-GZ7-B1', 'X1-GZ7-B2'], length: 10 },
      ],
    });
  });

  it('[A111] gives one ship all of those asked for, a fuel station too', async () => {
    const { body } = await plan('ships=S-1&markets=X1-GZ7-F1,X1-GZ7-A1');
    expect(body.tours).toMatchObject([{ ship: 'S-1', markets: ['X1-GZ7-A1', 'X1-GZ7-F1'] }]);
  });

  it('says why there is nothing to do', async () => {
    expect(await plan('ships=S-1', 'X1-FUEL')).toMatchObject({
      status: 404,
      body: { code: 'nothing-to-scout', detail: 'No non-fuel-station marketplaces found in X1-FUEL' },
    });
    expect(await plan('ships=S-1', 'X1-NOWHERE')).toMatchObject({
      status: 404,
      body: {
        code: 'unknown-system',
        detail: 'System X1-NOWHERE was never charted: PUT its chart to /api/v1/systems/X1-NOWHERE',
      },
    });
    expect(await plan('ships=S-1&markets=X1-GZ7-Z9,X1-GZ7-A1')).toMatchObject({
      status: 404,
      body: { detail: 'The chart of X1-GZ7 does not have X1-GZ7-Z9' },
    });
  });

  it('refuses a ship or market that stands twice, or is none', async () => {
    for (const query of ['ships=S-1,S-1', 'ships=', 'ships=s-1', 'ships=S-1&markets=A,A', 'markets=X1-GZ7-A1']) {
      expect((await plan(query)).status).toBe(422);
    }
  });
});
