import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Liveness } from '../../src/application/liveness/liveness.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { startTcpProxy } from '../support/tcp-proxy.js';

const worker = fileURLToPath(new URL('python-worker.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;

(hasPython ? describe : describe.skip)('the Python example (needs python3)', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ policy: { monitorIntervalMs: 50, amnestyMs: 0, shipTtlMs: 300, shipRenewMs: 100 } });
    app.app.get(Liveness).start(() => undefined);
    for (const id of ['f', 'spoilt', 'silent']) await app.post('flows', { id, phases: ['one', 'two', 'three'] });
  });
  afterAll(async () => {
    await app.app.get(Liveness).stop();
    await app.close();
  });

  const run = (...given: readonly string[]) => runAt(app.url, 'f', ...given);

  function runAt(url: string, ...given: readonly string[]) {
    const child = spawn('python3', [worker, `${url}/api/v1`, ...given], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const lines = () =>
      said
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown);
    return {
      lines,
      tell: () => child.stdin.end('go on\n'),
      ended: new Promise<unknown[]>((resolve) => child.once('exit', () => resolve(lines()))),
    };
  }

  const historyOf = async (path: string) =>
    (await app.get(`${path}/history`)).body.events as readonly {
      readonly type: string;
      readonly createdAtMs: number;
    }[];
  const typesOf = async (path: string) => (await historyOf(path)).map(({ type }) => type).reverse();

  it('[A386, A387] executes a phase once and renews it; who comes meanwhile is told who has it, later the result', async () => {
    const first = run('one', 'long', '900');
    await eventually(() => expect(first.lines()).toEqual([{ began: 1, results: {} }]));
    expect(await run('one', 'work').ended).toMatchObject([{ outcome: { status: 'already_running', phase: 'one' } }]);
    const result = { token: 1, lost: false };
    expect((await first.ended)[1]).toEqual({ outcome: result });
    expect(await run('one', 'work').ended).toEqual([{ outcome: result }]);
    expect(await run('three', 'work').ended).toEqual([{ refused: 'phase-mismatch' }]);
  }, 30_000);

  it('[A388, A397] fails the attempt with what the function raises, and the key is free', async () => {
    expect(await run('two', 'fail').ended).toMatchObject([{ began: 1 }, { raised: 'Test error' }]);
    expect((await app.get('/admin/locks/f/two')).body.lock).toMatchObject({ locked: false });
    expect((await app.get('flows/f/why')).body.flow.phases[1]).toMatchObject({ status: 'failed', error: 'Test error' });
  }, 30_000);

  it('[A398] hears that the lease is lost, and its late result is refused', async () => {
    const fenced = run('two', 'hang', '1200');
    await eventually(() => expect(fenced.lines()).toMatchObject([{ began: 2 }]));
    await app.delete('/admin/locks/f/two?operator=ada&reason=it%20hangs');
    expect((await fenced.ended).slice(1)).toMatchObject([{ lost: true }, { refused: 'stale-token' }]);
  }, 30_000);

  it('has one effect for each intent where its answers are lost', async () => {
    const proxy = await startTcpProxy(Number(new URL(app.url).port));
    const [lock, flow] = ['locks/phases/spoilt/one', 'flows/spoilt'];
    const answerLostTo = async (asks: () => unknown, types: readonly string[]) => {
      const before = proxy.connections;
      proxy.weather.blackhole = 'replies';
      asks();
      await eventually(async () => expect(await typesOf(flow)).toEqual(types));
      proxy.cut();
      await eventually(() => expect(proxy.connections).toBe(before + 2));
      proxy.weather.blackhole = 'none';
    };
    try {
      let worker: ReturnType<typeof runAt> | undefined;
      const claims = () => (worker = runAt(`http://127.0.0.1:${proxy.port}`, 'spoilt', 'one', 'told'));
      await answerLostTo(claims, ['FlowDeclared', 'PhaseStarted']);
      await eventually(() => expect(worker?.lines()).toEqual([{ began: 1, results: {} }]));
      await answerLostTo(() => worker?.tell(), ['FlowDeclared', 'PhaseStarted', 'PhaseCompleted']);
      expect((await worker?.ended)?.[1]).toEqual({ outcome: { token: 1, lost: false } });
    } finally {
      await proxy.close();
    }
    expect(await typesOf(lock)).toEqual(['LeaseGranted', 'LeaseReleased']);
    expect(await typesOf(flow)).toEqual(['FlowDeclared', 'PhaseStarted', 'PhaseCompleted']);
  }, 30_000);

  it('[A398] says that the lease is lost before another may have it, where nobody answers', async () => {
    const proxy = await startTcpProxy(Number(new URL(app.url).port));
    try {
      const worker = runAt(`http://127.0.0.1:${proxy.port}`, 'silent', 'one', 'hang', '3000');
      await eventually(() => expect(worker.lines()).toMatchObject([{ began: 1 }]));
      proxy.weather.blackhole = 'both';
      await eventually(() => expect(worker.lines()[1]).toMatchObject({ lost: true }));
      const { atMs } = worker.lines()[1] as { readonly atMs: number };
      await eventually(async () => expect(await typesOf('locks/phases/silent/one')).toContain('LeaseExpired'));
      const expiry = (await historyOf('locks/phases/silent/one')).find(({ type }) => type === 'LeaseExpired');
      expect(atMs).toBeLessThan(Number(expiry?.createdAtMs));
      proxy.weather.blackhole = 'none';
      expect((await worker.ended)[2]).toEqual({ refused: 'stale-token' });
    } finally {
      await proxy.close();
    }
  }, 30_000);
});
