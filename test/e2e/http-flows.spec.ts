import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TellPhaseLocks } from '../../src/application/flows/tell-phase-locks.js';
import { Liveness } from '../../src/application/liveness/liveness.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import { assessment, twoPhases } from '../support/flows.js';

const workerFile = fileURLToPath(new URL('../support/phase-worker.mjs', import.meta.url));

describe('flows, over HTTP', () => {
  let app: TestApp;
  const logged: string[] = [];
  let flows = 0;

  beforeAll(async () => {
    const policy = { monitorIntervalMs: 50, sweepIntervalMs: 50, amnestyMs: 0, shipTtlMs: 300, shipRenewMs: 100 };
    app = await startTestApp({ policy });
    const say = (sentence: string) => void logged.push(sentence);
    app.app.get(TellPhaseLocks).say = say;
    app.app.get(Liveness).start(say);
  });
  afterAll(async () => {
    await app.app.get(Liveness).stop();
    await app.close();
  });

  async function declared(phases: unknown = twoPhases, more: object = {}): Promise<string> {
    const id = `flow-${++flows}`;
    expect((await app.post('flows', { id, phases, ...more })).status).toBe(201);
    return id;
  }
  const resume = (id: string, expectedPhase: string, holder = 'session-1', more: object = {}) =>
    app.post(`flows/${id}/resume`, { expectedPhase, holder, ...more });
  const act = (id: string, phase: string, verb: string, body: object) =>
    app.post(`flows/${id}/phases/${phase}/${verb}`, body);
  const by = { operator: 'ada', reason: 'because' };

  it('[A380] are the same for whoever asks, and declared once: other phases are refused', async () => {
    const id = await declared(['one', { name: 'two', runs: false }]);
    const again = await app.post('flows', { id, phases: ['one', { name: 'two', runs: false }] });
    expect(again.body).toMatchObject({
      already: true,
      flow: { id, status: 'initialized', currentPhase: 'one' },
    });
    expect((await app.post('flows', { id, phases: ['one'] })).body).toMatchObject({
      status: 409,
      code: 'flow-differs',
    });
    expect((await app.post('flows', { id: 'twice', phases: ['one', 'one'] })).status).toBe(422);
  });

  it('are refused in plain words under a name that begins with neither a letter nor a digit', async () => {
    const letters = 'Must be 1 to 64 letters, digits, _ and -, the first a letter or a digit.';
    const declared = await app.post('flows', { id: '__proto__', phases: ['__proto__'] });
    expect(declared.body.errors).toMatchObject([
      { pointer: '/id', message: letters },
      { pointer: '/phases/0', message: expect.stringMatching(/^Must be 1 to 64 letters, .+ digit, or an object\.$/) },
    ]);
    expect((await app.get('flows/__proto__')).body.errors).toMatchObject([{ in: 'path', message: letters }]);
    const usual = await app.post('flows', { id: 'constructor', phases: ['constructor', 'toString'] });
    expect(usual.body).toMatchObject({ flow: { id: 'constructor', currentPhase: 'constructor' } });
    expect((await resume('constructor', 'constructor')).body).toMatchObject({ status: 'resumed', token: 1 });
  });

  it('say of a phase that is not to be claimed what is to be done instead', async () => {
    const id = await declared();
    const steps = async (phase: string) => (await app.get(`locks/phases/${id}/${phase}/why`)).body.nextSteps;
    expect(await steps('readiness')).toMatchObject([{ step: 'acquire' }]);
    expect(await steps('architecture')).toEqual([{ step: 'wait', text: 'wait: phase readiness is due before it' }]);
    await app.post(`flows/${id}/pause`, by);
    expect(await steps('readiness')).toMatchObject([
      { step: 'continue', text: expect.stringContaining(`let flow ${id} continue: it is paused`) },
    ]);
    await app.post(`flows/${id}/continue`, by);
    await resume(id, 'readiness');
    await act(id, 'readiness', 'complete', { token: 1 });
    expect(await steps('readiness')).toEqual([{ step: 'leave', text: 'leave it: phase readiness is completed' }]);
    await app.post(`flows/${id}/cancel`, by);
    expect(await steps('architecture')).toEqual([{ step: 'leave', text: `leave it: flow ${id} was cancelled` }]);
  });

  it('[A381, A382, A387, A391, A399] one resume gets the token, the next learns at once who has it', async () => {
    const id = await declared();
    const before = Date.now();
    const first = await resume(id, 'readiness', 'session-1', { owner: 'crew', ttlMs: 60_000 });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      ...{ flowId: id, status: 'resumed', currentPhase: 'readiness', progress: 0, token: 1, attempt: 1 },
      ...{ holder: { id: 'session-1' }, ttlMs: 60_000, renewMs: 20_000, message: 'Phase readiness was begun' },
    });
    const since = Date.parse(first.body.since as string);
    expect(since).toBeGreaterThanOrEqual(before);
    expect(since).toBeLessThanOrEqual(Date.now());

    await act(id, 'readiness', 'progress', { token: 1, progress: { done: 3, of: 10 } });
    const askedAt = performance.now();
    const second = await resume(id, 'readiness', 'session-2');
    expect(performance.now() - askedAt).toBeLessThan(900 * busy());
    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({
      ...{ flowId: id, status: 'already_running', currentPhase: 'readiness', phaseProgress: { done: 3, of: 10 } },
      ...{ holder: { id: 'session-1' }, since: first.body.since, message: 'Phase readiness is already executing' },
    });
    expect(second.body.token).toBeUndefined();
    expect(Date.parse(second.body.until as string)).toBeGreaterThan(Date.now());
    expect(logged).toContain(`Phase readiness already executing for flow ${id}, skipping duplicate execution attempt`);
  });

  it('[A392, A393] five clicks within a second run one phase once, and the flow goes on by one', async () => {
    const id = await declared(assessment);
    const clicks = await Promise.all(Array.from({ length: 5 }, () => resume(id, 'initialization', 'backend')));
    const statuses = clicks.map(({ body }) => body.status as string).sort();
    expect(statuses).toEqual([...Array<string>(4).fill('already_running'), 'resumed']);

    const done = await act(id, 'initialization', 'complete', { token: 1, result: { apps: 12 } });
    expect(done.body).toMatchObject({ flow: { currentPhase: 'readiness_assessment', progress: 12 } });
    const late = await Promise.all(Array.from({ length: 5 }, () => resume(id, 'initialization', 'backend')));
    for (const { body } of late) {
      expect(body).toMatchObject({
        status: 'already_completed',
        result: { apps: 12 },
        currentPhase: 'readiness_assessment',
      });
    }
    const { body } = await app.get(`flows/${id}?minPosition=${done.body.position}`);
    expect(body.flow.phases.map(({ attempt }: { attempt: number }) => attempt)).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('says clearly that a resume must name the phase it expects, and which one is due', async () => {
    const id = await declared();
    const { status, body } = await app.post(`flows/${id}/resume`, { holder: 'session-1' });
    expect(status).toBe(422);
    expect(JSON.stringify(body.errors)).toContain('name the phase that you take to be due');
    expect((await resume(id, 'architecture')).body).toMatchObject({
      ...{ status: 409, code: 'phase-mismatch', currentPhase: 'readiness' },
    });
    expect((await resume(id, 'nothing')).body).toMatchObject({ status: 404, code: 'unknown-phase' });
    expect((await resume('no-such-flow', 'readiness')).body).toMatchObject({ status: 404, code: 'unknown-flow' });
  });

  it('[A384, A389, A395] ten flows begin at once, each by a holder of its own', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 10; index += 1) ids.push(await declared());
    const begun = await Promise.all(ids.map((id) => resume(id, 'readiness', `holder-${id}`)));
    expect(begun.map(({ body }) => body.status as string)).toEqual(ids.map(() => 'resumed'));
    expect(begun.every(({ body }) => body.token === 1)).toBe(true);
    await eventually(async () => {
      const { body } = await app.get('/admin/locks?limit=200');
      const keys = (body.locks as { key: string }[]).map(({ key }) => key);
      expect(keys).toEqual(expect.arrayContaining(ids.map((id) => `${id}:readiness`)));
    });
  });

  it('[A396] a phase that runs nothing is gone past without a token, once', async () => {
    const id = await declared(['one', { name: 'finalization', runs: false }]);
    await resume(id, 'one');
    await act(id, 'one', 'complete', { token: 1 });
    const clicks = await Promise.all(Array.from({ length: 5 }, () => resume(id, 'finalization')));
    const statuses = clicks.map(({ body }) => body.status as string).sort();
    expect(statuses).toEqual([...Array<string>(4).fill('already_completed'), 'resumed']);
    expect(clicks.every(({ body }) => body.token === undefined && body.currentPhase === null)).toBe(true);
    expect((await app.get(`/admin/locks/${id}/finalization`)).body).toMatchObject({
      ...{ lock: { locked: false, holder: null }, why: { lastToken: 0 } },
    });
    expect((await app.get(`flows/${id}/why`)).body).toMatchObject({ why: 'All phases are done.', lease: null });
  });

  it('[A386, A388, A390, A397] a failed or abandoned phase is free again, with its error; what was never held is no error', async () => {
    const id = await declared();
    expect((await act(id, 'readiness', 'abandon', { token: 1 })).body).toMatchObject({ freed: null, already: true });
    await resume(id, 'readiness');
    const failed = await act(id, 'readiness', 'fail', { token: 1, error: 'Test error' });
    expect(failed.body).toMatchObject({
      phase: { status: 'failed', error: 'Test error' },
      flow: { status: 'in_progress' },
    });
    expect((await app.get(`flows/${id}/why`)).body.why).toBe(
      'Phase readiness is 1 of 2; attempt 1 failed: Test error. It may be claimed again.',
    );
    expect((await resume(id, 'readiness', 'session-2')).body).toMatchObject({
      token: 2,
      attempt: 2,
      error: 'Test error',
    });
    await act(id, 'readiness', 'abandon', { token: 2 });
    expect((await resume(id, 'readiness', 'session-3')).body).toMatchObject({ status: 'resumed', token: 3 });
    expect(logged).toContainEqual(expect.stringMatching(new RegExp(`^Released execution lock for ${id}:readiness`)));
  });

  it('[A394, A385] a killed worker’s phase runs again once its silence was judged, under a new token', async () => {
    const id = await declared();
    const url = `${app.url}/api/v1/flows/${id}`;
    const child = spawn(process.execPath, [workerFile, url, 'readiness', 'mortal', '600'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      await eventually(() => expect(JSON.parse(said)).toMatchObject({ status: 'resumed', token: 1 }));
      // It is renewed for longer than its time to live.
      await eventually(async () => {
        const { body } = await app.get(`/admin/locks/${id}/readiness`);
        expect(body.lock.elapsedSeconds).toBeGreaterThan(1.2);
      });
      expect((await resume(id, 'readiness', 'session-2')).body.status).toBe('already_running');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const again = await eventually(async () => {
      const { body } = await resume(id, 'readiness', 'session-2');
      expect(body).toMatchObject({ status: 'resumed', token: 2, attempt: 2 });
      return body as { token: number };
    });
    expect((await act(id, 'readiness', 'complete', { token: 1, result: 'late' })).body).toMatchObject({
      ...{ status: 409, code: 'stale-token', currentToken: 2, currentHolder: { id: 'session-2' } },
    });
    expect((await act(id, 'readiness', 'complete', { token: again.token })).status).toBe(200);
    expect(logged).toContainEqual(expect.stringMatching(new RegExp(`^Lock timeout for ${id}:readiness \\(held for `)));
  }, 30_000);

  it('[A398, A400] an operator breaks a lock with a reason: the loser is fenced, and it is all in the history', async () => {
    const id = await declared();
    await resume(id, 'readiness');
    await eventually(async () => {
      const { body } = await app.get('/admin/locks?limit=200');
      expect(body.locks).toContainEqual(
        expect.objectContaining({
          ...{ key: `${id}:readiness`, flow: id, phase: 'readiness', locked: true, token: 1 },
          ...{ holder: { kind: 'agent', id: 'session-1', attempt: 1 } },
          ...{ since: expect.any(String), expires: expect.any(String), elapsedSeconds: expect.any(Number) },
        }),
      );
    });
    expect((await app.delete(`/admin/locks/${id}/readiness`)).status).toBe(422);
    for (const mistyped of [`${id}x/readiness`, `${id}/readyness`]) {
      expect((await app.get(`/admin/locks/${mistyped}`)).status).toBe(404);
      expect((await app.delete(`/admin/locks/${mistyped}?operator=ada&reason=it%20hangs`)).status).toBe(404);
    }
    const broken = await app.delete(`/admin/locks/${id}/readiness?operator=ada&reason=it%20hangs`);
    expect(broken.body).toMatchObject({ freed: { reason: 'manual', detail: 'it hangs', token: 1 } });
    const again = await app.delete(`/admin/locks/${id}/readiness?operator=ada&reason=it%20hangs`);
    expect(again.body).toMatchObject({ freed: null, nothingToDo: 'idle' });

    expect((await act(id, 'readiness', 'complete', { token: 1 })).body).toMatchObject({ code: 'stale-token' });
    expect((await act(id, 'readiness', 'renew', { token: 1 })).body).toMatchObject({ code: 'stale-token' });
    expect((await resume(id, 'readiness', 'session-2')).body).toMatchObject({ status: 'resumed', token: 2 });
    expect((await act(id, 'readiness', 'abandon', { token: 1 })).body).toMatchObject({ code: 'stale-token' });
    expect((await app.get(`/admin/locks/${id}/readiness`)).body.lock).toMatchObject({ locked: true, token: 2 });
    const types = ((await app.get(`flows/${id}/history`)).body.events as { type: string }[]).map(({ type }) => type);
    expect(types).toEqual(['PhaseStarted', 'PhaseAbandoned', 'PhaseStarted', 'FlowDeclared']);
  });

  it('[A400] counts tries, durations by phase, and timeouts', async () => {
    const text = (await app.get('/metrics')).body as string;
    const valueOf = (series: string) => Number(new RegExp(`^${series} (\\d+)`, 'm').exec(text)?.[1] ?? NaN);
    expect(valueOf('phase_lock_attempts_total\\{status="acquired"\\}')).toBeGreaterThan(10);
    expect(valueOf('phase_lock_attempts_total\\{status="blocked"\\}')).toBeGreaterThan(4);
    expect(valueOf('phase_lock_duration_seconds_count\\{phase="readiness"\\}')).toBeGreaterThan(2);
    expect(valueOf('phase_lock_timeouts_total')).toBeGreaterThan(0);
  });

  it('are paused, continued, failed and cancelled by people, and say so to whoever resumes', async () => {
    const id = await declared();
    await app.post(`flows/${id}/pause`, by);
    expect((await resume(id, 'readiness')).body).toMatchObject({ status: 409, code: 'flow-paused' });
    await app.post(`flows/${id}/continue`, by);
    await resume(id, 'readiness');
    await act(id, 'readiness', 'fail', { token: 1, error: 'no', failFlow: true });
    expect((await resume(id, 'readiness')).body).toMatchObject({ status: 409, code: 'flow-failed' });
    await app.post(`flows/${id}/continue`, by);
    await resume(id, 'readiness');
    const cancelled = await app.post(`flows/${id}/cancel`, by);
    expect(cancelled.body).toMatchObject({ flow: { status: 'cancelled' }, already: false });
    expect((await act(id, 'readiness', 'complete', { token: 2 })).body).toMatchObject({ code: 'stale-token' });
    expect((await resume(id, 'readiness')).body).toMatchObject({ status: 409, code: 'flow-over' });
    const { position } = cancelled.body as { position: string };
    const listed = (await app.get(`flows?status=cancelled&limit=200&minPosition=${position}`)).body;
    expect(listed.flows).toContainEqual(expect.objectContaining({ id, status: 'cancelled', reason: 'because' }));
  });

  it('keep results up to a size, with one clear error', async () => {
    const id = await declared();
    await resume(id, 'readiness');
    const { body } = await act(id, 'readiness', 'complete', { token: 1, result: 'r'.repeat(20_000) });
    expect(body).toMatchObject({
      ...{ status: 413, code: 'phase-data-too-large' },
      detail: 'the result of phase readiness has 20002 bytes as JSON; at most 16384 are kept',
    });
  });

  it('answer a resume under the same Idempotency-Key with the same token', async () => {
    const id = await declared();
    const ask = () =>
      app.post(
        `flows/${id}/resume`,
        { expectedPhase: 'readiness', holder: 'x' },
        { 'idempotency-key': `resume-${id}` },
      );
    const first = await ask();
    expect(first.body).toMatchObject({ status: 'resumed', token: 1 });
    expect((await ask()).body).toEqual(first.body);
  });
});
