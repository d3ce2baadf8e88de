import { startTestApp, type TestApp } from '../support/app.js';

const good = (name: string, purchasePrice = 40, more: object = {}) => ({
  good: name,
  type: 'EXPORT',
  supply: 'HIGH',
  activity: 'STRONG',
  purchasePrice,
  sellPrice: purchasePrice - 5,
  tradeVolume: 60,
  ...more,
});

describe('markets, over HTTP', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const scan = (waypoint: string, ...goods: readonly object[]) =>
    app.post(`markets/${waypoint}/scans`, { player: 2, ship: 'COOPER-2', goods });
  const scanned = async (waypoint: string, ...goods: readonly object[]): Promise<string> => {
    const answer = await scan(waypoint, ...goods);
    expect(answer).toMatchObject({ status: 201, body: { waypoint, goods: goods.length } });
    return answer.body.position;
  };

  it('[A128] are what the newest scan saw; one that was never scanned is none', async () => {
    await scanned('X1-GZ7-A1', good('FUEL', 70), good('IRON_ORE'), good('GONE'));
    const position = await scanned('X1-GZ7-A1', good('IRON_ORE', 41), good('FUEL', 72, { activity: null }));

    const { status, body } = await app.get(`markets/X1-GZ7-A1?minPosition=${position}`);
    expect(status).toBe(200);
    expect(body.market).toEqual({
      waypoint: 'X1-GZ7-A1',
      system: 'X1-GZ7',
      player: 2,
      ship: 'COOPER-2',
      goods: [good('FUEL', 72, { activity: null }), good('IRON_ORE', 41)],
      scannedAtMs: expect.any(Number),
    });
    expect((await app.get('markets/X1-GZ7-NONE')).status).toBe(404);
  });

  it('[A128] of a system are listed by waypoint, and old ones are left out when asked', async () => {
    await scanned('X1-LIST-B2', good('FUEL'));
    await scanned('X1-OTHER-A1', good('FUEL'));
    const position = await scanned('X1-LIST-A1', good('FUEL'));
    const list = async (query: string) => {
      const { body } = await app.get(`markets?system=X1-LIST&minPosition=${position}${query}`);
      return body.markets.map(({ waypoint }: { waypoint: string }) => waypoint);
    };
    expect(await list('')).toEqual(['X1-LIST-A1', 'X1-LIST-B2']);
    await app.database.query(
      "UPDATE markets SET last_updated = '2020-01-01T00:00:00Z' WHERE waypoint_symbol = 'X1-LIST-B2'",
    );
    expect(await list('&maxAgeMinutes=60')).toEqual(['X1-LIST-A1']);
  });

  it('[A151, A152] are shown to the visualizer by waypoint, with their goods and when they were last seen', async () => {
    await scanned('X1-BOT-C3', good('SHIP_PARTS', 900));
    const position = await scanned('X1-BOT-A1', good('FUEL', 72), good('IRON_ORE', 40));
    const bot = async (path: string) => (await app.get(`/api/bot/${path}?minPosition=${position}`)).body;

    const { markets } = await bot('markets/X1-BOT');
    expect(markets).toMatchObject([
      {
        waypoint_symbol: 'X1-BOT-A1',
        goods: [
          {
            good_symbol: 'FUEL',
            supply: 'HIGH',
            activity: 'STRONG',
            purchase_price: 72,
            sell_price: 67,
            trade_volume: 60,
          },
          { good_symbol: 'IRON_ORE' },
        ],
      },
      { waypoint_symbol: 'X1-BOT-C3', goods: [{ good_symbol: 'SHIP_PARTS' }] },
    ]);
    const { freshness } = await bot('markets/X1-BOT/freshness');
    expect(freshness).toEqual(
      markets.map(({ waypoint_symbol, last_updated }: Record<string, string>) => ({ waypoint_symbol, last_updated })),
    );
    expect(new Date(freshness[0].last_updated).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(await bot('markets/X1-NOWHERE')).toEqual({ markets: [] });
  });

  it('are a row a good for the bot’s own SQL', async () => {
    await app.get(`markets?minPosition=${await scanned('X1-SQL-A1', good('FUEL', 72), good('IRON_ORE', 40))}`);
    const rows = await app.database.query(
      `SELECT waypoint_symbol, good_symbol, purchase_price::int, sell_price::int, trade_volume::int, player_id
       FROM market_data WHERE waypoint_symbol = 'X1-SQL-A1' ORDER BY good_symbol`,
    );
    expect(rows).toMatchObject([
      { good_symbol: 'FUEL', purchase_price: 72, sell_price: 67, trade_volume: 60, player_id: 2 },
      { good_symbol: 'IRON_ORE', purchase_price: 40 },
    ]);
  });

  it('are the same rows when they are made anew from the log', async () => {
    await app.get(`markets?minPosition=${await scanned('X1-AGAIN-A1', good('FUEL'))}`);
    await app.database.query("DELETE FROM markets WHERE waypoint_symbol = 'X1-AGAIN-A1'");
    const outcome = async (body: object) => {
      const response = await fetch(`${app.url}/api/v1/projections/rebuild`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ view: 'markets', ...body }),
      });
      return (await response.text()).trim().split('\n').at(-1);
    };
    expect(await outcome({ acceptDifferences: true })).toContain('"ok":true');
    expect((await app.get('markets/X1-AGAIN-A1')).body.market.goods).toHaveLength(1);
  });

  it('refuse what is no scan, and write nothing', async () => {
    const refused = async (...goods: readonly object[]) => (await scan('X1-BAD-A1', ...goods)).status;
    expect(await refused(good('FUEL'), good('FUEL'))).toBe(422);
    expect(await refused(good('fuel'))).toBe(422);
    expect(await refused(good('FUEL', -1))).toBe(422);
    expect(await refused(good('FUEL', 40, { tradeVolume: 0 }))).toBe(422);
    expect((await app.get('markets/X1-BAD-A1')).status).toBe(404);
  });
});
