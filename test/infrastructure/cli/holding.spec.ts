import { Api } from '../../../src/infrastructure/cli/api.js';
import { claimPhase, claimTask, type Claiming } from '../../../src/infrastructure/cli/holding/claims.js';
import { assured, keepRenewed } from '../../../src/infrastructure/cli/holding/renewal.js';
import { lockName } from '../../../src/infrastructure/cli/parse/lock-name.js';
import { answeringServer, problem, type AnsweringServer, type Heard, type Said } from './answering-server.js';
import { holdfast } from './holdfast.js';

const grant = { token: 3, ttlMs: 300_000, renewMs: 100_000 };
const phase = { status: 'resumed', message: 'Phase readiness was begun', phase: 'readiness' };
const begun = { body: { ...phase, ...grant } };
const running = { body: { ...phase, status: 'already_running', message: 'Phase readiness is already executing' } };
const passed = { body: { ...phase, message: 'Phase readiness runs nothing: the flow went past it' } };

describe('work that a command holds', () => {
  let server: AnsweringServer;
  let answer: (heard: Heard) => Said;
  let api: Api;
  beforeAll(async () => {
    server = await answeringServer((heard) => answer(heard));
    api = new Api({ url: server.url, version: 'test' });
  });
  afterAll(() => server.close());
  const claiming = (lock: string, tries: number): Claiming => ({
    ...{ lock: lockName(lock), agent: 'worker-3', session: 'run-1', ttlMs: undefined, tries },
  });
  const asked = async <Result>(what: () => Promise<Result>) => {
    const before = server.heard.length;
    const result = await what();
    return { result, urls: server.heard.slice(before).map(({ url }) => url.slice('/api/v1/'.length)) };
  };
  const resume = 'flows/flow-1/resume';
  const run = (...args: string[]) =>
    asked(() => holdfast(['run', '--agent', 'worker-3', ...args], { url: server.url, env: stale }));
  const ofPhase = ['--phase', 'flow-1/readiness', '--tries', '1', '--'];
  /** Of what the shell had claimed before. */
  const stale = { HOLDFAST_TASK: '9', HOLDFAST_QUEUE: 'night', HOLDFAST_PHASE: 'flow-9/other', HOLDFAST_TOKEN: '9' };
  const printed = ['sh', '-c', 'echo "$HOLDFAST_TASK,$HOLDFAST_QUEUE,$HOLDFAST_PHASE,$HOLDFAST_TOKEN"'];

  it.each([
    ['a phase', begun, ofPhase, ',,flow-1/readiness,3\n'],
    ['a task', { body: { ...grant, already: false } }, ['--task', '7', '--'], '7,main,,3\n'],
  ])('that is %s is the only one that the environment of the command names', async (_what, said, options, stdout) => {
    answer = () => said;

    const { result } = await run(...options, ...printed);

    expect(result).toStrictEqual({ code: 0, stdout, stderr: '' });
  });

  it('a phase that another one executes is asked for again, up to --tries', async () => {
    const answers: Said[] = [running, problem(409, 'lease-held', 'Phase flow-1/readiness is locked by s'), begun];
    answer = () => answers.shift() ?? running;

    const { result, urls } = await asked(() => claimPhase(api, claiming('phase:flow-1/readiness', 3)));

    expect(result).toMatchObject({ token: 3 });
    expect(urls).toStrictEqual([resume, resume, resume]);
  }, 30_000);

  it('[A393] a phase that another one executes to the last try is refused with 6', async () => {
    answer = () => running;

    const { result, urls } = await run(...ofPhase, 'echo', 'never');

    expect(result).toStrictEqual({ code: 6, stdout: '', stderr: 'Phase readiness is already executing\n' });
    expect(urls).toStrictEqual([resume]);
  });

  it('a phase that runs nothing is gone past: the command is not begun, and the exit code is 0', async () => {
    answer = () => passed;

    const { result, urls } = await run(...ofPhase, 'echo', 'never');

    expect(result).toStrictEqual({ code: 0, stdout: '', stderr: `${passed.body.message}\n` });
    expect(urls).toStrictEqual([resume]);
  });

  it.each([
    ['phase:flow-1/readiness', claimPhase],
    ['7', claimTask],
  ])('is believed to be held from when it was asked for, not from the answer: %s', async (lock, take) => {
    let heardAtMs = 0;
    answer = () => {
      heardAtMs = performance.now();
      return begun;
    };

    const claimed = await take(api, claiming(lock, 1));

    expect(claimed.heldAtMs).toBeLessThanOrEqual(heardAtMs);
    const renewal = keepRenewed(api, claimed);
    expect(renewal.heldUntilMs()).toBe(claimed.heldAtMs + grant.ttlMs);
    renewal.end();
  });

  it('whose answer was long under way is renewed before the command begins', async () => {
    answer = () => begun;
    const claimed = await claimPhase(api, claiming('phase:flow-1/readiness', 1));
    const [late, nowMs] = [{ ...claimed, heldAtMs: claimed.heldAtMs - grant.renewMs }, performance.now()];

    const { result, urls } = await asked(() => assured(api, late));

    expect(result.heldAtMs).toBeGreaterThanOrEqual(nowMs);
    expect(urls).toStrictEqual(['locks/phases/flow-1/readiness/lease/renew']);
  });

  it('that its session had already is renewed before the command begins', async () => {
    answer = () => ({ body: { ...grant, already: true } });

    const { result, urls } = await run('--task', '7', '--session', 'run-1', '--', 'true');

    expect(result.code).toBe(0);
    expect(urls).toStrictEqual([
      'queues/main/tasks/7/claim',
      'locks/tasks/main/7/lease/renew',
      'queues/main/tasks/7/complete',
    ]);
  });

  it('that its session had already, and has lost since, is not begun', async () => {
    const refused = problem(409, 'stale-token', 'Task #7 is held under token 4');
    answer = ({ url }) => (url.endsWith('/renew') ? refused : { body: { ...grant, already: true } });

    const { result } = await run('--task', '7', '--session', 'run-1', '--', 'echo', 'never');

    expect(result).toStrictEqual({ code: 4, stdout: '', stderr: 'Task #7 is held under token 4.\n' });
  });
});
