import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AlreadyRunning, Holdfast, LeaseLost, Refusal, Unreachable } from '../../clients/typescript/src/index.js';
import { Liveness } from '../../src/application/liveness/liveness.js';
import { InMemoryEventStore } from '../../src/infrastructure/eventstore/in-memory-event-store.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory } from '../support/server-process.js';
import { startTcpProxy } from '../support/tcp-proxy.js';

const policy = { monitorIntervalMs: 50, sweepIntervalMs: 50, amnestyMs: 0, shipTtlMs: 300, shipRenewMs: 100 };
const sleeper = fileURLToPath(new URL('held-too-long.mjs', import.meta.url));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits as work should: until it is done, or the lease is lost. */
const until = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('the TypeScript client', () => {
  let app: TestApp;
  let holdfast: Holdfast;
  let count = 0;

  beforeAll(async () => {
    app = await startTestApp({ policy });
    app.app.get(Liveness).start(() => undefined);
    holdfast = new Holdfast({ url: app.url });
  });
  afterAll(async () => {
    await app.app.get(Liveness).stop();
    await app.close();
  });

  async function declared(...phases: string[]): Promise<string> {
    const id = `flow-${(count += 1)}`;
    const { status } = await app.post('flows', { id, phases: phases.length === 0 ? ['readiness', 'next'] : phases });
    expect(status).toBe(201);
    return id;
  }
  const phaseOf = async (flow: string, index = 0) => (await app.get(`flows/${flow}/why`)).body.flow.phases[index];
  const lockOf = async (flow: string) => (await app.get(`/admin/locks/${flow}/readiness`)).body.lock;
  const typesOf = async (path: string) =>
    ((await app.get(`${path}/history`)).body.events as { type: string }[]).map(({ type }) => type).reverse();

  it('[A386] gives the function’s result, keeps it, and the key is free afterwards', async () => {
    const flow = await declared();
    const seen: unknown[] = [];
    const result = await holdfast.executeWithLease(flow, 'readiness', ({ token, results, attempt, isHeld }) => {
      seen.push({ token, results, attempt, isHeld });
      return { apps: 12 };
    });
    expect(result).toEqual({ apps: 12 });
    expect(seen).toEqual([{ token: 1, results: {}, attempt: 1, isHeld: true }]);
    expect(await lockOf(flow)).toMatchObject({ locked: false });
    expect(await phaseOf(flow)).toMatchObject({ status: 'completed', result: { apps: 12 } });

    await holdfast.executeWithLease(flow, 'next', ({ results }) => void seen.push(results));
    expect(seen[1]).toEqual({ readiness: { apps: 12 } });
    const again = await holdfast.executeWithLease(flow, 'readiness', () => void seen.push('called twice'));
    expect(again).toEqual({ apps: 12 });
    expect(seen).toHaveLength(2);
  });

  it('[A387] says that it is already running, of which flow and phase, and calls nothing', async () => {
    const flow = await declared();
    let finish = () => undefined as void;
    const first = holdfast.executeWithLease(
      flow,
      'readiness',
      async ({ progress }) => {
        await progress({ done: 3, of: 10 });
        await new Promise<void>((resolve) => (finish = resolve));
      },
      { holder: 'worker-7' },
    );
    await eventually(async () => expect(await phaseOf(flow)).toMatchObject({ progress: { done: 3, of: 10 } }));
    let called = 0;
    const outcome = await holdfast.executeWithLease(flow, 'readiness', () => (called += 1));
    expect(outcome).toBeInstanceOf(AlreadyRunning);
    expect(outcome).toMatchObject({
      ...{ status: 'already_running', of: { flow, phase: 'readiness' }, holder: { id: 'worker-7' } },
      ...{ since: expect.any(String), until: expect.any(String), progress: { done: 3, of: 10 } },
    });
    expect(called).toBe(0);
    finish();
    await first;
  });

  it('[A388, A397] throws what the function throws; the key is free and the error is kept', async () => {
    const flow = await declared();
    const error = new TypeError('Test error');
    await expect(holdfast.executeWithLease(flow, 'readiness', () => Promise.reject(error))).rejects.toBe(error);
    expect(await lockOf(flow)).toMatchObject({ locked: false });
    expect(await phaseOf(flow)).toMatchObject({ status: 'failed', error: 'Test error' });
    const tries: unknown[] = [];
    await holdfast.executeWithLease(flow, 'readiness', ({ attempt, error }) => void tries.push([attempt, error]));
    expect(tries).toEqual([[2, 'Test error']]);
  });

  it('keeps the words of an error however long and odd they are', async () => {
    const flow = await declared();
    const error = new Error(`\0\ud800${'é"'.repeat(5_000)}`);
    await expect(holdfast.executeWithLease(flow, 'readiness', () => Promise.reject(error))).rejects.toBe(error);
    expect(await phaseOf(flow)).toMatchObject({ status: 'failed', error: expect.stringMatching(/^\ufffdé"é"/) });
  });

  it('keeps only whole characters of the words of an error that are too long', async () => {
    const flow = await declared();
    const error = new Error('\u{1f680}'.repeat(1_000));
    await expect(holdfast.executeWithLease(flow, 'readiness', () => Promise.reject(error))).rejects.toBe(error);
    expect(await phaseOf(flow)).toMatchObject({ status: 'failed', error: expect.stringMatching(/^\u{1f680}{300,}$/u) });
    const broken = holdfast.withLock('tasks', 'main', 'words', () => Promise.reject(error));
    await expect(broken).rejects.toBe(error);
    expect((await app.get('locks/tasks/main/words/why')).body.previous).toMatchObject({
      ...{ reason: 'failed', detail: expect.stringMatching(/^\u{1f680}{40,}$/u) },
    });
  });

  it('gives a lock that is asked for twice under one holder to both, and a phase to the first alone', async () => {
    const holder = 'worker-8';
    const tokens = await holdfast.withLock(
      ...(['tasks', 'main', 'twice'] as const),
      async ({ token }) => [token, await holdfast.withLock('tasks', 'main', 'twice', (own) => own.token, { holder })],
      { holder },
    );
    expect(tokens).toEqual([1, 1]);
    const flow = await declared();
    const second = await holdfast.executeWithLease(
      ...([flow, 'readiness'] as const),
      () => holdfast.executeWithLease(flow, 'readiness', () => 'never', { holder }).then((told) => [told]),
      { holder },
    );
    expect(second).toEqual([expect.any(AlreadyRunning)]);
  });

  it('[A398] offers no result that comes after a renewal was refused', async () => {
    const flow = await declared();
    const asked: string[] = [];
    const watched = new Holdfast({
      url: app.url,
      fetch: (address, init) => {
        asked.push((address as string).split('/').at(-1) ?? '');
        return fetch(address, init);
      },
    });
    const lost = watched.executeWithLease(
      ...([flow, 'readiness'] as const),
      ({ signal }) => until(signal).catch(() => 'late'),
      { ttlMs: 600 },
    );
    await eventually(async () => expect(await lockOf(flow)).toMatchObject({ locked: true }));
    await app.delete(`/admin/locks/${flow}/readiness?operator=ada&reason=it%20hangs`);
    await expect(lost).rejects.toMatchObject({ name: 'LeaseLost', why: 'refused', cause: { code: 'stale-token' } });
    expect(asked).toEqual(expect.arrayContaining(['resume', 'renew']));
    expect(asked).not.toContain('complete');
  });

  it('fails the attempt when its result cannot be kept', async () => {
    const flow = await declared();
    const large = holdfast.executeWithLease(flow, 'readiness', () => 'r'.repeat(20_000));
    await expect(large).rejects.toMatchObject({ name: 'Refusal', status: 413, code: 'phase-data-too-large' });
    expect(await phaseOf(flow)).toMatchObject({ status: 'failed' });
  });

  it('[A397] gives the lease back when the function never began, or its caller has no more use for it', async () => {
    const flow = await declared();
    const stop = new AbortController();
    let called = 0;
    const slow = new Holdfast({
      url: app.url,
      fetch: async (...given) => {
        const answer = await fetch(...given);
        stop.abort(new Error('never mind'));
        return answer;
      },
    });
    const asked = slow.executeWithLease(flow, 'readiness', () => (called += 1), { signal: stop.signal });
    await expect(asked).rejects.toThrow('never mind');
    expect(called).toBe(0);
    expect(await phaseOf(flow)).toMatchObject({
      status: 'abandoned',
      abandoned: { reason: 'interrupted' },
      failures: 0,
    });
    expect(await lockOf(flow)).toMatchObject({ locked: false });

    const later = new AbortController();
    const begun = holdfast.executeWithLease(flow, 'readiness', ({ signal }) => until(signal), { signal: later.signal });
    await eventually(async () => expect(await lockOf(flow)).toMatchObject({ locked: true }));
    later.abort(new Error('enough'));
    await expect(begun).rejects.toThrow('enough');
    expect(await phaseOf(flow)).toMatchObject({ status: 'abandoned', abandoned: { reason: 'interrupted' } });
  });

  it('renews for as long as the function runs', async () => {
    const flow = await declared();
    const result = await holdfast.executeWithLease(
      flow,
      'readiness',
      async ({ signal }) => {
        await pause(1_500);
        return signal.aborted;
      },
      { ttlMs: 400 },
    );
    expect(result).toBe(false);
    expect(await typesOf(`locks/phases/${flow}/readiness`)).toEqual(['LeaseGranted', 'LeaseReleased']);
  });

  it('[A398] stops the function when an operator takes the lease, and its result is refused', async () => {
    const flow = await declared();
    const lost = holdfast.executeWithLease(flow, 'readiness', ({ signal }) => until(signal), { ttlMs: 600 });
    await eventually(async () => expect(await lockOf(flow)).toMatchObject({ locked: true }));
    await app.delete(`/admin/locks/${flow}/readiness?operator=ada&reason=it%20hangs`);
    await expect(lost).rejects.toMatchObject({ name: 'LeaseLost', why: 'refused', cause: { code: 'stale-token' } });

    const deaf = holdfast.executeWithLease(flow, 'readiness', async () => {
      await app.delete(`/admin/locks/${flow}/readiness?operator=ada&reason=it%20hangs`);
      return 'late';
    });
    await expect(deaf).rejects.toBeInstanceOf(LeaseLost);
    expect(await phaseOf(flow)).toMatchObject({ status: 'abandoned', result: null });
  });

  it('[A398] knows by its own clock that a busy process has lost the lease, and its late result is refused', async () => {
    const flow = await declared();
    const scratch = scratchDirectory();
    const isTaken = join(scratch.path, 'is-taken');
    const child = spawn(process.execPath, [sleeper, app.url, flow, 'readiness', '300', isTaken]);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await eventually(() => expect(said).not.toBe(''));
    const successor = await eventually(async () => {
      const outcome = await holdfast.executeWithLease(flow, 'readiness', async ({ token }) => {
        writeFileSync(isTaken, '');
        await ended;
        return token;
      });
      if (outcome instanceof AlreadyRunning) throw new Error('not yet');
      return outcome;
    });
    scratch.remove();
    expect(
      said
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { event: 'began', token: 1 },
      { event: 'woke', wasHeld: false, aborted: true, why: 'silence' },
      { event: 'threw', name: 'LeaseLost', why: 'refused', code: 'stale-token' },
    ]);
    expect(successor).toBe(2);
    expect(await phaseOf(flow)).toMatchObject({ status: 'completed', token: 2, result: 2 });
  });

  it('has one effect for each intent when answers are lost after they were decided', async () => {
    const flow = await declared();
    const proxy = await startTcpProxy(Number(new URL(app.url).port));
    const spoilt = new Holdfast({ url: `http://127.0.0.1:${proxy.port}`, tryMs: 300 });
    const dropped = () => {
      proxy.weather.blackhole = 'replies';
      setTimeout(() => {
        proxy.cut();
        proxy.weather.blackhole = 'none';
      }, 700);
    };
    try {
      let called = 0;
      dropped();
      const result = await spoilt.executeWithLease(flow, 'readiness', async ({ token, progress }) => {
        called += 1;
        dropped();
        await progress('half');
        dropped();
        return token;
      });
      expect([called, result]).toEqual([1, 1]);
      expect(proxy.connections).toBeGreaterThan(3);
    } finally {
      await proxy.close();
    }
    expect(await typesOf(`locks/phases/${flow}/readiness`)).toEqual(['LeaseGranted', 'LeaseReleased']);
    const types = await typesOf(`flows/${flow}`);
    expect(types).toEqual(['FlowDeclared', 'PhaseStarted', 'PhaseProgressed', 'PhaseCompleted']);
  });

  it('works on tasks in the same way', async () => {
    await app.post('queues/main/tasks', { id: '1', title: 'Write it' });
    await app.post('queues/main/tasks', { id: '2', title: 'Test it', dependencies: ['1'] });
    const blocked = holdfast.withTask('main', '2', () => 'no', { agent: 'ada' });
    await expect(blocked).rejects.toMatchObject({ name: 'Refusal', code: 'dependency-not-met', status: 409 });
    const outcome = await holdfast.withTask(
      'main',
      '1',
      async ({ task, progress }) => {
        await progress({ at: 'the middle' });
        const other = await holdfast.withTask('main', '1', () => 'no', { agent: 'bob' });
        return [task['title'], other] as const;
      },
      { agent: 'ada', holder: 'ada-1' },
    );
    expect(outcome).toEqual(['Write it', expect.any(AlreadyRunning)]);
    expect(outcome).toMatchObject({ 1: { of: { queue: 'main', task: '1' }, holder: { id: 'ada-1' } } });
    const twice = holdfast.withTask('main', '1', () => 'no', { agent: 'ada' });
    await expect(twice).rejects.toMatchObject({ code: 'already-complete' });
    const error = new RangeError('too far');
    await expect(holdfast.withTask('main', '2', () => Promise.reject(error), { agent: 'ada' })).rejects.toBe(error);
    expect((await app.get('queues/main/tasks/2/why')).body.task).toMatchObject({
      ...{ status: 'failed', lastFailure: { errorType: 'RangeError', details: 'too far' } },
    });
  });

  it('a result that comes after another session has completed the task is told as a lost lease', async () => {
    await app.post('queues/main/tasks', { id: 'late', title: 'Write it' });
    const at = 'queues/main/tasks/late';
    const late = holdfast.withTask(
      'main',
      'late',
      async ({ token }) => {
        await app.post(`${at}/abandon`, { token });
        const { body } = await app.post(`${at}/claim`, { agent: 'bob' });
        await app.post(`${at}/complete`, { token: body.token, notes: 'by bob' });
        return 'by ada';
      },
      { agent: 'ada', holder: 'ada-late' },
    );
    await expect(late).rejects.toMatchObject({
      name: 'LeaseLost',
      why: 'refused',
      cause: { code: 'already-complete' },
    });
    expect((await app.get(`${at}/why`)).body.task).toMatchObject({ completion: { agent: 'bob', notes: 'by bob' } });
  });

  it('holds plain locks and ships', async () => {
    const held = await holdfast.withLock('tasks', 'main', 'deploy', async ({ token }) => {
      const other = await holdfast.withLock('tasks', 'main', 'deploy', () => 'no');
      return [token, other] as const;
    });
    expect(held).toMatchObject([
      1,
      { status: 'already_running', of: { kind: 'tasks', scope: 'main', name: 'deploy' } },
    ]);
    const error = new Error('it broke');
    await expect(holdfast.withShip(1, 'COOPER-2', () => Promise.reject(error), { ttlMs: 500 })).rejects.toBe(error);
    const { body } = await app.get('players/1/ships/COOPER-2/why');
    expect(body).toMatchObject({ hold: null, previous: { token: 1, reason: 'failed', detail: 'it broke' } });
    expect(await holdfast.withShip(1, 'COOPER-2', ({ token }) => token)).toBe(2);
  });

  it('tells a refusal from no answer at all', async () => {
    const unknown = holdfast.executeWithLease('no-such-flow', 'one', () => 1);
    await expect(unknown).rejects.toBeInstanceOf(Refusal);
    await expect(unknown).rejects.toMatchObject({ code: 'unknown-flow', status: 404, problem: { retryable: false } });
    const nobody = new Holdfast({ url: 'http://127.0.0.1:1', patienceMs: 300 });
    await expect(nobody.executeWithLease('flow', 'one', () => 1)).rejects.toBeInstanceOf(Unreachable);
  });
});

