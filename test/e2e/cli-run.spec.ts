import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessMark } from '../../src/domain/kernel/process-mark.js';
import { processes } from '../../src/infrastructure/processes.js';
import { holdfast } from '../infrastructure/cli/holdfast.js';
import { commandLines } from '../support/command-lines.js';
import { viewsOfTheRun } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { plainEnvironment, scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

const processesOf = (command: string): readonly number[] =>
  commandLines().flatMap(({ pid, line }) => (line === command ? [pid] : []));

describe('holdfast run, with real processes and a real server', () => {
  const scratch = scratchDirectory();
  const running = new Set<ChildProcess>();
  /** The commands by their process group, with the mark that tells them from a later process of the same number. */
  const commands = new Map<number, ProcessMark>();
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer(join(scratch.path, 'data'), await viewsOfTheRun());
  }, 90_000);
  // Whatever `run` fails to end is ended here, before the test that saw it is over.
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
    for (const [pid, mark] of commands) {
      if (processes.look({ pid, mark }) === 'alive') process.kill(-pid, 'SIGKILL');
    }
    commands.clear();
  });
  afterAll(async () => {
    await server?.stop();
    scratch.remove();
  }, 60_000);

  const file = (name: string) => join(scratch.path, name);
  const run = (options: readonly string[], ...command: readonly string[]) => runWith({}, options, ...command);
  const runWith = (more: NodeJS.ProcessEnv, options: readonly string[], ...command: readonly string[]): Run => {
    const env = { ...plainEnvironment(), HOLDFAST_URL: server.url, ...more };
    const child = spawn(process.execPath, [cli, 'run', '--agent', 'test_ai', ...options, '--', ...command], {
      ...{ env, cwd: scratch.path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      child.once('close', (code) => {
        running.delete(child);
        resolve({ code, stdout, stderr });
      });
    });
    return { child, ended };
  };
  const shell = (options: readonly string[], script: string): Run => run(options, 'sh', '-c', script);
  const queued = async (id: string) => {
    const { status } = await server.post('queues/main/tasks', { id, title: `task ${id}` });
    expect(status).toBe(201);
  };
  const task = async (id: string) => {
    const { body } = await server.get(`/api/v1/queues/main/tasks/${id}/why`);
    return body as { task: { status: string; failures: number; lastFailure: { details: string } | null } };
  };
  const lock = async (id: string) => {
    const { body } = await server.get(`/api/v1/locks/tasks/main/${id}/why`);
    return body as {
      hold: { owner: string; token: number; process: { pid: number } } | null;
      previous: { reason: string; detail: string } | null;
    };
  };
  /** A command that says its process id and stays until it is ended, or until nobody can be waiting for it any more. */
  const staying = (name: string, more = '') =>
    `${more} echo $$ > ${file(name)}; i=0; while [ $i -lt 200 ] && [ ! -e ${file(`go-${name}`)} ]; do sleep 0.1; i=$((i + 1)); done`;
  const begun = (name: string) =>
    eventually(() => {
      const pid = existsSync(file(name)) ? Number(readFileSync(file(name), 'utf8')) : 0;
      expect(pid).toBeGreaterThan(0);
      commands.set(pid, processes.mark(pid));
      return pid;
    });
  const isAlive = (pid: number) => processes.look({ pid, mark: processes.mark(pid) }) === 'alive';

  it('[A365] claims a queued task, tells the command what it holds, and completes the task at exit 0', async () => {
    await queued('1');

    const { ended } = shell(
      ['--task', '1'],
      'echo "$HOLDFAST_TASK/$HOLDFAST_QUEUE/$HOLDFAST_TOKEN/$HOLDFAST_URL"; cat',
    );

    await expect(ended).resolves.toStrictEqual({ code: 0, stdout: `1/main/1/${server.url}\n`, stderr: '' });
    expect((await task('1')).task.status).toBe('completed');
    expect(await lock('1')).toMatchObject({ hold: null, previous: { reason: 'completed' } });
  }, 60_000);

  it('has the exit code of the command, and fails the task by it', async () => {
    await queued('2');

    await expect(shell(['--task', '2'], 'exit 3').ended).resolves.toMatchObject({ code: 3 });

    expect((await task('2')).task).toMatchObject({ failures: 1, lastFailure: { details: 'ended with exit code 3' } });
    expect(await lock('2')).toMatchObject({ hold: null, previous: { reason: 'failed' } });
  }, 60_000);

  it('only locks what is not queued', async () => {
    await expect(shell(['--task', '3'], 'true').ended).resolves.toMatchObject({ code: 0 });
    expect(await lock('3')).toMatchObject({ hold: null, previous: { reason: 'completed' } });
    await expect(shell(['--task', '3'], 'exit 4').ended).resolves.toMatchObject({ code: 4 });
    expect(await lock('3')).toMatchObject({ hold: null, previous: { reason: 'failed' } });
  }, 60_000);

  it('[A355] two runs of one agent do not run at once, and the second one names the first', async () => {
    const first = shell(['--task', '4'], staying('4'));
    await begun('4');

    const second = await shell(['--task', '4', '--tries', '1'], 'echo never').ended;

    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/^Failed to acquire lock for Task #4 after 1 attempt: /);
    first.child.kill('SIGTERM');
    await first.ended;
  }, 60_000);

  it('renews for as long as the command lives', async () => {
    const { child, ended } = shell(['--task', '5', '--ttl', '2s'], staying('5'));
    await begun('5');
    const startedAt = Date.now();

    await eventually(() => expect(Date.now() - startedAt).toBeGreaterThan(3_500));

    expect(await lock('5')).toMatchObject({ hold: { owner: 'test_ai', token: 1, process: { pid: child.pid } } });
    child.kill('SIGTERM');
    await ended;
  }, 60_000);

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '[A363] passes %s on, and gives the task up as interrupted',
    async (signal) => {
      await queued(`6-${signal}`);
      const caught = file(`caught-${signal}`);
      const trap = `trap 'echo ${signal} > ${caught}; exit 9' INT TERM HUP;`;
      const { child, ended } = shell(['--task', `6-${signal}`], staying(`6-${signal}`, trap));
      await begun(`6-${signal}`);

      child.kill(signal);

      await expect(ended).resolves.toMatchObject({ code: 9 });
      expect(readFileSync(caught, 'utf8')).toBe(`${signal}\n`);
      expect((await task(`6-${signal}`)).task).toMatchObject({ status: 'pending', failures: 0 });
      expect(await lock(`6-${signal}`)).toMatchObject({ hold: null, previous: { reason: 'interrupted' } });
    },
    60_000,
  );

  describe('of a phase', () => {
    const declared = async (id: string) => {
      const { status } = await server.post('flows', { id, phases: ['readiness', 'next'] });
      expect(status).toBe(201);
      return `${id}/readiness`;
    };
    const phase = async (id: string) => {
      const { body } = await server.get(`/api/v1/flows/${id}/why`);
      return (body as { flow: { phases: object[] } }).flow.phases[0];
    };
    const phaseLock = async (id: string) => (await server.get(`/api/v1/locks/phases/${id}/readiness/why`)).body;

    it('begins it, and completes it at exit 0', async () => {
      const { ended } = shell(['--phase', await declared('f-1')], 'echo "$HOLDFAST_PHASE/$HOLDFAST_TOKEN"');

      await expect(ended).resolves.toStrictEqual({ code: 0, stdout: 'f-1/readiness/1\n', stderr: '' });
      expect(await phase('f-1')).toMatchObject({ status: 'completed' });
      expect(await phaseLock('f-1')).toMatchObject({ hold: null, previous: { reason: 'completed' } });
    }, 60_000);

    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
      '[A397] passes %s on, and abandons it: it can be claimed again at once',
      async (signal) => {
        const id = `f-${signal}`;
        const { child, ended } = shell(['--phase', await declared(id)], staying(id, "trap 'exit 9' INT TERM HUP;"));
        await begun(id);

        child.kill(signal);

        await expect(ended).resolves.toMatchObject({ code: 9 });
        expect(await phase(id)).toMatchObject({
          ...{ status: 'abandoned', failures: 0, abandoned: { reason: 'interrupted' } },
        });
        expect(await phaseLock(id)).toMatchObject({ hold: null, previous: { reason: 'interrupted' } });
        await expect(shell(['--phase', `${id}/readiness`], 'true').ended).resolves.toMatchObject({ code: 0 });
      },
      60_000,
    );

    it('gets it, once another one has given it up, within --tries', async () => {
      const of = await declared('f-2');
      const first = shell(['--phase', of], staying('f-2', "trap 'exit 9' TERM;"));
      await begun('f-2');
      const second = shell(['--phase', of, '--tries', '20'], 'echo mine');

      first.child.kill('SIGTERM');

      await expect(first.ended).resolves.toMatchObject({ code: 9 });
      await expect(second.ended).resolves.toMatchObject({ code: 0, stdout: 'mine\n' });
      expect(await phase('f-2')).toMatchObject({ status: 'completed', attempt: 2 });
    }, 60_000);
  });

  it('ends with 128 and the number of the signal that ended the command', async () => {
    await expect(shell(['--task', '7'], 'kill -KILL $$').ended).resolves.toMatchObject({ code: 137 });
    expect(await lock('7')).toMatchObject({ previous: { reason: 'interrupted', detail: 'ended by SIGKILL' } });
  }, 60_000);

  it('undoes the claim when the command cannot be run', async () => {
    await queued('8');

    const { code, stderr } = await run(['--task', '8'], 'no-such-command').ended;

    expect(code).toBe(127);
    expect(stderr).toMatch(/^The command cannot be run/);
    expect((await task('8')).task).toMatchObject({ status: 'pending', failures: 0 });
  }, 60_000);

  it.each([
    ['that ends at TERM', '9', ''],
    ['that ignores TERM', '10', "trap '' TERM;"],
  ])(
    'ends a command %s when the lock is lost, and exits with 75',
    async (_what, id, trap) => {
      const { ended } = shell(['--task', id, '--ttl', '3s', '--grace', '1s'], staying(id, trap));
      const pid = await begun(id);

      const taken = await holdfast(['locks', 'release', id, '--force', '--reason', 'needed'], { url: server.url });
      expect(taken.code).toBe(0);

      const { code, stderr } = await ended;
      expect(code).toBe(75);
      expect(stderr).toMatch(/^The lock of Task #\d+ is lost \(.+\): the command is ended\.\n$/);
      expect(isAlive(pid)).toBe(false);
    },
    60_000,
  );

  it('[A364] killed with KILL, its command is ended all the same, and the sweep frees the lock', async () => {
    const { child, ended } = shell(['--task', '11', '--grace', '1s'], staying('11'));
    const pid = await begun('11');

    child.kill('SIGKILL');
    await ended;

    await eventually(() => expect(isAlive(pid)).toBe(false));
    await eventually(async () => {
      expect(await lock('11')).toMatchObject({ hold: null, previous: { reason: 'dead_process' } });
    }, 20_000);
  }, 60_000);

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux(
    '[A364] killed with KILL before its guard has heard of the command, the command is ended all the same',
    async () => {
      const diesAtOnce = fileURLToPath(new URL('../support/dies-at-once.mjs', import.meta.url));
      const env = { NODE_OPTIONS: `--import=${diesAtOnce}`, DIES_AT_ONCE: file('14') };
      const ofItsOwn = 'sleep 1364.5';
      const begunWhenTold = `trap '${ofItsOwn} & wait' TERM; sleep 20 & wait`;
      const { child } = runWith(env, ['--task', '14', '--grace', '1s'], 'sh', '-c', begunWhenTold);
      await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
      const pid = Number(readFileSync(file('14'), 'utf8'));
      commands.set(pid, processes.mark(pid));
      await eventually(() => expect([isAlive(pid), ...processesOf(ofItsOwn)]).toEqual([false])).finally(() => {
        for (const left of processesOf(ofItsOwn)) process.kill(left, 'SIGKILL');
      });
    },
    60_000,
  );

  it('a command outlives the server that comes back in time', async () => {
    const { ended } = shell(['--task', '12', '--ttl', '60s'], staying('12'));
    await begun('12');
    await server.kill();
    server = await server.again();
    await holdfast(['locks', 'check', '12'], { url: server.url });
    writeFileSync(file('go-12'), '');

    await expect(ended).resolves.toMatchObject({ code: 0 });
    expect(await lock('12')).toMatchObject({ hold: null, previous: { reason: 'completed' } });
  }, 90_000);
});
