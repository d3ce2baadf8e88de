import { startTestApp, type TestApp } from '../support/app.js';

describe('containers over HTTP', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const scout = (ship: string, more: object = {}) => ({
    player: 2,
    ships: [ship],
    config: { command_type: 'ScoutTourCommand', params: { ship_symbol: ship, markets: ['X1-A-1'], system: 'X1-A' } },
    ...more,
  });

  it('[A026, A027] starting one answers with its id, its tokens and RUNNING', async () => {
    const started = await app.post('containers', scout('COOPER-2'));

    expect(started.body).toMatchObject({ container: { status: 'RUNNING', attempt: 1 }, token: 1, renewMs: 10_000 });
    expect(started.status).toBe(201);
    expect(started.body.container.id).toMatch(/^scout-tour-COOPER-2-[0-9a-f]{8}$/);
    const seen = await app.get(`containers/${started.body.container.id}?minPosition=${started.body.position}`);
    expect(seen.body).toMatchObject({ container: { status: 'RUNNING' } });
  });
});