describe('the TypeScript client, when the server goes away', () => {
  it('goes on with the same lease after a restart, and stops by itself when it hears nothing for a whole time to live', async () => {
    const database = await createTestDatabase();
    const store = new InMemoryEventStore();
    const start = () => startTestApp({ policy, store, databaseUrl: database.url });
    const first = await start();
    let { url } = first;
    const holdfast = new Holdfast({
      url: 'http://holdfast',
      fetch: (address, init) => fetch((address as string).replace('http://holdfast', url), init),
    });
    await first.post('flows', { id: 'f', phases: ['one', 'two'] });
    let second: TestApp | undefined;
    try {
      const result = await holdfast.executeWithLease(
        'f',
        'one',
        async ({ token }) => {
          await first.stop();
          void start().then((app) => {
            second = app;
            url = app.url;
          });
          return token;
        },
        { ttlMs: 20_000 },
      );
      expect(result).toBe(1);

      const beganAt = performance.now();
      let abortedAfterMs = Infinity;
      const silent = holdfast.executeWithLease(
        'f',
        'two',
        async ({ signal }) => {
          url = 'http://127.0.0.1:1';
          await until(signal).finally(() => (abortedAfterMs = performance.now() - beganAt));
        },
        { ttlMs: 900 },
      );
      await expect(silent).rejects.toMatchObject({ name: 'LeaseLost', why: 'silence' });
      expect(abortedAfterMs).toBeGreaterThan(850);
      expect(abortedAfterMs).toBeLessThan(900 + 400 * busy());
    } finally {
      await second?.stop();
      await database.drop();
    }
  });
});
