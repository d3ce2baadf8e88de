import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launchBrowser } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';

const executable = chromiumPath();
if (executable === undefined)
  console.warn('No Chromium (CHROMIUM, or chromium on the PATH): the page is not tried in a browser.');
const inBrowser = executable === undefined ? describe.skip : describe;

const chart = JSON.parse(readFileSync('examples/X1-HF01.json', 'utf8')) as {
  readonly waypoints: readonly { readonly symbol: string; readonly type: string }[];
};
const markets = ['X1-HF01-A1', 'X1-HF01-D5', 'X1-HF01-K20'];

inBrowser('the page', () => {
  const data = scratchDirectory();
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  let beating: ReturnType<typeof setInterval> | undefined;
  let token = 0;
  let container = '';
  const row = () => page.locator('#assignments tr[data-ship="COOPER-2"]');
  const tell = (verb: string, body: object = {}) => server.post(`containers/${container}/${verb}`, { token, ...body });

  beforeAll(async () => {
    server = await startServer(data.path);
    await server.put('systems/X1-HF01', chart);
    browser = await launchBrowser(executable ?? '');
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('console', (said) => {
      if (said.type() === 'error' && !said.text().startsWith('Failed to load resource')) complaints.push(said.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.url);
  }, 120_000);
  afterAll(async () => {
    clearInterval(beating);
    await browser?.close();
    await server?.stop();
    data.remove();
  });

  it('draws every waypoint of the charted system, each type by its shape', async () => {
    await page.locator('[data-waypoint]').first().waitFor();
    const drawn = await page
      .locator('.map [data-waypoint]')
      .evaluateAll((marks) => marks.map((mark) => mark.getAttribute('data-waypoint')));

    expect(drawn.sort()).toEqual(chart.waypoints.map(({ symbol }) => symbol).sort());
    const shapes = await page.locator('.map [data-waypoint]').evaluateAll((marks) =>
      marks.map((mark) => {
        const forms = [...mark.children].filter(
          ({ tagName, classList }) =>
            ['path', 'rect', 'circle', 'ellipse'].includes(tagName) && !classList.contains('ring'),
        );
        return [mark.getAttribute('data-type'), forms.map((form) => form.outerHTML).join('')] as const;
      }),
    );
    const byType = new Map(shapes);
    expect(new Set(byType.values()).size).toBe(byType.size);
  });

  it('shows an assignment as soon as its container is started, and its tour with numbered stops', async () => {
    await page.locator('[data-feed="live"]').waitFor();
    const params = { ship_symbol: 'COOPER-2', player_id: 1, system: 'X1-HF01', markets };
    const config = { command_type: 'ScoutTourCommand', params };
    const { status, body } = await server.post('containers', {
      player: 1,
      ships: ['COOPER-2'],
      config,
      iterations: -1,
    });
    expect(status).toBe(201);
    ({ token } = body);
    container = body.container.id;
    beating = setInterval(() => void tell('heartbeat', { cursor: 1 }).catch(() => undefined), 1_000);

    await row().waitFor({ timeout: 3_000 });
    expect(await row().locator('td').allTextContents()).toEqual(
      expect.arrayContaining([container, '1', String(token)]),
    );
    const tour = page.locator(`[data-tour="${container}"]`);
    await tour.waitFor();
    expect(await tour.locator('.stop text').allTextContents()).toEqual(['1', '2', '3']);
    expect(await tour.locator('.arrow').count()).toBe(3);
    await page.locator('#events li', { hasText: 'Container started' }).waitFor();
  });

  it('shows a ship where it was last, and its market as fresh', async () => {
    expect((await tell('visits', { waypoint: markets[1] })).status).toBeLessThan(300);

    await page.locator('[data-tour-of="COOPER-2"]', { hasText: 'last visit D5' }).waitFor();
    await page.locator(`[data-waypoint="${markets[1]}"] .band-under-15-min`).waitFor();
    await page.locator(`[data-waypoint="${markets[0]}"] .band-never`).waitFor();
    expect(await page.locator('[data-on-map="COOPER-2"]').getAttribute('visibility')).toBe('visible');
    await page.locator('#assignments tr[data-ship="COOPER-2"][data-verdict="active"]').waitFor();
  });

  it('moves a ship along its leg while the log tells of a departure and an arrival', async () => {
    const now = Date.now();
    const leg = { origin: markets[1], destination: markets[2], departureMs: now, arrivalMs: now + 60_000 };
    const effect = { token, effectId: 'flight-1', action: 'navigate', withinMs: 120_000, probe: leg };
    expect((await server.post('players/1/ships/COOPER-2/effects', effect)).status).toBeLessThan(300);

    await page.locator('[data-tour-of="COOPER-2"]', { hasText: 'flying D5 → K20' }).waitFor();
    const ship = page.locator('[data-on-map="COOPER-2"]');
    const before = await ship.getAttribute('transform');
    await eventually(async () => expect(await ship.getAttribute('transform')).not.toBe(before));
  });

  it('says the same in a table, which the keyboard reaches', async () => {
    await page.locator('.twin summary').focus();
    await page.keyboard.press('Enter');
    const twin = page.locator('.twin tbody tr', { has: page.locator(`button:text-is("${markets[1]}")`) });
    await twin.locator('button').focus();
    await page.keyboard.press('Enter');

    expect(await twin.innerText()).toContain('COOPER-2 (2 of 3)');
    await page.locator(`[data-waypoint="${markets[1]}"] .selection`).waitFor();
    expect(new URL(page.url()).searchParams.get('waypoint')).toBe(markets[1]);
  });

  it('says that the server is away, calls nothing active meanwhile, and comes back by itself', async () => {
    const boxBefore = await row().boundingBox();
    await server.stop();
    await page.locator('.banner', { hasText: 'The server is away' }).waitFor();
    expect(await row().getAttribute('data-verdict')).toBe('unknown');
    expect((await row().boundingBox())?.y).toBe(boxBefore?.y);

    server = await server.again();
    await page.locator('[data-feed="live"]').waitFor();
    await page.locator('.banner').waitFor({ state: 'detached' });
    await eventually(async () => expect(await row().getAttribute('data-verdict')).not.toBe('unknown'));
    expect(await row().locator('td').allTextContents()).toEqual(expect.arrayContaining([container, String(token)]));

    await tell('stop', { immediately: true, reason: 'enough' });
    await row().waitFor({ state: 'detached' });
  }, 90_000);

  it('keeps the others when one part cannot be read', async () => {
    await page.route('**/api/v1/projections', (route) =>
      route.fulfill({ status: 503, contentType: 'application/json', body: '{"detail":"The views cannot be read."}' }),
    );
    await page.reload();

    await page.locator('#projections [role="alert"]', { hasText: 'The views cannot be read.' }).waitFor();
    await page.locator('[data-waypoint]').first().waitFor();
    expect(await page.locator('[role="alert"]').count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});
