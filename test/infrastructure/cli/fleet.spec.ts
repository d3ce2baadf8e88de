import { startUniverse } from '../../../src/embedded/universe/server.js';
import { readFile } from 'node:fs/promises';
import { startTestApp, type TestApp } from '../../support/app.js';
import { holdfast } from './holdfast.js';

describe('the holdfast command, with a real server', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  const ask = (...args: string[]) => holdfast(args, { url: app.url });
  /** Asks under --json, and has the view reflect what was done before the next command. */
  async function did(...args: string[]) {
    const { stdout, stderr, code } = await ask(...args, '--json');
    expect([code, stderr]).toStrictEqual([0, '']);
    const body = JSON.parse(stdout) as { readonly position?: string; readonly [name: string]: unknown };
    if (body.position !== undefined) await app.get(`containers?minPosition=${body.position}`);
    return body;
  }
  const parameters = '{"markets":["X1-A-1"],"system":"X1-A"}';
  const startTour = async (ship: string) =>
    (await did(
      'container',
      'start',
      '--player',
      '2',
      '--ship',
      ship,
      '--command',
      'ScoutTourCommand',
      '--params',
      parameters,
    )) as {
      readonly container: { readonly id: string };
      readonly token: number;
    } & object;

  it('takes a ship, shows who has it, and gives it back', async () => {
    await did('ship', 'acquire', 'COOPER-2', '--player', '2', '--holder', 'agent-7', '--operation', 'mining');

    const listed = await ask('assignments', '--player', '2');
    expect(listed.stdout).toMatch(/^COOPER-2 +2 +active +agent-7 +1 +mining/m);
    const second = await ask('ship', 'acquire', 'COOPER-2', '--player', '2', '--holder', 'agent-8');
    expect(second.code).toBe(4);
    expect(second.stderr).toMatch(/^Ship COOPER-2 already assigned to agent-7 \(since .+, token 1\); you can wait/);
    const renewed = await ask('ship', 'renew', 'COOPER-2', '--token', '1');
    expect(renewed.stdout).toMatch(/^agent-7 keeps COOPER-2 under token 1;/);
    await did('ship', 'release', 'COOPER-2', '--token', '1', '--reason', 'completed');
    const idle = await ask('ship', 'get', 'COOPER-2');
    expect(idle.stdout).toMatch(/^status +idle\n[^]*^freed because +completed$/m);
  });

  it('explains a ship with the commands that get it', async () => {
    const { container } = await startTour('COOPER-3');

    const { stdout } = await ask('why', 'COOPER-3');

    expect(stdout).toMatch(new RegExp(`^held by +container ${container.id}, for .+, token 1$`, 'm'));
    expect(stdout).toMatch(/^evidence +container is RUNNING, attempt 1/m);
    expect(stdout).toMatch(/^owes +nothing$/m);
    expect(stdout).toContain(`holdfast container stop ${container.id}\n`);
    expect(stdout).toContain('holdfast ship break COOPER-3 --player 2 --reason WHY\n');
  });

  it('runs a container through its life', async () => {
    const { container, token } = await startTour('COOPER-4');
    const { id } = container;
    const worker = (verb: string, ...more: string[]) => ask('container', verb, id, '--token', String(token), ...more);

    expect((await worker('heartbeat', '--cursor', '{"lap":1}')).stdout).toBe(
      'RUNNING: go on, and renew again within 10 s.\n',
    );
    expect((await worker('iterate', '--visited', 'X1-A-1')).stdout).toContain('1 of 1 done');
    expect((await worker('complete')).stdout).toBe(`${id} is COMPLETED, 1 of 1 done.\nCOOPER-4 is free.\n`);
    expect((await worker('complete')).code).toBe(4);
    expect((await ask('container', 'remove', id, '-y')).stdout).toBe(`Container ${id} is removed.\n`);
    const history = await ask('container', 'history', id);
    expect(history.stdout.match(/Container\w+/g)).toStrictEqual([
      'ContainerRemoved',
      'ContainerCompleted',
      'ContainerIterationCompleted',
      'ContainerStarted',
      'ContainerStarting',
      'ContainerCreated',
    ]);
    expect(await ask('container', 'get', 'nobody')).toStrictEqual({
      code: 3,
      stdout: '',
      stderr: 'Container nobody not found.\n',
    });
  });

  it('says who had a ship, since when, and why it was freed', async () => {
    await did('ship', 'acquire', 'COOPER-5', '--player', '2', '--holder', 'agent-7');
    await did(
      'ship',
      'hand-over',
      'COOPER-5',
      '--token',
      '1',
      '--from',
      'agent-7',
      '--to',
      'agent-8',
      '--reason',
      'shift',
    );
    await did('ship', 'break', 'COOPER-5', '--reason', 'unplugged', '--operator', 'ann', '--yes');
    await did('ship', 'reserve', 'COOPER-5', '--reason', 'repair', '--operator', 'ann');

    const { stdout } = await ask('history', 'COOPER-5', '--time-format', 'iso');

    const [, ...rows] = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows.map(([token, holder, , , , , why]) => [token, holder, why])).toStrictEqual([
      ['3', 'ann', undefined],
      ['2', 'agent-8', 'broken by ann: unplugged'],
      ['1', 'agent-7', 'handed over to agent-8: shift'],
    ]);
    expect(rows[2]?.[3]).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect((await ask('ship', 'lift', 'COOPER-5', '--reason', 'done', '--operator', 'ann')).code).toBe(0);
  });

  it('asks which player’s ship is meant when there are several', async () => {
    await did('ship', 'acquire', 'TWIN-1', '--player', '1', '--holder', 'agent-1');
    await did('ship', 'acquire', 'TWIN-1', '--player', '2', '--holder', 'agent-2');

    const several = await ask('why', 'TWIN-1');
    const none = await ask('why', 'NOBODY-1');

    expect(several).toMatchObject({
      code: 2,
      stderr: 'Players 1 and 2 each have a ship TWIN-1: say which with --player.\n',
    });
    expect(none).toMatchObject({ code: 3, stderr: expect.stringMatching(/^No ship NOBODY-1 is known/) });
  });

  it('releases several leases after showing which, and only when told to', async () => {
    await did('ship', 'acquire', 'BULK-1', '--player', '7', '--holder', 'agent-1');
    await did('ship', 'acquire', 'BULK-2', '--player', '7', '--holder', 'agent-2');
    const all = ['release', '--player', '7', '--all', '--reason', 'reset'];

    const preview = await ask(...all, '--preview');
    const refused = await ask(...all);
    const released = await ask(...all, '--yes');

    expect(preview.stdout).toMatch(/^BULK-1 +agent-1 +1 .+ released/m);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/2 of 2 leases .+ Say --yes/) });
    expect(released).toMatchObject({ code: 0, stderr: '2 of 2 released.\n' });
    expect((await app.get('players/7/ships/BULK-2/why')).body.hold).toBeNull();
  });

  it('does a write once under one idempotency key', async () => {
    const write = ['container', 'start', '--player', '3', '--ship', 'ONCE-1', '--idempotency-key', 'start-1', '--json'];

    const first = await ask(...write);
    const again = await ask(...write);

    expect(again).toStrictEqual(first);
    expect(first.code).toBe(0);
  });

  it('charts the systems of a file and of stdin', async () => {
    const chart = new URL('../../../examples/X1-HF01.json', import.meta.url).pathname;

    const charted = await ask('universe', 'import', chart);
    const again = await holdfast(['universe', 'import', '-'], { url: app.url, input: await readFile(chart, 'utf8') });

    expect(charted).toMatchObject({ code: 0, stdout: expect.stringMatching(/^X1-HF01: \d+ waypoints, charted\.\n$/) });
    expect(again.stdout).toMatch(/as charted before/);
  });

  it('[A112] plans which ship scouts which markets', async () => {
    await did('universe', 'import', new URL('../../../examples/X1-HF01.json', import.meta.url).pathname);
    const plan = ['scout', 'plan', '--system', 'X1-HF01', '--ships', 'COOPER-2,COOPER-3'];
    const { tours } = JSON.parse((await ask(...plan, '--json')).stdout);
    expect(tours.map(({ ship }: { ship: string }) => ship)).toEqual(['COOPER-2', 'COOPER-3']);
    const [{ markets: first }, { markets: second }] = tours;
    expect(new Set([...first, ...second]).size).toBe(first.length + second.length);
    expect((await ask(...plan)).stdout).toMatch(/^COOPER-2 +\d/m);
    expect((await ask(...plan, '--markets', first[0])).stdout).toContain(first[0]);
    expect(await ask(...plan, '--markets', 'X1-HF01-NONE')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('does not have X1-HF01-NONE'),
    });
  });

  it('[A113] has markets scouted, and says which tours were flown before', async () => {
    await did('universe', 'import', new URL('../../../examples/X1-HF01.json', import.meta.url).pathname);
    const scout = ['scout', 'markets', '--system', 'X1-HF01', '--player', '7', '--ships', 'ENDURANCE-2,ENDURANCE-3'];
    expect((await ask(...scout)).stdout).toMatch(/^ENDURANCE-2 +scout-tour-ENDURANCE-2-[0-9a-f]{8} +now +X1-HF01-/m);
    expect((await ask(...scout)).stdout).toMatch(/^ENDURANCE-3 +scout-tour-ENDURANCE-3-[0-9a-f]{8} +before /m);
    expect(await ask(...scout.slice(0, 6))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('name the ships'),
    });
  });

  it('charts a system as the game has it, and says when there is none', async () => {
    const universe = await startUniverse({ port: 0, symbol: 'X1-GAME7', rateLimit: false });
    const from = ['--from', `${universe.url}/v2`];
    try {
      const charted = await ask('universe', 'chart', 'X1-GAME7', ...from);
      expect(charted).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^X1-GAME7: \d\d+ waypoints, charted\.\n$/),
      });
      expect((await ask('universe', 'chart', 'X1-GAME7', ...from)).stdout).toMatch(/as charted before/);
      expect(await ask('universe', 'chart', 'X1-NONE', ...from)).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('The game says of X1-NONE'),
      });
    } finally {
      await universe.stop();
    }
  });

  it('registers players and lists them', async () => {
    await did('players', 'register', '2', 'COOPER');

    expect((await ask('players', 'list')).stdout).toMatch(/^2 +COOPER /m);
  });

  it('shows, verifies and rebuilds the views', async () => {
    expect((await ask('projections', 'list')).stdout).toMatch(/^fleet +projecting /m);
    expect((await ask('projections', 'parked')).stderr).toMatch(/^No stream is parked/);
    const verified = await ask('projections', 'verify', '--all');
    expect(verified.stdout).toMatch(/^View fleet is right: \d+ events in .+, no difference\.$/m);
    expect(verified.code).toBe(0);
    expect((await ask('projections', 'rebuild', 'players')).stdout).toMatch(/^View players was made anew/);
    expect(await ask('projections', 'rebuild', 'nope')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/no view nope/),
    });
  });

  it('exports the log in its order, without the answers kept for idempotency keys', async () => {
    const { stdout } = await ask('history', 'export', '--out', '-', '--redact');

    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { position: string; stream: string; metadata: { actor: object } });
    const positions = events.map(({ position }) => BigInt(position));
    expect(positions).toStrictEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(new Set(events.map(({ stream }) => stream.split('-', 1)[0]))).toStrictEqual(
      new Set(['ship', 'container', 'player', 'system']),
    );
    expect(events[0]?.metadata.actor).toMatchObject({ key: 'actor-1' });
    const ofShips = await app.get('events?streams=ship-2.COOPER-2&limit=1');
    expect(ofShips.body).toMatchObject({ events: [{ type: 'LeaseGranted' }], next: expect.stringMatching(/^\d+$/) });
    expect((await app.get('events?streams=request-')).status).toBe(422);
  });

  it('shows the configuration with its sources and no secret', async () => {
    const env = { DATABASE_URL: 'postgres://ann:s3cret@127.0.0.1:5432/fleet', HOLDFAST_PORT: '4001' };
    const shown = await holdfast(['config'], { env });
    const wrong = await holdfast(['config'], { env: { HOLDFAST_PORT: 'x', HOLDFAST_PROT: '1' } });

    expect(shown.stdout).toMatch(/^HOLDFAST_PORT +4001 +env$/m);
    expect(shown.stdout).toMatch(/^DATABASE_URL +postgres:\/\/\[secret\]@127\.0\.0\.1:5432\/fleet +env$/m);
    expect(shown.stdout).not.toContain('s3cret');
    expect(wrong).toMatchObject({ code: 78, stdout: '' });
    expect(wrong.stderr.trim().split('\n')).toHaveLength(2);
  });
});
