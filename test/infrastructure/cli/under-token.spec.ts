import { spawnSync } from 'node:child_process';
import type { Resource } from '../../../src/domain/lease/resource.js';
import { tokenIfAny, tokenOf } from '../../../src/infrastructure/cli/parse/under-token.js';
import { shellExports } from '../../../src/infrastructure/cli/print/shell-exports.js';
import type { World } from '../../../src/infrastructure/cli/world.js';
import { answeringServer, type AnsweringServer } from './answering-server.js';
import { holdfast } from './holdfast.js';

const task = (name: string, scope = 'main'): Resource => ({ kind: 'task', scope, name });
const phase = (scope: string, name: string): Resource => ({ kind: 'phase', scope, name });
const worldOf = (env: World['env']) => ({ env }) as World;

describe('the token of a lock', () => {
  it.each([
    [{ HOLDFAST_TASK: '7', HOLDFAST_QUEUE: 'main' }, task('7')],
    [{ HOLDFAST_TASK: '7' }, task('7')],
    [{ HOLDFAST_TASK: '7', HOLDFAST_QUEUE: 'night' }, task('7', 'night')],
    [{ HOLDFAST_PHASE: 'flow-1/readiness' }, phase('flow-1', 'readiness')],
    [{}, task('8')],
  ])('is that of the environment, where %j names this very lock, or none', (env, lock) => {
    expect(tokenOf({}, lock, worldOf({ HOLDFAST_TOKEN: '3', ...env }))).toBe(3);
  });

  it.each([
    [{ HOLDFAST_TASK: '7', HOLDFAST_QUEUE: 'main' }, task('8'), 'Task #7', 'Task #8'],
    [{ HOLDFAST_TASK: '7', HOLDFAST_QUEUE: 'night' }, task('7'), 'Task #night/7', 'Task #7'],
    [
      { HOLDFAST_PHASE: 'flow-1/readiness' },
      phase('flow-2', 'readiness'),
      'Phase flow-1/readiness',
      'Phase flow-2/readiness',
    ],
    [{ HOLDFAST_PHASE: 'main/7' }, task('7'), 'Phase main/7', 'Task #7'],
    [{ HOLDFAST_TASK: '7', HOLDFAST_PHASE: 'f/p' }, task('7'), 'Task #7 or Phase f/p', 'Task #7'],
  ])('is never taken from an environment that names another lock: %j', (env, lock, named, asked) => {
    const world = worldOf({ HOLDFAST_TOKEN: '3', ...env });
    expect(() => tokenIfAny({}, lock, world)).toThrow(
      `HOLDFAST_TOKEN is of ${named}; say with --token which one is of ${asked}.`,
    );
    expect(tokenIfAny({ token: 5 }, lock, world)).toBe(5);
    expect(tokenIfAny({}, lock, worldOf({ ...env }))).toBeUndefined();
  });

  describe('of a task that a shell has claimed', () => {
    let server: AnsweringServer;
    beforeAll(async () => {
      server = await answeringServer(() => ({ body: {} }));
    });
    afterAll(() => server.close());

    it.each([
      [['tasks', 'complete', '8']],
      [['tasks', 'fail', '8', 'ERROR']],
      [['tasks', 'abandon', '7', '--queue', 'night']],
      [['locks', 'renew', '8']],
      [['locks', 'release', '8']],
      [['locks', 'hand-over', 'phase:flow-1/readiness', '--from', 'a', '--to', 'b']],
      [['flows', 'complete', 'flow-1', 'readiness']],
      [['flows', 'fail', 'flow-1', 'readiness', 'it broke']],
      [['flows', 'progress', 'flow-1', 'readiness', '1']],
      [['flows', 'abandon', 'flow-1', 'readiness']],
    ])('does not serve %j, and the server is asked nothing', async (args) => {
      const env = { HOLDFAST_TOKEN: '1', HOLDFAST_TASK: '7', HOLDFAST_QUEUE: 'main' };

      const { code, stdout, stderr } = await holdfast(args, { url: server.url, env });

      expect([code, stdout]).toStrictEqual([2, '']);
      expect(stderr).toMatch(/^HOLDFAST_TOKEN is of Task #7; say with --token which one is of /);
      expect(server.heard).toStrictEqual([]);
    });
  });

  it('replaces in a shell that of whatever it had claimed before', () => {
    const script = [
      shellExports({ kind: 'task', scope: 'night', name: '7' }, 1, 'run-1'),
      shellExports({ kind: 'phase', scope: 'flow-1', name: 'readiness' }, 2, 'run-1'),
      'env | grep ^HOLDFAST_ | sort',
      shellExports({ kind: 'task', scope: 'main', name: '8' }, 3, 'run-1'),
      'env | grep ^HOLDFAST_ | sort',
    ].join('\n');

    const { stdout } = spawnSync('sh', ['-c', script], { env: { PATH: process.env['PATH'] }, encoding: 'utf8' });

    expect(stdout.trim().split('\n')).toStrictEqual([
      ...['HOLDFAST_PHASE=flow-1/readiness', 'HOLDFAST_SESSION=run-1', 'HOLDFAST_TOKEN=2'],
      ...['HOLDFAST_QUEUE=main', 'HOLDFAST_SESSION=run-1', 'HOLDFAST_TASK=8', 'HOLDFAST_TOKEN=3'],
    ]);
  });
});
