import { fileURLToPath } from 'node:url';
import { busy } from '../support/busy.js';
import { viewsOfTheRun } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { samplesOf, valueOf } from '../support/exposition.js';
import { scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';

const entry = fileURLToPath(new URL('../support/odd-daemon.mjs', import.meta.url));
const settings = {
  HOLDFAST_GAME: 'true',
  HOLDFAST_UNIVERSE_TIME_FACTOR: '600',
  HOLDFAST_STEP_MEMORY_MB: '32',
  ODD_SHIPS: 'HOLDFAST-3=spin&HOLDFAST-4=leak',
};
const [spinner, leaker] = ['HOLDFAST-3', 'HOLDFAST-4'];

interface Container {
  readonly id: string;
  readonly status: string;
  readonly attempt: number;
  readonly ships: readonly string[];
  readonly lastError: string | null;
}

describe('containers whose operation is broken', () => {
  const scratch = scratchDirectory();
  let server: ServerProcess;
  let views: { readonly DATABASE_URL: string };

  beforeAll(async () => {
    views = await viewsOfTheRun();
  }, 90_000);

  afterAll(async () => {
    await server.stop();
    scratch.remove();
  }, 60_000);

  const containers = async () => (await server.get('containers?player=1&all=true')).body.containers as Container[];
  const of = async (ship: string) => (await containers()).find(({ ships }) => ships.includes(ship));
  const healthy = async () => (await containers()).filter(({ ships }) => ![spinner, leaker].includes(ships[0] ?? ''));
  const scans = async (): Promise<number> => {
    return (await server.get('events?streams=market-&limit=200')).body.events.length;
  };

  it('[A260] one that spins stops neither the signs of life of its siblings, nor the API, nor the shutdown', async () => {
    server = await startServer(
      scratch.path,
      { ...settings, ...views, HOLDFAST_STEP_LIMIT_MS: '60000' },
      undefined,
      entry,
    );
    await eventually(async () => expect(await healthy()).toHaveLength(2), 30_000);
    const until = performance.now() + 4_000;
    let slowestMs = 0;
    while (performance.now() < until) {
      const askedAt = performance.now();
      const { heartbeats } = (await server.get('liveness/heartbeats')).body;
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      expect(heartbeats.length).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(slowestMs).toBeLessThan(2_000 * busy());
    for (const each of await containers()) expect(each).toMatchObject({ status: 'RUNNING', attempt: 1 });
    const stoppedAt = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(10_000 * busy());
  }, 120_000);

  it('[A252, A260] one that spins or leaks fails by itself when its time or its memory is over, and its siblings fly on', async () => {
    // A sibling's step takes no time but for its turn at a processor.
    const limitMs = Math.round(500 * Math.max(2, busy()));
    server = await startServer(
      scratch.path,
      { ...settings, ...views, HOLDFAST_STEP_LIMIT_MS: String(limitMs) },
      undefined,
      entry,
    );
    const before = await scans();
    await eventually(async () => {
      expect(await of(spinner)).toMatchObject({
        status: 'FAILED',
        lastError: expect.stringContaining(`its next step was not decided within ${limitMs} ms`),
      });
      expect(await of(leaker)).toMatchObject({ status: 'FAILED', lastError: expect.stringContaining('memory') });
    }, 60_000);
    await eventually(async () => expect(await scans()).toBeGreaterThan(before + 1), 30_000);
    for (const each of await healthy()) expect(each).toMatchObject({ status: 'RUNNING', attempt: 2 });
    const samples = samplesOf((await server.get('/metrics')).body as string);
    expect(valueOf(samples, 'fleet_step_threads_lost_total')).toBeGreaterThan(1);
    expect(server.logged()).toMatch(/ WARN {2}daemon: A container has cost the thread of steps: its next step/);
  }, 120_000);
});
