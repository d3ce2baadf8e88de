import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/infrastructure/clock.js';
import { holdfast } from '../infrastructure/cli/holdfast.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { FakeClock } from '../support/fake-clock.js';
import { TaskProcess } from '../support/task-room.js';
import { tasksOf } from '../support/tasks.js';

describe('agents’ tasks, over HTTP', () => {
  let app: TestApp;
  let aheadMs = 0;
  let queues = 0;
  const aQueue = () => tasksOf(app, `queue-${++queues}`);
  beforeAll(async () => {
    app = await startTestApp({ parts: { clock: { ...clockAhead(() => aheadMs) } } });
  });
  afterAll(() => app.close());

  it('a task that is queued again is the same, and another one under its id is refused', async () => {
    const queue = aQueue();
    const first = await queue.add('1', { title: 'Parse', priority: 3 });
    expect(first.body).toMatchObject({ task: { id: '1', status: 'pending', priority: 3 }, already: false });
    expect((await queue.add('1', { title: 'Parse', priority: 3 })).body).toMatchObject({ already: true });
    expect((await queue.add('1', { title: 'Print' })).body).toMatchObject({ status: 409, code: 'task-exists' });
    expect((await queue.add('2', { dependencies: ['2'] })).body).toMatchObject({
      status: 422,
      code: 'dependency-cycle',
    });
    await queue.add('3', { dependencies: ['4'] });
    const circle = await queue.add('4', { dependencies: ['3'] });
    expect(circle.body).toMatchObject({ status: 422, code: 'dependency-cycle', path: ['4', '3', '4'] });
  });

  it('two that other servers queued at the same moment, each waiting for the other, say so when they are asked why', async () => {
    const queue = aQueue();
    const [one, other] = [1, 2].map(() => new TaskProcess(app.store, new FakeClock()));
    const outcomes = await Promise.all([
      one?.queue({ queue: queue.name, taskId: 'a', dependencies: ['b'] }),
      other?.queue({ queue: queue.name, taskId: 'b', dependencies: ['a'] }),
    ]);
    expect(outcomes.map((each) => each?.outcome.type)).toEqual(['TaskChanged', 'TaskChanged']);
    expect((await queue.get('a/why')).body).toMatchObject({ claimable: false, circle: ['a', 'b', 'a'] });
    expect((await queue.get('b/why')).body).toMatchObject({ claimable: false, circle: ['b', 'a', 'b'] });
    await queue.add('c', { dependencies: ['a'] });
    expect((await queue.get('c/why')).body).toMatchObject({ openDependencies: ['a'], circle: null });
  });

  it('[A363, A365] after a successful claim the lock stays; completing gives it back as COMPLETED and names what it unlocked, again when it is repeated', async () => {
    const queue = aQueue();
    await queue.add('1');
    await queue.add('2', { dependencies: ['1'] });
    const third = await queue.add('3', { dependencies: ['1', '2'] });
    await queue.seen(third.body.position);

    expect((await queue.get('1/why')).body).toMatchObject({ claimable: true, refusal: null });
    const { body } = await queue.claim('1', 'claude');
    expect(body).toMatchObject({
      token: 1,
      already: false,
      task: { status: 'in_progress', claim: { agent: 'claude' } },
    });
    expect(body.hold).toMatchObject({ holder: { kind: 'agent', id: 'claude' }, owner: 'claude', operation: 'claim' });
    const again = await queue.claim('1', 'claude');
    expect(again.body).toMatchObject({ token: 1, already: true });
    const why = await queue.get('1/why');
    expect(why.body).toMatchObject({ claimable: false, lock: { hold: { token: 1 } } });
    const asDone = { token: 1, reason: 'COMPLETED' };
    const released = await app.post(`locks/tasks/queue-${queues}/1/lease/release`, asDone);
    expect(released.body).toMatchObject({ status: 409, code: 'work-unfinished' });

    const done = await queue.tell('1', 'complete', { token: 1, notes: 'with tests', actualTime: '2h' });
    expect(done.body).toMatchObject({ already: false, unlocked: ['2'], task: { status: 'completed' } });
    expect((await queue.get('1/why')).body.lock).toMatchObject({
      hold: null,
      nextSteps: [{ step: 'leave', text: 'leave it: Task #1 was completed already by claude' }],
      previous: { reason: 'completed', holder: { id: 'claude' } },
    });

    const written = (await queue.get('1/history')).body.events.length as number;
    const repeated = await queue.tell('1', 'complete', { token: 1 });
    expect(repeated.body).toMatchObject({
      ...{ already: true, unlocked: ['2'] },
      task: { completion: { notes: 'with tests' } },
    });
    expect((await queue.get('1/history')).body.events).toHaveLength(written);
  });

  it('[A362] a claim is refused with the word of its reason, and leaves no lock behind', async () => {
    const queue = aQueue();
    await queue.add('1');
    await queue.add('2', { dependencies: ['1', '9'] });
    await queue.add('3', { assignedTo: 'gpt' });
    await queue.add('4');
    const { body: four } = await queue.claim('4', 'claude');
    await queue.tell('4', 'complete', { token: four.token });

    expect((await queue.claim('99', 'claude')).body).toMatchObject({
      status: 404,
      code: 'unknown-task',
      word: 'ERROR',
    });
    const open = await queue.claim('2', 'claude');
    expect(open.body).toMatchObject({ status: 409, word: 'DEPENDENCY_NOT_MET', open: ['1', '9'] });
    expect(open.body.detail).toBe('Task #2 depends on #1, #9, not completed yet');
    expect((await queue.claim('3', 'claude')).body).toMatchObject({
      status: 409,
      word: 'REASSIGN_BLOCKED',
      assignedTo: 'gpt',
    });
    expect((await queue.claim('4', 'gpt')).body).toMatchObject({ status: 409, word: 'ALREADY_COMPLETE', by: 'claude' });

    for (const task of ['2', '3']) expect((await queue.get(`${task}/why`)).body.lock.lastToken).toBe(0);
    await queue.claim('2', 'claude');
    const { body: audit } = await app.get(`audit?queue=${queue.name}&types=DEPENDENCY_BLOCKED,REASSIGN_BLOCKED`);
    expect(audit.events).toMatchObject([
      { event_type: 'DEPENDENCY_BLOCKED', task_id: '2', ai_name: 'claude', details: { open_dependencies: ['1', '9'] } },
      { event_type: 'REASSIGN_BLOCKED', task_id: '3', ai_name: 'claude', details: { assigned_to: 'gpt' } },
    ]);
  });

  it('[A355] of two agents one wins; the other waits as long as it said, and is told who has it', async () => {
    const queue = aQueue();
    await queue.add('1');
    const claims = await Promise.all(['claude', 'gpt'].map((agent) => queue.claim('1', agent)));
    expect(claims.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = claims.find(({ status }) => status === 200)?.body;
    const startedAtMs = Date.now();
    const loser = await queue.claim('1', 'gemini', { waitMs: 100 });
    expect(loser.body).toMatchObject({ code: 'lease-held', currentHolder: winner.hold.holder });
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(100);

    const waiting = queue.claim('1', 'gemini', { waitMs: 5_000 });
    await queue.tell('1', 'abandon', { token: winner.token });
    expect((await waiting).body).toMatchObject({ token: winner.token + 1, task: { claim: { agent: 'gemini' } } });
  });

  it('[A357, A358] nobody ends the work of another: a lower token writes nothing, and what nobody holds is not given back', async () => {
    const queue = aQueue();
    await queue.add('1');
    expect((await queue.tell('1', 'abandon', { token: 1 })).body).toMatchObject({ status: 404, code: 'unknown-lease' });
    const first = await queue.claim('1', 'claude');
    await queue.tell('1', 'abandon', { token: first.body.token });
    const second = await queue.claim('1', 'gpt');
    expect(second.body.token).toBe(2);
    for (const [verb, more] of [
      ['complete', {}],
      ['fail', { errorType: 'late' }],
      ['abandon', {}],
      ['renew', {}],
    ] as const) {
      const late = await queue.tell('1', verb, { token: 1, ...more });
      expect(late.body).toMatchObject({ status: 409, code: 'stale-token' });
    }
    expect((await queue.tell('1', 'renew', { token: 2 })).body).toMatchObject({ token: 2, ttlMs: 1_800_000 });
    expect((await queue.tell('1', 'complete', { token: 2 })).body.task.status).toBe('completed');
  });

  it('a failure that is told again under the same token changes nothing, and is refused once the task has gone on', async () => {
    const queue = aQueue();
    await queue.add('1');
    await queue.claim('1', 'claude');
    const failing = { token: 1, errorType: 'timeout', details: 'slow', reassign: false };
    const failed = await queue.tell('1', 'fail', failing);
    expect(failed.body).toMatchObject({ already: false, task: { status: 'failed', failures: 1 } });

    const again = await queue.tell('1', 'fail', { ...failing, errorType: 'other' });
    expect(again).toMatchObject({ status: 200, body: { already: true, task: failed.body.task } });
    const { body: history } = await queue.get('1/history');
    expect(history.events.map(({ type }: { type: string }) => type)).toEqual([
      ...['LeaseReleased', 'TaskFailed', 'TaskClaimed', 'LeaseGranted', 'TaskQueued'],
    ]);

    await queue.tell('1', 'requeue', { operator: 'ada', reason: 'the test was wrong' });
    expect((await queue.tell('1', 'fail', failing)).body).toMatchObject({ status: 409, code: 'stale-token' });
  });

  it('[A363] a claim that is cut short is given back as SCRIPT_EXIT, and can be had again at once', async () => {
    const queue = aQueue();
    await queue.add('1');
    const { body } = await queue.claim('1', 'claude');
    const left = await queue.tell('1', 'abandon', { token: body.token, detail: 'SIGTERM' });
    expect(left.body.task).toMatchObject({ status: 'pending', claim: null, failures: 0 });
    const { body: audit } = await app.get(`audit?queue=${queue.name}&task=1&filter=task`);
    expect(audit.events.map(({ event_type, details }: Audited) => [event_type, details.reason])).toEqual([
      ['QUEUED', undefined],
      ['LOCK_ACQUIRED', 'claim'],
      ['CLAIMED', undefined],
      ['LOCK_RELEASED', 'SCRIPT_EXIT'],
      ['ABANDONED', 'SCRIPT_EXIT'],
    ]);
    expect((await queue.claim('1', 'gpt')).status).toBe(200);
  });

  it('[A373] failures are tried again after 300, 600 and 1200 s by another agent; the fourth is poison; success clears', async () => {
    const queue = aQueue();
    for (const name of ['claude', 'gpt']) await queue.agent(name, 'backend');
    const { body: third } = await queue.agent('artist', 'design');
    await queue.seen(third.position);
    await queue.add('1', { taskType: 'backend' });
    let agent = 'claude';
    for (const [index, waitS] of [300, 600, 1_200].entries()) {
      const { body } = await queue.claim('1', agent);
      const failed = await queue.tell('1', 'fail', { token: body.token, errorType: 'timeout', details: 'slow' });
      const { failures, retryAtMs, lastFailure, assignedTo } = failed.body.task;
      expect({ failures, waitS: (retryAtMs - lastFailure.atMs) / 1_000 }).toEqual({ failures: index + 1, waitS });
      expect(assignedTo).toBe(agent === 'claude' ? 'gpt' : 'claude');
      agent = assignedTo;
      const early = await queue.claim('1', agent);
      expect(early.body).toMatchObject({ code: 'waiting-for-retry', retryable: true });
      const times = index === 0 ? '1 time' : `${index + 1} times`;
      expect(early.body.detail).toBe(`Task #1 has failed ${times} and waits for its next try`);
      expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(waitS - 20);
      expect((await queue.list('claimable=true', failed.body.position)).tasks).toEqual([]);
      aheadMs += waitS * 1_000;
      expect((await queue.list('claimable=true', failed.body.position)).tasks).toHaveLength(1);
    }
    const { body: fourth } = await queue.claim('1', agent);
    const poisoned = await queue.tell('1', 'fail', { token: fourth.token, errorType: 'timeout' });
    expect(poisoned.body.task).toMatchObject({ status: 'poisoned', failures: 4, retryAtMs: null });
    expect((await queue.claim('1', agent)).body).toMatchObject({ code: 'task-poisoned', word: 'POISON_PILL' });
    expect((await queue.get('1/why')).body.lock.nextSteps).toMatchObject([{ step: 'requeue' }]);

    const requeued = await queue.tell('1', 'requeue', { operator: 'ada', reason: 'the test was wrong' });
    expect(requeued.body.task).toMatchObject({ status: 'pending', assignedTo: null });
    const { body: fresh } = await queue.claim('1', agent);
    expect(fresh.task).toMatchObject({ failures: 0, failedBy: [] });
    const failedOnce = await queue.tell('1', 'fail', { token: fresh.token, errorType: 'timeout', reassign: false });
    aheadMs += 300_000;
    const { body: last } = await queue.claim('1', failedOnce.body.task.assignedTo ?? agent);
    const done = await queue.tell('1', 'complete', { token: last.token });
    expect(done.body.task).toMatchObject({ status: 'completed', failures: 0, lastFailure: null });
    const { body: audit } = await app.get(`audit?queue=${queue.name}&types=FAILED,RETRY,POISON_PILL,COMPLETED`);
    expect(audit.events.map(({ event_type }: Audited) => event_type)).toEqual([
      ...['FAILED', 'RETRY', 'FAILED', 'RETRY', 'FAILED', 'RETRY', 'POISON_PILL'],
      ...['FAILED', 'RETRY', 'COMPLETED'],
    ]);
  });

  it('[A373] a shell that fails at it four times is told so, then nobody gets it; requeued, it is passed on', async () => {
    const queue = aQueue();
    await queue.add('1', { taskType: 'shell' });
    const tasks = (verb: string, ...args: string[]) =>
      holdfast(['tasks', verb, ...args, '--queue', queue.name], { url: app.url });
    const claimed = async (agent: string) => {
      const { code, stdout } = await tasks('claim', '1', agent, '--json');
      expect(code).toBe(0);
      return String((JSON.parse(stdout) as { token: number }).token);
    };
    for (const waitS of [300, 600, 1_200, 0]) {
      const failed = await tasks('fail', '1', 'timeout', 'it hangs', '--token', await claimed('claude'));
      expect([failed.code, failed.stderr]).toEqual([0, '']);
      expect(failed.stdout).toMatch(
        waitS > 0 ? /^Task #1 is failed after \d .*; next try / : /^Task #1 is poisoned after 4 /,
      );
      aheadMs += waitS * 1_000;
    }
    const refused = await tasks('claim', '1', 'gpt');
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/^Task #1 .*4/);
    expect((await tasks('get', '1')).stdout).toMatch(/status +poisoned/);
    expect(await tasks('retry')).toMatchObject({ code: 0, stdout: '0 passed on, 0 wait for whom they have\n' });

    expect((await tasks('requeue', '1', '--reason', 'the disk is larger')).code).toBe(0);
    for (const name of ['claude', 'gpt']) {
      await holdfast(['tasks', 'register', name, '--speciality', 'shell'], { url: app.url });
    }
    await queue.tell('1', 'fail', { token: Number(await claimed('claude')), errorType: 'timeout', reassign: false });
    await eventually(async () => {
      const { stdout } = await tasks('retry');
      expect(stdout).toBe('Task #1: nobody -> gpt\n1 passed on, 0 wait for whom they have\n');
    });
    aheadMs += 300_000;
    expect(await claimed('gpt')).toBe('6');
  }, 60_000);

  it('[A373] a fresh start undoes what retries made of the assignment, and nothing that a person decided', async () => {
    const queue = aQueue();
    for (const name of ['claude', 'gpt']) await queue.agent(name, 'backend');
    await queue.add('1', { assignedTo: 'claude' });
    await queue.add('2', { assignedTo: 'claude' });
    const fail = async (id: string, agent: string) => {
      const { body } = await queue.claim(id, agent);
      return (await queue.tell(id, 'fail', { token: body.token, errorType: 'timeout' })).body;
    };
    const failed = await fail('1', 'claude');
    await queue.seen(failed.position);
    expect(failed.task.assignedTo).not.toBe('claude');
    const operator = { operator: 'ada', reason: 'x' };
    const again = await queue.tell('1', 'requeue', operator);
    expect(again.body.task).toMatchObject({ status: 'pending', failures: 0, assignedTo: 'claude' });

    await fail('2', 'claude');
    await queue.tell('2', 'reassign', { ...operator, agent: 'gpt' });
    expect((await queue.tell('2', 'requeue', operator)).body.task).toMatchObject({ assignedTo: 'gpt' });
  });

  it('[A373] the failure of an agent that is not registered leaves the task to whoever asks', async () => {
    const queue = aQueue();
    await queue.seen((await queue.agent('claude', 'backend')).body.position);
    await queue.add('1');
    const { body } = await queue.claim('1', 'passer-by');
    const failed = await queue.tell('1', 'fail', { token: body.token, errorType: 'timeout' });
    expect(failed.body.task).toMatchObject({ status: 'failed', assignedTo: null });
  });

  it('[A373] auto gives it to nobody who had it last: not to the one that failed, nor to one that went away with it', async () => {
    const queue = aQueue();
    const type = `only-${queue.name}`;
    await queue.seen((await queue.agent(`${queue.name}-a`, type)).body.position);
    const auto = { operator: 'ada', reason: 'it is away', agent: 'auto' };
    await queue.add('1', { taskType: type });
    const { body: lost } = await queue.claim('1', `${queue.name}-a`);
    await queue.tell('1', 'abandon', { token: lost.token });
    const others = /^no other agent is registered/;
    const nobody = await queue.tell('1', 'reassign', auto);
    expect(nobody.body).toMatchObject({ code: 'no-other-agent', detail: expect.stringMatching(others) });

    await queue.seen((await queue.agent(`${queue.name}-b`, type)).body.position);
    const { body: taken } = await queue.claim('1', `${queue.name}-a`);
    const failed = await queue.tell('1', 'fail', { token: taken.token, errorType: 'timeout' });
    expect(failed.body.task.assignedTo).toBe(`${queue.name}-b`);
    expect((await queue.tell('1', 'reassign', auto)).body).toMatchObject({ code: 'no-other-agent' });
  });

  it('[A373] what waits for its next try can be passed on to others at a stroke, and by hand', async () => {
    const queue = aQueue();
    await queue.agent('claude', 'backend');
    await queue.seen((await queue.agent('gpt', 'backend')).body.position);
    await queue.add('1', { taskType: 'ops' });
    await queue.add('2', { taskType: 'backend' });
    for (const id of ['1', '2']) {
      const { body } = await queue.claim(id, 'claude');
      await queue.tell(id, 'fail', { token: body.token, errorType: 'timeout', reassign: false });
    }
    const head = (await queue.get('2/why')).body.position as string;
    const passed = await queue.post('retries/pass-on', { operator: 'ada', minPosition: head });
    expect(passed.body).toMatchObject({ passed: [{ id: '2', from: null }], kept: ['1'] });
    const auto = await queue.tell('1', 'reassign', { operator: 'ada', reason: 'x', agent: 'auto' });
    expect(auto.body).toMatchObject({ status: 409, code: 'no-other-agent' });
    const byHand = await queue.tell('1', 'reassign', { operator: 'ada', reason: 'x', agent: 'gpt' });
    expect(byHand.body.task).toMatchObject({ assignedTo: 'gpt' });
  });

  it('agents that ask for the next task at once get different ones, the most urgent first, of their speciality only', async () => {
    const queue = aQueue();
    const agents = ['a', 'b', 'c', 'd', 'e', 'f'].map((each) => `worker-${each}`);
    for (const name of agents) await queue.agent(name, 'backend');
    await queue.add('paint', { taskType: 'design', priority: 99 });
    await queue.add('later', { dependencies: ['9'], priority: 98, taskType: 'backend' });
    for (const id of ['1', '2', '3', '4']) await queue.add(id, { taskType: 'backend', priority: Number(id) });
    const { body: last } = await queue.add('5', { taskType: null });
    const minPosition = last.position as string;

    const answers = await Promise.all(agents.map((agent) => queue.next(agent, { minPosition })));
    const taken = answers.map(({ body }) => body.task?.id ?? null);
    expect([...taken].sort()).toEqual(['1', '2', '3', '4', '5', null].sort());
    expect((await queue.next('nobody')).body).toMatchObject({ status: 404, code: 'unregistered-agent' });
    await queue.add('5a', { priority: 3 });
    expect((await queue.next('worker-a')).body.task.id).toBe('5a');
    await queue.add('6', { priority: 2 });
    const { body: seven } = await queue.add('7', { priority: 1 });
    expect((await queue.next('worker-a', { minPosition: seven.position })).body.task.id).toBe('6');
    const key = { 'idempotency-key': 'next-1' };
    const once = await queue.next('worker-a', {}, key);
    expect(once.body.task.id).toBe('7');
    expect((await queue.next('worker-a', {}, key)).body).toEqual(once.body);
  });

  it('[A362] a queue file is taken over whole, or refused with the line where it goes wrong', async () => {
    const queue = aQueue();
    const text = readFileSync(new URL('../support/task-queue.json', import.meta.url), 'utf8');
    const cut = await queue.post('import', { text: text.replace('"status": "pending",', '"status": "pending"') });
    expect(cut.body).toMatchObject({ status: 422, code: 'json-error', word: 'JSON_ERROR', line: 18 });
    expect(cut.body.detail).toContain("expected ',' or '}'");
    const circle = await queue.post('import', { text: JSON.stringify({ queue: [task(1, [2]), task(2, [1])] }) });
    expect(circle.body.detail).toContain('tasks 1, 2 wait for one another');
    expect((await queue.list()).tasks).toEqual([]);

    const taken = await queue.post('import', { text });
    expect(taken.body).toMatchObject({ queued: ['1', '2', '3'], unchanged: [], agents: ['claude', 'gpt'] });
    expect((await queue.post('import', { text })).body).toMatchObject({ queued: [], unchanged: ['1', '2', '3'] });
    const { tasks } = await queue.list('', taken.body.position);
    expect(tasks).toMatchObject([
      { id: '1', status: 'completed', completion: { agent: 'claude', actualTime: '3h' }, claimable: false },
      { id: '2', status: 'pending', claimable: true, estimates: { estimated_time: '2 hours' } },
      { id: '3', status: 'pending', claimable: false, dependencies: ['2'] },
    ]);
    const unfit = await queue.post('import', { text: JSON.stringify({ queue: [{ title: 'No id' }] }) });
    expect(unfit.body).toMatchObject({ status: 422, detail: 'not a task queue: queue[0].id is needed' });
    await queue.add('9', { title: 'in the way' });
    const other = await queue.post('import', { text: JSON.stringify({ queue: [task(8, []), task(9, [])] }) });
    expect(other.body).toMatchObject({ status: 409, code: 'task-exists', taskId: '9' });
    expect((await queue.get('8')).status).toBe(404);
  });

  it('a queue file may begin with a byte order mark', async () => {
    const queue = aQueue();
    const { body } = await queue.post('import', { text: `\uFEFF${JSON.stringify({ queue: [task(1, [])] })}` });
    expect(body).toMatchObject({ queued: ['1'] });
  });

  it('an agent, a queue and a task may be named like what every object has', async () => {
    const queue = tasksOf(app, '__proto__');
    await queue.add('constructor');
    const { body } = await queue.claim('constructor', 'toString');
    const done = await queue.tell('constructor', 'complete', { token: body.token });
    expect(done.body.task).toMatchObject({ status: 'completed', completion: { agent: 'toString' } });
    const { stats } = (await app.get('audit?queue=__proto__&filter=stats')).body;
    expect(stats).toMatchObject({ tasks: 1, byAgent: { toString: 4 }, byType: { COMPLETED: 1 } });
    expect((await queue.list('', done.body.position)).tasks).toMatchObject([{ id: 'constructor' }]);
  });

  it('[A374] every acquire and release of a lock is one audit event with owner, reason and time; it is exported line by line', async () => {
    const queue = aQueue();
    await queue.add('1');
    for (const agent of ['claude', 'gpt']) {
      const { body } = await queue.claim('1', agent);
      await queue.tell('1', 'abandon', { token: body.token, reason: 'manual' });
    }
    const { body: all } = await app.get(`audit?queue=${queue.name}&types=LOCK_ACQUIRED,LOCK_RELEASED`);
    expect(
      all.events.map(({ event_type, ai_name, details }: Audited) => [
        event_type,
        ai_name,
        details.token,
        details.reason,
      ]),
    ).toEqual([
      ['LOCK_ACQUIRED', 'claude', 1, 'claim'],
      ['LOCK_RELEASED', 'claude', 1, 'MANUAL'],
      ['LOCK_ACQUIRED', 'gpt', 2, 'claim'],
      ['LOCK_RELEASED', 'gpt', 2, 'MANUAL'],
    ]);
    for (const { timestamp } of all.events as Audited[]) expect(Date.parse(timestamp)).toBeGreaterThan(0);

    const pages: unknown[] = [];
    for (let after = '0'; ;) {
      const { body } = await app.get(`audit?queue=${queue.name}&limit=2&after=${after}`);
      pages.push(...(body.events as unknown[]));
      if (body.next === null) break;
      after = body.next as string;
    }
    const exported = await (await fetch(`${app.url}/api/v1/audit/export?queue=${queue.name}`)).text();
    const lines = exported.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(pages);
    expect(pages).toHaveLength(9);

    const ofGpt = await app.get(`audit?queue=${queue.name}&filter=ai&ai=gpt`);
    expect(ofGpt.body.events).toHaveLength(4);
    const recent = await app.get(`audit?queue=${queue.name}&filter=recent&limit=2`);
    expect(recent.body.events).toEqual(pages.slice(-2));
    const errors = await app.get(`audit?queue=${queue.name}&filter=errors`);
    expect(errors.body.events.map(({ event_type }: Audited) => event_type)).toEqual(['ABANDONED', 'ABANDONED']);
    const stats = await app.get(`audit?queue=${queue.name}&filter=stats`);
    expect(stats.body.stats).toMatchObject({ total: 9, errors: 2, tasks: 1, byType: { CLAIMED: 2 } });
    expect((await app.get('audit?filter=task&task=1')).status).toBe(422);
  });

  it('[A374] what is asked of one agent has the locks of its sessions from their grant to their release', async () => {
    const queue = aQueue();
    await queue.add('1');
    const { body } = await queue.claim('1', 'claude', { session: 'claude-4711' });
    await queue.tell('1', 'complete', { token: body.token });
    const ofClaude = await app.get(`audit?queue=${queue.name}&filter=ai&ai=claude`);
    const locked = (ofClaude.body.events as Audited[]).filter(({ event_type }) => event_type.startsWith('LOCK_'));
    expect(locked.map(({ event_type, details }) => [event_type, details.session])).toEqual([
      ['LOCK_ACQUIRED', 'claude-4711'],
      ['LOCK_RELEASED', 'claude-4711'],
    ]);
  });

  it('every queue that has tasks is listed with how many there are of each status', async () => {
    const queue = aQueue();
    await queue.add('1');
    const { body } = await queue.add('2');
    await queue.seen(body.position);
    const listed = (await app.get('queues')).body.queues as { name: string }[];
    const tasks = { pending: 2, in_progress: 0, completed: 0, failed: 0, poisoned: 0 };
    expect(listed).toContainEqual({ name: queue.name, tasks });
    expect(listed.map(({ name }) => name)).not.toContain('none');
  });

  it('a history is that of the task and of its lock together, a page at a time', async () => {
    const queue = aQueue();
    await queue.add('1');
    const { body } = await queue.claim('1', 'claude');
    await queue.tell('1', 'complete', { token: body.token });
    const whole = (await queue.get('1/history')).body.events as { type: string; position: string }[];
    expect(whole.map(({ type }) => type)).toEqual([
      'LeaseReleased',
      'TaskCompleted',
      'TaskClaimed',
      'LeaseGranted',
      'TaskQueued',
    ]);
    const paged: unknown[] = [];
    for (let cursor = ''; ;) {
      const { body: page } = await queue.get(`1/history?limit=2${cursor}`);
      paged.push(...(page.events as unknown[]));
      if (page.next === null) break;
      cursor = `&cursor=${page.next as string}`;
    }
    expect(paged).toEqual(whole);
  });
});

interface Audited {
  readonly event_type: string;
  readonly ai_name: string;
  readonly timestamp: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const task = (id: number, dependencies: readonly number[]) => ({ id, title: `Task ${id}`, dependencies });

function clockAhead(aheadMs: () => number) {
  return {
    nowMs: () => systemClock.nowMs() + aheadMs(),
    monotonicMs: () => systemClock.monotonicMs(),
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms, signal),
  };
}
