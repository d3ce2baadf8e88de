import { logEvents } from '../../src/application/ports/log.js';
import { eventually } from '../support/eventually.js';
import { samplesOf, valueOf } from '../support/exposition.js';
import { scratchDirectory, scriptedMain, startServer } from '../support/server-process.js';

interface Line {
  readonly ts: string;
  readonly level: string;
  readonly event: string;
  readonly msg: string;
  readonly outcome?: string;
  readonly durationMs?: number;
  readonly container?: string;
}

const linesIn = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe('the log of a server, as JSON', () => {
  const scratch = scratchDirectory();
  afterAll(() => scratch.remove());

  it('[A339] tells its life from start to end: each line an object, each event a known one, times in UTC', async () => {
    const settings = { HOLDFAST_LOG_FORMAT: 'json', HOLDFAST_DRAIN_MS: '500' };
    const server = await startServer(scratch.path, settings, undefined, scriptedMain);
    const start = (id: string, ship: string, params: object) =>
      server.post('containers', {
        player: 1,
        id,
        ships: [ship],
        runner: 'daemon',
        config: { command_type: 'scripted', params },
      });
    await start('yields', 'SHIP-1', { workMs: 600_000 });
    await start('unyielding', 'SHIP-2', { workMs: 600_000, stopMs: -1 });
    await start('throws', 'SHIP-3', { failAttempts: 1, throws: 'a bug', workMs: 10 });
    await eventually(async () => {
      const { body } = await server.get('containers/throws');
      expect(body.container).toMatchObject({ status: 'COMPLETED' });
    });
    const samples = samplesOf((await server.get('/metrics')).body as string);
    expect(valueOf(samples, 'fleet_store_fsync_duration_seconds_count')).toBeGreaterThan(5);
    expect(valueOf(samples, 'spacetraders_daemon_container_restarts_total', { container_type: 'command' })).toBe(1);
    expect(valueOf(samples, 'fleet_insecure_mode')).toBe(0);
    expect(await server.stop()).toBe(124);

    const logged = linesIn(server.logged());
    // The scripted product says on stderr that it is up; errors go there too, and nowhere else.
    const failed = linesIn(server.output().replace(/^up at .*$/m, '')).filter(({ level }) => level === 'error');
    expect(logged.filter(({ level }) => level === 'error')).toEqual([]);
    for (const line of [...logged, ...failed]) {
      expect(Object.keys(logEvents)).toContain(line.event);
      expect(new Date(line.ts).toISOString()).toBe(line.ts);
    }
    expect(logged.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        'server_started',
        'recovery_complete',
        'shutdown_begun',
        'containers_cut',
        'shutdown_done',
      ]),
    );
    expect(logged.find(({ event }) => event === 'shutdown_begun')).toMatchObject({ outcome: 'SIGTERM' });
    const done = logged.find(({ event }) => event === 'shutdown_done');
    expect(done).toMatchObject({ outcome: 'cut', msg: expect.stringContaining('2 interrupted') });
    expect(done?.durationMs).toBeGreaterThanOrEqual(500);
    expect(failed).toMatchObject([{ event: 'container_crashed', level: 'error', container: 'throws' }]);
  }, 90_000);
});
