import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdfast } from '../infrastructure/cli/holdfast.js';
import { viewsOfTheRun } from '../support/database.js';
import { scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';

describe('tasks, flows and the audit from a shell, on a real server', () => {
  const scratch = scratchDirectory();
  let server: ServerProcess;

  beforeAll(async () => {
    mkdirSync(join(scratch.path, 'work'));
    server = await startServer(join(scratch.path, 'data'), await viewsOfTheRun());
  }, 90_000);
  afterAll(async () => {
    await server?.stop();
    scratch.remove();
  }, 60_000);

  const at = () => ({ url: server.url, cwd: join(scratch.path, 'work') });
  const ask = (...args: string[]) => holdfast(args, at());
  const done = async (...args: string[]) => {
    const { code, stdout, stderr } = await ask(...args);
    expect([code, stderr]).toStrictEqual([0, '']);
    return stdout;
  };
  const taken = (exported: string) =>
    Object.fromEntries(
      [...exported.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]),
    ) as Record<string, string>;

  describe('a task', () => {
    it('[A365] is claimed, completed once, and lets what depends on it begin', async () => {
      await done('tasks', 'add', '1', 'The parser');
      await done('tasks', 'add', '2', 'The printer', '--depends', '1');
      const env = taken(await done('tasks', 'claim', '1', 'backend-1', '--session', 'run-1', '--export'));
      expect(env).toStrictEqual({
        HOLDFAST_TOKEN: '1',
        HOLDFAST_SESSION: 'run-1',
        HOLDFAST_TASK: '1',
        HOLDFAST_QUEUE: 'main',
      });
      await expect(ask('locks', 'check', '1')).resolves.toMatchObject({ code: 0 });

      await expect(holdfast(['tasks', 'complete', '1', 'it parses'], { ...at(), env })).resolves.toStrictEqual({
        code: 0,
        stdout: 'Task #1 is completed; now claimable: 2\n',
        stderr: '',
      });
      await expect(holdfast(['tasks', 'complete', '1'], { ...at(), env })).resolves.toMatchObject({
        code: 0,
        stdout: 'Task #1 was completed before; now claimable: 2\n',
      });
      await expect(ask('tasks', 'complete', '1')).resolves.toMatchObject({
        code: 0,
        stdout: 'Task #1 was completed before\n',
      });
      await expect(ask('locks', 'check', '1')).resolves.toMatchObject({ code: 1 });
      expect(await done('tasks', 'history', '1')).toMatch(/Completed[^]*Claimed[^]*Queued/);
      expect(await done('tasks', 'get', '1')).toMatch(/status +completed[^]*completed +by backend-1 .*: it parses/);
    }, 30_000);

    it('that another session works on is not completed under the token of one’s own', async () => {
      await done('tasks', 'add', '7', 'Mine');
      await done('tasks', 'add', '8', 'Theirs');
      const env = taken(await done('tasks', 'claim', '7', 'backend-1', '--session', 'run-7', '--export'));
      const other = taken(await done('tasks', 'claim', '8', 'backend-2', '--session', 'run-8', '--export'));
      expect(other['HOLDFAST_TOKEN']).toBe(env['HOLDFAST_TOKEN']);

      await expect(holdfast(['tasks', 'complete', '8'], { ...at(), env })).resolves.toStrictEqual({
        ...{ code: 2, stdout: '', stderr: 'HOLDFAST_TOKEN is of Task #7; say with --token which one is of Task #8.\n' },
      });
      expect(await done('tasks', 'get', '8')).toMatch(/status +in_progress/);
      for (const [id, own] of Object.entries({ 7: env, 8: other })) {
        await expect(holdfast(['tasks', 'complete', id], { ...at(), env: own })).resolves.toMatchObject({ code: 0 });
      }
    }, 30_000);

    it('[A362] is refused with the reason: unknown, of another agent, completed, or waiting for another one', async () => {
      await done('tasks', 'add', '10', 'Of one agent', '--assign', 'backend-2');
      await done('tasks', 'add', '11', 'Blocked', '--depends', '10');

      await expect(ask('tasks', 'claim', 'none', 'backend-1')).resolves.toMatchObject({ code: 3 });
      await expect(ask('tasks', 'claim', '10', 'backend-1')).resolves.toMatchObject({
        code: 4,
        stderr: expect.stringMatching(/^Task #10 is assigned to backend-2/),
      });
      await expect(ask('tasks', 'claim', '11', 'backend-1')).resolves.toMatchObject({
        code: 4,
        stderr: expect.stringMatching(/^Task #11 depends on #10/),
      });
      await expect(ask('tasks', 'claim', '1', 'backend-1')).resolves.toMatchObject({ code: 4 });
      await expect(ask('locks', 'check', '10')).resolves.toMatchObject({ code: 1 });
    }, 30_000);

    it('[A373] that fails waits for its next try, is passed on, and begins anew', async () => {
      await done('tasks', 'register', 'worker-1', '--speciality', 'db');
      await done('tasks', 'register', 'worker-2', '--speciality', 'db');
      await done('tasks', 'add', '30', 'Migrate', '--type', 'db');
      const env = taken(await done('tasks', 'claim', '30', 'worker-1', '--export'));
      const failed = await holdfast(['tasks', 'fail', '30', 'DISK', 'it is full'], { ...at(), env });
      expect([failed.code, failed.stdout]).toStrictEqual([
        0,
        expect.stringMatching(/^Task #30 is failed after 1 failure; next try in 4 min 5\d s\n|in 5 min/),
      ]);
      await expect(ask('tasks', 'claim', '30', 'worker-1')).resolves.toMatchObject({ code: 4 });

      await done('tasks', 'reassign', '30', 'worker-2', '--reason', 'it has a disk');
      await done('tasks', 'requeue', '30', '--reason', 'the disk is larger');
      expect(await done('tasks', 'get', '30')).toMatch(/status +pending/);
      await done('tasks', 'retry');
    }, 30_000);

    it('comes from a TASK_QUEUE.json, and is given to whoever asks next', async () => {
      const file = join(scratch.path, 'work', 'TASK_QUEUE.json');
      const task = { title: 'T', status: 'pending', dependencies: [], assigned_to: null };
      writeFileSync(
        file,
        JSON.stringify({
          queue: [
            { id: 1, ...task },
            { id: 2, ...task, dependencies: [1] },
          ],
          ai_agents: [],
        }),
      );
      expect(await done('tasks', 'import', 'TASK_QUEUE.json', '--queue', 'night')).toMatch(
        /^2 tasks queued, 0 there before, 0 agents/,
      );
      expect(await done('tasks', 'import', 'TASK_QUEUE.json', '--queue', 'night')).toMatch(
        /^0 tasks queued, 2 there before, 0 agents/,
      );

      await done('tasks', 'register', 'backend-1');
      await done('tasks', 'register', 'backend-2');
      const env = taken(await done('tasks', 'next', 'backend-1', '--queue', 'night', '--export'));
      expect(env['HOLDFAST_TASK']).toBe('1');
      await expect(ask('tasks', 'next', 'backend-2', '--queue', 'night')).resolves.toMatchObject({
        code: 1,
        stderr: 'There is nothing that backend-2 could do now\n',
      });
      expect(await done('tasks', 'list', '--queue', 'night')).toMatch(/^TASK +STATUS[^]*\n1 +in_progress +backend-1/);
    }, 30_000);
  });

  it('[A393] of five who resume a flow at once one gets the phase, and the others say who has it', async () => {
    await done('flows', 'declare', 'f-1', 'readiness', 'complexity', 'finalization', '--idle', 'finalization');
    const five = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => ask('flows', 'resume', 'f-1', 'readiness', '--agent', `w-${n}`, '--export')),
    );

    expect(five.map(({ code }) => code).sort()).toStrictEqual([0, 6, 6, 6, 6]);
    expect(five.find(({ code }) => code === 6)?.stderr).toMatch(/already executing/);
    const env = taken(five.find(({ code }) => code === 0)?.stdout ?? '');
    expect(env).toMatchObject({ HOLDFAST_PHASE: 'f-1/readiness', HOLDFAST_TOKEN: '1' });
    const own = (...args: string[]) => holdfast(['flows', ...args], { ...at(), env });
    await expect(own('progress', 'f-1', 'readiness', '{"percent":40}')).resolves.toMatchObject({ code: 0 });
    await expect(own('complete', 'f-1', 'readiness', '--result', '{"score":7}')).resolves.toMatchObject({
      code: 0,
      stdout: 'readiness is completed; Flow f-1 is in_progress, complexity is due\n',
    });
    await expect(own('complete', 'f-1', 'complexity')).resolves.toMatchObject({ code: 2 });
    await expect(own('complete', 'f-1', 'complexity', '--token', '1')).resolves.toMatchObject({ code: 3 });
    expect(await done('flows', 'list')).toMatch(/^FLOW[^]*\nf-1 +in_progress +complexity +1 of 3/);
    expect(await done('flows', 'history', 'f-1')).toMatch(/PhaseCompleted[^]*FlowDeclared/);
    expect(await done('flows', 'get', 'f-1')).toMatch(/readiness: completed, attempt 1[^]*finalization: waiting/);
    await done('flows', 'pause', 'f-1', '--reason', 'lunch');
    await expect(ask('flows', 'resume', 'f-1', 'complexity', '--agent', 'w-1')).resolves.toMatchObject({ code: 4 });
    await done('flows', 'continue', 'f-1', '--reason', 'eaten');
    await expect(ask('flows', 'cancel', 'f-1', '--reason', 'over')).resolves.toMatchObject({ code: 2 });
    expect(await done('flows', 'cancel', 'f-1', '--reason', 'over', '--yes')).toBe('Flow f-1 is cancelled\n');
    expect(await done('why', 'phase:f-1/readiness')).toMatch(/^phase +readiness of flow f-1/);
  }, 60_000);

  it('a phase is run by a command, once', async () => {
    await done('flows', 'declare', 'f-2', 'readiness', 'complexity');
    const run = (phase: string, ...command: string[]) =>
      ask('run', '--phase', `f-2/${phase}`, '--agent', 'w-1', '--', ...command);

    await expect(run('readiness', 'sh', '-c', 'echo $HOLDFAST_PHASE')).resolves.toMatchObject({
      code: 0,
      stdout: 'f-2/readiness\n',
    });
    await expect(run('readiness', 'echo', 'never')).resolves.toMatchObject({ code: 0, stdout: '' });
    await expect(run('complexity', 'sh', '-c', 'exit 5')).resolves.toMatchObject({ code: 5 });
    expect(await done('flows', 'get', 'f-2')).toMatch(/complexity: failed, attempt 1.*exit code 5/);
  }, 30_000);

  it('[A374] the audit has every claim and every end, by task, by agent and by kind, and can be exported', async () => {
    await done('tasks', 'add', '40', 'Audited');
    const env = taken(await done('tasks', 'claim', '40', 'auditor', '--session', 's-40', '--export'));
    await holdfast(['tasks', 'complete', '40'], { ...at(), env });

    const events = async (...args: string[]) =>
      (JSON.parse(await done('audit', ...args, '--json')) as { events: { event_type: string; ai_name: string }[] })
        .events;
    const ofTask = await events('query', 'task', '40');
    expect(ofTask.map(({ event_type: type }) => type).sort()).toStrictEqual([
      'CLAIMED',
      'COMPLETED',
      'LOCK_ACQUIRED',
      'LOCK_RELEASED',
      'QUEUED',
    ]);
    expect((await events('query', 'ai', 'auditor')).length).toBeGreaterThan(1);
    expect((await events('query', 'errors')).map(({ event_type: type }) => type)).toContain('DEPENDENCY_BLOCKED');
    expect(await done('audit', 'log', '--limit', '3')).toMatch(/^WHEN[^]*main\/40 +auditor/);
    expect(await done('audit', 'query', 'stats')).toMatch(/events +\d+[^]*by type +/);
    await expect(ask('audit', 'query', 'task')).resolves.toMatchObject({ code: 2, stderr: 'Say of which task.\n' });

    await done('audit', 'export', '--output', 'audit.jsonl');
    const lines = readFileSync(join(scratch.path, 'work', 'audit.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(expect.objectContaining(ofTask[0] ?? {}));
  }, 30_000);
});
