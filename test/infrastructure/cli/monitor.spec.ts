import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processes } from '../../../src/infrastructure/processes.js';
import { stamp } from '../../../src/infrastructure/cli/monitor/log-file.js';
import { eventually } from '../../support/eventually.js';
import { answeringServer, problem, type AnsweringServer, type Heard, type Said } from './answering-server.js';
import { holdfast } from './holdfast.js';

const nothing = { body: { cleaned: 0, lines: [], repaired: [] } };
const noLocks = { body: { locks: [], next: null } };

describe('the lock monitor', () => {
  let server: AnsweringServer;
  let answer: (heard: Heard) => Said;
  let folder: string;
  beforeAll(async () => {
    server = await answeringServer((heard) => answer(heard));
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-monitor-'));
    answer = ({ method }) => (method === 'GET' ? noLocks : nothing);
  });
  afterEach(async () => {
    const pid = pidNow();
    if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const monitor = (verb: string, ...args: string[]) =>
    holdfast(['monitor', verb, '--data', folder, ...args], { url: server.url, cwd: folder });
  const pidFile = () => join(folder, 'monitor', 'lock_monitor.pid');
  const log = () => readFileSync(join(folder, 'monitor', 'lock_monitor.log'), 'utf8');
  const pidNow = () => (existsSync(pidFile()) ? Number(readFileSync(pidFile(), 'utf8').split('\n')[0]) : undefined);
  const isAlive = (pid: number) => processes.look({ pid, mark: processes.mark(pid) }) === 'alive';
  const pidIn = (text: string) => Number(/\(PID (\d+)\)/.exec(text)?.[1]);
  const dead = async () => {
    const child = spawn('sleep', ['100']);
    const found = { pid: child.pid ?? 0, mark: processes.mark(child.pid) };
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    return found;
  };

  it('starts as a process of its own, is one however often it is started, and stops', async () => {
    const started = await monitor('start');
    expect(started).toStrictEqual({ code: 0, stdout: `Lock monitor started (PID ${pidNow()})\n`, stderr: '' });
    const pid = pidIn(started.stdout);
    expect(isAlive(pid)).toBe(true);

    await expect(monitor('stop')).resolves.toStrictEqual({
      code: 0,
      stdout: `Lock monitor stopped (PID ${pid})\n`,
      stderr: '',
    });
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(join(folder, 'monitor'))).toStrictEqual(['lock_monitor.log']);
    expect(log()).toMatch(/Lock monitor stopping\.\.\.\n$/);
    await expect(monitor('stop')).resolves.toMatchObject({ code: 0, stdout: 'Lock monitor is not running\n' });
  }, 30_000);

  it('[A366] a second start says "already running (PID n)" and is well, in the foreground too', async () => {
    await monitor('start');
    const pid = pidNow();

    for (const verb of ['start', 'run']) {
      await expect(monitor(verb)).resolves.toStrictEqual({
        code: 0,
        stdout: `Lock monitor is already running (PID ${pid})\n`,
        stderr: '',
      });
    }
    expect(pidNow()).toBe(pid);
  }, 30_000);

  it('of several started at once one runs', async () => {
    const all = await Promise.all([monitor('start'), monitor('start'), monitor('start')]);

    expect(all.map(({ code }) => code)).toStrictEqual([0, 0, 0]);
    expect([...new Set(all.map(({ stdout }) => pidIn(stdout)))]).toStrictEqual([pidNow()]);
    expect(log().match(/Lock monitor started/g)).toHaveLength(1);
    expect(all.map(({ stdout }) => stdout.includes('already running')).sort()).toStrictEqual([false, true, true]);
  }, 30_000);

  it.each([
    ['a process that is gone', async () => `${(await dead()).pid}\nnull\n`],
    [
      'another process with the number of an earlier one',
      async () => `${process.pid}\n${JSON.stringify((await dead()).mark)}\n`,
    ],
    [
      'a process of an earlier boot',
      async () => `${process.pid}\n${JSON.stringify({ machine: 'another-boot/pid:[1]', began: '1' })}\n`,
    ],
    ['nobody', async () => 'rubbish'],
  ])(
    '[A366] a PID file that names %s is replaced',
    async (_what, content) => {
      mkdirSync(join(folder, 'monitor'));
      writeFileSync(pidFile(), await content());

      const { code, stdout } = await monitor('start');

      expect([code, stdout]).toStrictEqual([0, `Lock monitor started (PID ${pidNow()})\n`]);
      expect(isAlive(pidNow() ?? 0)).toBe(true);
    },
    30_000,
  );

  it('[A366] that was killed does not run, whoever has its number since; a stranger is not ended, and a start works', async () => {
    const unwatched = { body: { watch: { isWatching: false, watcher: null }, rules: [] } };
    answer = ({ url, method }) => (url.endsWith('/liveness') ? unwatched : method === 'GET' ? noLocks : nothing);
    await monitor('start');
    const killed = pidNow() ?? 0;
    process.kill(killed, 'SIGKILL');
    await eventually(() => expect(isAlive(killed)).toBe(false));
    await expect(monitor('status')).resolves.toMatchObject({ code: 1, stderr: 'Lock monitor is not running\n' });

    const stranger = spawn('sleep', ['100']);
    try {
      const left = readFileSync(pidFile(), 'utf8');
      writeFileSync(pidFile(), left.replace(String(killed), String(stranger.pid)));
      await expect(monitor('status')).resolves.toMatchObject({ code: 1, stderr: 'Lock monitor is not running\n' });
      const { stdout: json } = await monitor('status', '--json');
      expect(JSON.parse(json)).toMatchObject({ running: false, pid: null });
      await expect(monitor('stop')).resolves.toMatchObject({ code: 0, stdout: 'Lock monitor is not running\n' });
      expect([stranger.exitCode, stranger.signalCode]).toStrictEqual([null, null]);

      await expect(monitor('start')).resolves.toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Lock monitor started \(PID \d+\)\n$/),
      });
      expect(isAlive(pidNow() ?? 0)).toBe(true);
      expect(pidNow()).not.toBe(stranger.pid);
    } finally {
      stranger.kill('SIGKILL');
    }
  }, 60_000);

  it('[A368] is killed a second after TERM when it does not end, and its file goes with it', async () => {
    await monitor('start');
    const pid = pidNow() ?? 0;
    process.kill(pid, 'SIGSTOP');
    const before = Date.now();

    await expect(monitor('stop')).resolves.toMatchObject({ code: 0, stdout: `Lock monitor stopped (PID ${pid})\n` });

    expect(Date.now() - before).toBeGreaterThan(1_000);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(pidFile())).toBe(false);
    expect(log()).toContain('Lock monitor stopping...');
  }, 30_000);

  it('[A370] a restart ends the old process and begins another one', async () => {
    await monitor('start');
    const old = pidNow() ?? 0;

    const { code, stdout } = await monitor('restart');

    expect([code, stdout]).toStrictEqual([
      0,
      `Lock monitor stopped (PID ${old})\nLock monitor started (PID ${pidNow()})\n`,
    ]);
    expect([isAlive(old), isAlive(pidNow() ?? 0), pidNow() === old]).toStrictEqual([false, true, false]);
  }, 30_000);

  it('its status is 0 with the last ten lines while it runs, and 1 when it does not; with the watch of the server', async () => {
    const watcher = { host: 'deck', pid: 7, runs: 3, sinceMs: 0, lastRunAtMs: 0, nextRunAtMs: 0 };
    const liveness = { body: { watch: { isWatching: true, watcher }, rules: ['silent for 2 min: taken away'] } };
    answer = ({ url, method }) => (url.endsWith('/liveness') ? liveness : method === 'GET' ? noLocks : nothing);

    const { code, stdout, stderr } = await monitor('status');
    expect([code, stderr]).toStrictEqual([1, 'Lock monitor is not running\n']);
    expect(stdout).toMatch(/process 7 on deck[^]*round 3[^]*silent for 2 min/);

    await monitor('start');
    const running = await monitor('status');
    expect(running.code).toBe(0);
    expect(running.stdout).toMatch(
      new RegExp(`^Lock monitor is running \\(PID ${pidNow()}\\)\\n {2}\\[.*Lock monitor started[^]*process 7 on deck`),
    );
    const { stdout: json } = await monitor('status', '--json');
    expect(JSON.parse(json)).toMatchObject({
      running: true,
      pid: pidNow(),
      server: { watch: { watcher: { runs: 3 } } },
    });
  }, 30_000);

  it('[A369] shows the newest 50 lines of its log, and goes on with -f', async () => {
    mkdirSync(join(folder, 'monitor'));
    const earlier = Array.from({ length: 60 }, (_, line) => `[2026-01-31 12:00:00] line ${line}`);
    writeFileSync(join(folder, 'monitor', 'lock_monitor.log'), `${earlier.join('\n')}\n`);

    const { code, stdout } = await monitor('logs');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toStrictEqual(earlier.slice(-50));

    let interrupt = () => undefined as void;
    let started: Promise<unknown> | undefined;
    const interruptedBy = new Promise<void>((resolve) => (interrupt = resolve));
    const following = holdfast(['monitor', 'logs', '-f', '--data', folder], {
      interruptedBy,
      onOutput: (text) => {
        if (text.includes('Lock monitor started')) interrupt();
        else if (text.includes('line 59')) started ??= monitor('start');
      },
    });
    await expect(following).resolves.toMatchObject({ code: 130 });
    await started;
  }, 30_000);

  it('asks the server for a round at once and then each interval, and logs what came of it', async () => {
    const line = 'CLEANUP: Task #7 - Stale lock (1801s old, owner: test_ai)';
    answer = ({ method }) =>
      method === 'GET' ? noLocks : { body: { cleaned: 1, lines: [line, 'Cleaned 1 lock(s)'], repaired: [] } };
    const before = server.heard.length;
    await monitor('start', '--interval', '100ms');

    await eventually(() => {
      const swept = server.heard.slice(before).filter(({ url }) => url === '/api/v1/liveness/sweep');
      expect(swept.length).toBeGreaterThan(2);
      expect(swept[0]).toMatchObject({ method: 'POST', body: '{"dryRun":false}' });
      expect(log()).toMatch(
        /\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] CLEANUP: Task #7 - Stale lock \(1801s old, owner: test_ai\)\n\[.{19}\] Cleaned 1 lock\(s\)\n/,
      );
    });
  }, 30_000);

  it('[A350, A351] reports a process that is dead on this machine, with its number and its owner, and no other one', async () => {
    const gone = { host: 'here', ...(await dead()) };
    const lock = (name: string, process_: object | null, more: object = {}) => ({
      ...{ kind: 'task', scope: 'main', name, token: 4, owner: 'test_ai', holder: { id: 's' }, process: process_ },
      ...more,
    });
    const locks = [
      lock('999', gone),
      lock('1', { host: 'here', pid: process.pid, mark: processes.mark() }),
      lock('2', { host: 'there', pid: gone.pid, mark: { machine: 'elsewhere', began: '1' } }),
      lock('3', { host: 'here', pid: gone.pid, mark: null }),
      lock('4', null),
      lock('readiness', gone, { kind: 'phase', scope: 'flow-1', owner: null }),
      lock('5', gone),
    ];
    const asked: Heard[] = [];
    answer = (heard) => {
      asked.push(heard);
      if (heard.url.includes('/5/')) return problem(409, 'stale-token', 'it was renewed');
      if (heard.url.endsWith('dead-process')) return { body: { freed: {}, already: false } };
      return heard.method === 'GET' ? { body: { locks, next: null } } : nothing;
    };

    await monitor('start');

    await eventually(() => {
      expect(log()).toContain(`] CLEANUP: Task #999 - Dead process (PID: ${gone.pid}, owner: test_ai)\n`);
      expect(log()).toContain(`] CLEANUP: Phase flow-1/readiness - Dead process (PID: ${gone.pid}, owner: s)\n`);
      expect(log()).toContain('] Cleaned 2 lock(s)\n');
    });
    const reports = asked.filter(({ url }) => url.endsWith('dead-process'));
    expect(reports.map(({ url }) => url)).toStrictEqual([
      '/api/v1/locks/tasks/main/999/lease/dead-process',
      '/api/v1/locks/phases/flow-1/readiness/lease/dead-process',
      '/api/v1/locks/tasks/main/5/lease/dead-process',
    ]);
    expect(JSON.parse(reports[0]?.body ?? '')).toStrictEqual({
      token: 4,
      process: gone,
      observedBy: expect.stringMatching(/^lock-monitor-/),
    });
  }, 30_000);

  it('outlives a server that is away, says so once, and goes on when it is back', async () => {
    answer = () => problem(503, 'event-store-unavailable', 'the log is away');
    await monitor('start', '--interval', '50ms');
    const before = server.heard.length;
    await eventually(() => expect(server.heard.length - before).toBeGreaterThan(4));
    answer = ({ method }) => (method === 'GET' ? noLocks : nothing);

    await eventually(() => expect(log()).toMatch(/\] The server answers again\n/));
    expect(log().match(/WARNING/g)).toHaveLength(1);
  }, 30_000);

  it('ends when its place is another one’s', async () => {
    await monitor('start', '--interval', '50ms');
    const pid = pidNow() ?? 0;
    writeFileSync(pidFile(), `${process.pid}\nnull\n`);
    try {
      await eventually(() => expect(isAlive(pid)).toBe(false));
    } finally {
      writeFileSync(pidFile(), 'rubbish');
    }
  }, 30_000);

  it('stamps its lines by the clock of this machine', () => {
    expect(stamp(new Date(2026, 0, 31, 4, 5, 6).getTime())).toBe('[2026-01-31 04:05:06]');
  });
});
