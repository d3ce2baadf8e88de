import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

const worker = fileURLToPath(new URL('python-worker.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;

(hasPython ? describe : describe.skip)('the Python example (needs python3)', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ policy: { shipTtlMs: 300, shipRenewMs: 100 } });
    await app.post('flows', { id: 'f', phases: ['one', 'two', 'three'] });
  });
  afterAll(() => app.close());

  function run(...given: readonly string[]) {
    const child = spawn('python3', [worker, `${app.url}/api/v1`, 'f', ...given], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const lines = () =>
      said
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown);
    return { lines, ended: new Promise<unknown[]>((resolve) => child.once('exit', () => resolve(lines()))) };
  }

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
    expect((await fenced.ended)[1]).toEqual({ refused: 'stale-token' });
  }, 30_000);
});
