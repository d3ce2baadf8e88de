import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdfast } from '../infrastructure/cli/holdfast.js';
import { viewsOfTheRun } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';

describe('locks from a shell, on a real server', () => {
  const scratch = scratchDirectory();
  const living: ChildProcess[] = [];
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer(join(scratch.path, 'data'), {
      ...(await viewsOfTheRun()),
      // The server's own watch stays out of it.
      HOLDFAST_MONITOR_INTERVAL_MS: '60000',
      HOLDFAST_SWEEP_INTERVAL_MS: '60000',
      HOLDFAST_SHIP_TTL_MS: '120000',
      HOLDFAST_AMNESTY_MS: '120000',
    });
  }, 90_000);
  afterAll(async () => {
    await holdfast(['monitor', 'stop', '--data', scratch.path]);
    for (const child of living) child.kill('SIGKILL');
    await server?.stop();
    scratch.remove();
  }, 60_000);

  const locks = (...args: string[]) => holdfast(['locks', ...args], { url: server.url, cwd: scratch.path });
  const held = async (task: string, agent: string, ...more: string[]) => {
    const { code, stdout, stderr } = await locks('acquire', task, agent, ...more, '--json');
    expect([code, stderr]).toStrictEqual([0, '']);
    return (JSON.parse(stdout) as { token: number }).token;
  };
  const sleeper = (): number => {
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
    living.push(child);
    return child.pid ?? 0;
  };
  const killed = async (pid: number) => {
    const child = living.find((each) => each.pid === pid);
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGKILL');
    await gone;
  };

  it('[A359] check prints owner and age and exits with 0 for a held task, and with 1 for a free one', async () => {
    await expect(locks('check', '1')).resolves.toStrictEqual({
      code: 1,
      stdout: '',
      stderr: 'Task #1 is not locked\n',
    });

    await held('1', 'backend-1', '--session', 'run-42');

    await expect(locks('check', '1')).resolves.toStrictEqual({
      code: 0,
      stdout: expect.stringMatching(/^Task #1 is locked by backend-1, age .+ \(session run-42, token 1\)\n$/),
      stderr: '',
    });
    await expect(locks('check', 'main/1')).resolves.toMatchObject({ code: 0 });
    await expect(locks('check', '1', '--queue', 'other')).resolves.toMatchObject({ code: 1 });
  });

  it('[A374] its environment is taken over by a shell, and what was done with it stands in the history', async () => {
    const { stdout } = await locks('acquire', '2', 'backend-1', '--session', 'run-2', '--export');
    expect(stdout).toBe(
      "export HOLDFAST_TOKEN='1'\nexport HOLDFAST_SESSION='run-2'\nexport HOLDFAST_TASK='2'\nexport HOLDFAST_QUEUE='main'\nunset HOLDFAST_PHASE\n",
    );
    const env = { HOLDFAST_TOKEN: '1', HOLDFAST_SESSION: 'run-2' };
    const own = (...args: string[]) => holdfast(['locks', ...args], { url: server.url, env });

    await expect(own('acquire', '2', 'backend-1')).resolves.toMatchObject({
      stdout: expect.stringMatching(/^Lock already held for Task #2 by backend-1 \(token 1\)/),
    });
    await expect(own('renew', '2')).resolves.toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Lock renewed for Task #2 \(token 1\)/),
    });
    await expect(own('release', '2', 'FAILED', '--detail', 'tests are red')).resolves.toStrictEqual({
      code: 0,
      stdout: 'Lock released for Task #2 (failed)\n',
      stderr: '',
    });

    const { stdout: history } = await locks('history', '2', '--time-format', 'iso');
    expect(history).toMatch(/^TOKEN +HOLDER[^\n]*\n1 +run-2 .*tests are red/);
    expect((await holdfast(['history', 'task:main/2', '--time-format', 'iso'], { url: server.url })).stdout).toBe(
      history,
    );
  });

  it('[A355] of two agents at once one wins, and the other gives up after three tries two seconds apart', async () => {
    const before = Date.now();
    const both = await Promise.all([locks('acquire', '3', 'one'), locks('acquire', '3', 'two')]);

    expect(both.map(({ code }) => code).sort()).toStrictEqual([0, 1]);
    expect(both.find(({ code }) => code === 1)?.stderr).toMatch(
      /\nFailed to acquire lock for Task #3 after 3 attempts\n$/,
    );
    expect(Date.now() - before).toBeGreaterThan(4_000);
  }, 30_000);

  it('[A355] a lock that is given back while another one waits goes to it', async () => {
    const token = await held('4', 'one');
    const waiting = locks('acquire', '4', 'two', '--wait', '20s');
    await eventually(async () => {
      const { stdout } = await locks('check', '4');
      expect(stdout).toContain('locked by one');
    });
    await locks('release', '4', '--token', String(token));

    await expect(waiting).resolves.toMatchObject({ code: 0, stdout: expect.stringMatching(/by two \(token 2\)/) });
  }, 30_000);

  it('[A358] the release of what is not locked says so and exits with 1', async () => {
    const free = { code: 1, stdout: '', stderr: 'No lock found for Task #5\n' };
    await expect(locks('release', '5')).resolves.toStrictEqual(free);
    await expect(locks('release', '5', '--token', '1')).resolves.toStrictEqual(free);
    await expect(locks('release', '5', '--force', '--reason', 'x')).resolves.toStrictEqual(free);
    const token = await held('5', 'one');
    await expect(locks('release', '5', '--token', String(token))).resolves.toMatchObject({ code: 0 });
    await expect(locks('release', '5', '--token', String(token))).resolves.toStrictEqual(free);
  });

  it('[A357] a release by anybody else is refused; by force it needs a reason, and is in the history', async () => {
    const token = await held('6', 'one');

    const anybody = await locks('release', '6');
    expect([anybody.code, anybody.stderr]).toStrictEqual([
      4,
      expect.stringMatching(/^Task #6 is locked by one, age .* only its holder releases it/),
    ]);
    await expect(locks('release', '6', '--token', String(token + 1))).resolves.toMatchObject({ code: 4 });
    await expect(locks('release', '6', '--force')).resolves.toMatchObject({ code: 2 });
    const before = ['release', '6', '--force', '--reason', 'unplugged', '--expected-token', String(token + 1)];
    await expect(locks(...before)).resolves.toMatchObject({ code: 4, stderr: expect.stringContaining('by now') });
    await expect(locks('release', '6', '--expected-token', String(token))).resolves.toMatchObject({ code: 2 });
    await expect(locks('check', '6')).resolves.toMatchObject({ code: 0 });

    await expect(locks('release', '6', '--force', '--reason', 'unplugged', '--operator', 'ann')).resolves.toMatchObject(
      { code: 0, stdout: expect.stringContaining('unplugged') },
    );
    await expect(locks('check', '6')).resolves.toMatchObject({ code: 1 });
    const { stdout } = await locks('history', '6', '--events');
    expect(stdout).toMatch(/unplugged/);
    expect(stdout).toMatch(/ann/);
  });

  it('[A357] break asks first, says before what it would do, and takes no other hold than that', async () => {
    const token = String(await held('break/1', 'one', '--session', 'run-1'));
    const taking = ['break', 'break/1', '--reason', 'unplugged'];

    await expect(locks(...taking)).resolves.toMatchObject({ code: 2, stdout: '' });
    const foretold = await locks(...taking, '--preview');
    expect(foretold).toMatchObject({ code: 0 });
    expect(foretold.stdout).toMatch(
      new RegExp(`^run-1 would lose Task #break/1\\. To hold it to that: --expected-token ${token}\n`),
    );
    await expect(locks(...taking, '--yes', '--expected-token', '99')).resolves.toMatchObject({ code: 4 });
    await expect(locks('check', 'break/1')).resolves.toMatchObject({ code: 0 });

    await expect(locks(...taking, '--yes', '--expected-token', token)).resolves.toStrictEqual({
      code: 0,
      stdout: `Lock of run-1 was taken by force for Task #break/1 (token ${token}): unplugged\n`,
      stderr: '',
    });
    await expect(locks('check', 'break/1')).resolves.toMatchObject({ code: 1 });
    await expect(locks(...taking, '--yes')).resolves.toMatchObject({ code: 1 });
  });

  it('hand-over passes a lock on under a new token, and the old one is refused', async () => {
    const token = await held('over/1', 'one', '--session', 'run-1');
    const passing = ['hand-over', 'over/1', '--from', 'run-1', '--to', 'run-2', '--token', String(token)];

    await expect(locks(...passing)).resolves.toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Lock of Task #over\/1 passed from run-1 to run-2 \(token 2\); renew it every /),
    });
    await expect(locks('renew', 'over/1', '--token', String(token))).resolves.toMatchObject({ code: 4 });
    await expect(locks('renew', 'over/1', '--token', '2')).resolves.toMatchObject({ code: 0 });
  });

  it('[A360] list has one line per lock with task, owner, age and PID, and says when there is none', async () => {
    const pid = sleeper();
    await held('listed/7', 'test_ai', '--pid', String(pid));
    await held('phase:listed/readiness', 'worker-3');

    const { stdout } = await locks('list', '--queue', 'listed');
    expect(stdout.trimEnd().split('\n').sort()).toStrictEqual([
      expect.stringMatching(/^Phase listed\/readiness \| worker-3 \| .+ \| -$/),
      expect.stringMatching(new RegExp(`^Task #listed/7 \\| test_ai \\| .+ \\| ${pid}$`)),
    ]);
    await expect(locks('list', '--queue', 'nothing-here')).resolves.toStrictEqual({
      code: 0,
      stdout: '(no active locks)\n',
      stderr: '',
    });
  });

  it('[A351, A361] clean-stale frees what the dead left and nothing else, and prints how much', async () => {
    const [alive, doomed] = [sleeper(), sleeper()];
    await held('clean/1', 'living', '--pid', String(alive));
    await held('clean/2', 'gone', '--pid', String(doomed));
    await held('clean/3', 'unnamed');
    await killed(doomed);

    await expect(locks('clean-stale', '--dry-run')).resolves.toMatchObject({
      code: 0,
      stdout: `CLEANUP: Task #clean/2 - Dead process (PID: ${doomed}, owner: gone)\nWould clean 1 lock(s)\n`,
    });
    await expect(locks('check', 'clean/2')).resolves.toMatchObject({ code: 0 });
    await expect(locks('clean-stale')).resolves.toMatchObject({
      code: 0,
      stdout: `CLEANUP: Task #clean/2 - Dead process (PID: ${doomed}, owner: gone)\nCleaned 1 lock(s)\n`,
    });
    await expect(locks('clean-stale')).resolves.toMatchObject({ stdout: 'Cleaned 0 lock(s)\n' });
    const { stdout } = await locks('list', '--queue', 'clean');
    expect(stdout.match(/living|gone|unnamed/g)?.sort()).toStrictEqual(['living', 'unnamed']);
  }, 30_000);

  it('[A350, A364] the monitor frees the lock of a process that was killed with KILL, and says so in its log', async () => {
    const pid = sleeper();
    await held('999', 'test_ai', '--pid', String(pid));
    const at = { url: server.url, cwd: scratch.path };
    const started = await holdfast(['monitor', 'start', '--data', scratch.path, '--interval', '200ms'], at);
    expect(started.code).toBe(0);
    await killed(pid);

    const log = () => readFileSync(join(scratch.path, 'monitor', 'lock_monitor.log'), 'utf8');
    await eventually(() =>
      expect(log()).toMatch(
        new RegExp(`\\] CLEANUP: Task #999 - Dead process \\(PID: ${pid}, owner: test_ai\\)\n\\[.*\\] Cleaned 1 lock`),
      ),
    );
    await expect(locks('check', '999')).resolves.toMatchObject({ code: 1 });
    const { stdout } = await locks('history', '999');
    expect(stdout).toMatch(/dead.process/i);
    const status = await holdfast(['monitor', 'status', '--data', scratch.path], at);
    expect(status.code).toBe(0);
    expect(status.stdout).toMatch(/Lock monitor is running[^]*heartbeat[^]*rules/);
    await expect(holdfast(['monitor', 'stop', '--data', scratch.path], at)).resolves.toMatchObject({ code: 0 });
  }, 30_000);

  it('why says of a lock who has it and which command would help', async () => {
    await held('why/1', 'backend-1', '--session', 'run-1');

    const { stdout } = await holdfast(['why', 'task:why/1'], { url: server.url });

    expect(stdout).toMatch(/^task +1 of queue why\nheld by +agent run-1/);
    expect(stdout).toContain('holdfast locks break task:why/1 --reason WHY');
    await expect(locks('reserve', 'why/2', '--reason', 'by hand')).resolves.toMatchObject({ code: 0 });
    await expect(locks('acquire', 'why/2', 'backend-1')).resolves.toMatchObject({
      code: 4,
      stderr: expect.stringContaining('holdfast why task:why/2'),
    });
    await expect(locks('lift', 'why/2', '--reason', 'done')).resolves.toMatchObject({
      code: 0,
      stdout: 'Task #why/2 is free\n',
    });
  });
});
