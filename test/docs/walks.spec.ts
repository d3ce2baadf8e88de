import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { viewsOfTheRun } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';
import { missingIn, stepsIn, walk, type Step } from './walk.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const lacking = ['bash', 'curl', 'jq'].filter((each) => spawnSync(each, ['--version']).status !== 0);
if (lacking.length > 0)
  process.stderr.write(`The walks of the pages are not taken: there is no ${lacking.join(', ')}\n`);
const describeWalks = lacking.length > 0 ? describe.skip : describe;

describeWalks('what a page has its reader type', () => {
  const scratch = scratchDirectory();
  const home = join(scratch.path, 'home');
  let server: ServerProcess;

  beforeAll(async () => {
    mkdirSync(join(home, 'bin'), { recursive: true });
    const program = (name: string, text: string) => {
      writeFileSync(join(home, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(home, name), 0o755);
    };
    program('bin/holdfast', `exec '${process.execPath}' '${join(root, 'bundle/cli.js')}' "$@"`);
    // What the reader has of their own.
    program('bin/npm', 'echo tested');
    program('assess.sh', 'echo assessed');
    copyFileSync(join(root, 'test/support/task-queue.json'), join(home, 'TASK_QUEUE.json'));
    server = await startServer(join(scratch.path, 'data'), {
      ...(await viewsOfTheRun()),
      // As they are where nobody sets them: what an answer shows hangs on them.
      HOLDFAST_SHIP_TTL_MS: '30000',
      HOLDFAST_SHIP_RENEW_MS: '10000',
      HOLDFAST_GAME: 'true',
      HOLDFAST_UNIVERSE_TIME_FACTOR: '100',
    });
  }, 90_000);
  afterAll(async () => {
    await server.stop();
    scratch.remove();
  }, 60_000);

  const page = (name: string) =>
    readFileSync(join(root, name), 'utf8').replaceAll(/(http:\/\/)?127\.0\.0\.1:4000/g, server.url);
  const taken = (steps: readonly Step[], cwd = home, before?: string) => {
    const env = { HOLDFAST_URL: server.url, PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}` };
    return walk(steps, { cwd, env, ...(before !== undefined && { before }) });
  };

  it.each([
    ['docs/tasks.md', 20, 2],
    ['docs/flows.md', 10, 2],
  ])(
    'in %s works in its order, and is answered as it says',
    async (name, atLeast, answers) => {
      const steps = await taken(stepsIn(page(name)));
      expect(steps.length).toBeGreaterThanOrEqual(atLeast);
      expect(steps.filter(({ code }) => code !== 0)).toEqual([]);
      const answered = steps.filter(({ shown }) => shown !== undefined);
      expect(answered.length).toBeGreaterThanOrEqual(answers);
      for (const { typed, shown, printed } of answered) {
        expect({ typed, missing: missingIn(shown ?? '', printed) }).toEqual({ typed, missing: [] });
      }
    },
    60_000,
  );

  it('in README.md to look around works', async () => {
    const ship = 'HOLDFAST-2';
    await eventually(async () => {
      expect((await server.get(`players/1/ships/${ship}`)).body.ship).toMatchObject({ status: 'active' });
    }, 30_000);
    const steps = stepsIn(page('README.md')).filter(({ typed }) => typed.startsWith('holdfast '));
    expect(steps.map(({ typed }) => typed.split(/ +/)[1])).toEqual(['assignments', 'why', 'history', 'projections']);
    const all = await taken(steps);
    expect(all.filter(({ code, printed }) => code !== 0 || printed === '')).toEqual([]);
    for (const { printed } of all.slice(0, 2)) expect(printed).toContain(ship);
  }, 60_000);

  it('in README.md of a worker of one’s own has a second one refused', async () => {
    const [worker, refused] = stepsIn(page('README.md')).filter(({ typed }) => typed.includes('COOPER-2'));
    const until = `for ((i = 0; i < 300; i++)); do holdfast assignments --player 2 | grep -q COOPER-2 && break; sleep 0.1; done`;
    const answer = join(home, 'refused.json');
    const steps = [worker!.typed, until, `${refused!.typed.replace(/ +#.*$/, '')} > ${answer}`, 'kill %1'];
    const all = await taken(
      steps.map((typed) => ({ typed, shown: undefined })),
      root,
      'set -m',
    );
    expect(all.map(({ code }) => code)).toEqual([0, 0, 22, 0]);
    expect(JSON.parse(readFileSync(answer, 'utf8'))).toMatchObject({
      code: 'lease-held',
      why: { nextSteps: expect.anything() },
    });
  }, 60_000);
});

describe('a walk', () => {
  it('takes a statement over several lines as one, and what is shown behind it or below it', () => {
    const steps = stepsIn(
      ['```sh', "say x '{", '}\'   # {"a": 1, …}', 'curl \\', '  y', '# {"b":"…"}', '# and nothing else', '```'].join(
        '\n',
      ),
    );
    expect(steps).toEqual([
      { typed: 'say x \'{\n}\'   # {"a": 1, …}', shown: '{"a": 1, …}' },
      { typed: 'curl \\\n  y', shown: '{"b":"…"}' },
    ]);
  });

  it.each([
    ['{"a": 1, …}', '{"a":1,"b":2}', []],
    ['{"a": 1, …}', '{"a":2}', ['answer.a is 2, shown as 1']],
    ['{"a":{"b":7,…},"c":"…"}  where it is', '{"a":{"b":7}}', ['answer.c']],
    ['{"a":["2"]}', '{"a":[]}', ['answer.a.0 is undefined, shown as "2"']],
  ])('tells of %s that %s lacks %j', (shown, printed, missing) => {
    expect(missingIn(shown, printed)).toEqual(missing);
  });
});
