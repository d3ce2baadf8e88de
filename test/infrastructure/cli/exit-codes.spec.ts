import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answeringServer, noShips, problem, shipOf, type AnsweringServer, type Said } from './answering-server.js';
import { holdfast } from './holdfast.js';

describe('the holdfast command', () => {
  let server: AnsweringServer;
  let say: Said;
  beforeAll(async () => {
    server = await answeringServer(() => say);
  });
  afterAll(() => server.close());
  beforeEach(() => {
    say = { body: noShips };
  });
  const ask = (...args: string[]) => holdfast(args, { url: server.url });

  it('exits with 0 and prints data only on stdout', async () => {
    say = { body: { ...noShips, ships: [shipOf('COOPER-2')] } };

    const { code, stdout, stderr } = await ask('assignments');

    expect(stdout.split('\n')).toStrictEqual([
      'SHIP      PLAYER  STATUS  HOLDER   TOKEN  FOR     SINCE    WHY  OWES',
      'COOPER-2  2       active  agent-7  3      mining  2 h ago',
      '',
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('says of an empty list, on stderr, which command cures it', async () => {
    await expect(ask('assignments')).resolves.toStrictEqual({
      code: 0,
      stdout: '',
      stderr: 'No ship is held. Take one with: holdfast ship acquire SHIP --player N --holder YOU\n',
    });
  });

  it('prints under --json exactly what the API answers', async () => {
    const body = '{"ships": [],  "next":null,"position":"9007199254740993","ageMs":1.5}';
    say = { body };

    await expect(ask('assignments', '--json')).resolves.toStrictEqual({ code: 0, stdout: `${body}\n`, stderr: '' });
  });

  it.each([
    [422, 'validation', 2],
    [404, 'unknown-lease', 3],
    [409, 'stale-token', 4],
    [503, 'event-store-unavailable', 1],
    [503, 'view-behind', 124],
    [504, 'outcome-unknown', 124],
    [500, 'internal', 1],
  ])('tells a %d %s in one sentence and exits with %d', async (status, code, exitCode) => {
    say = problem(status, code, 'it is so');

    await expect(ask('assignments')).resolves.toStrictEqual({ code: exitCode, stdout: '', stderr: 'It is so.\n' });
  });

  it('prints the problem itself on stdout under --json', async () => {
    say = problem(409, 'lease-held', 'it is held');

    const { code, stdout, stderr } = await ask('assignments', '--json');

    expect(JSON.parse(stdout)).toMatchObject({ code: 'lease-held', status: 409, detail: 'it is held' });
    expect([code, stderr]).toStrictEqual([4, 'It is held.\n']);
  });

  it('names the field and the rule of what the server could not read', async () => {
    const errors = [{ in: 'query', pointer: '/status', rule: 'validation', message: 'Must be some of active.' }];
    say = problem(422, 'validation', 'query /status: Must be …', { title: 'The request does not fit', errors });

    await expect(ask('assignments', '--status', 'x')).resolves.toMatchObject({
      code: 2,
      stderr: 'The request does not fit: status: Must be some of active.\n',
    });
  });

  it('names the rule alone of a request that does not fit as a whole', async () => {
    const errors = [{ in: 'body', pointer: '', rule: 'validation', message: 'Needs an operator.' }];
    say = problem(422, 'validation', 'body /: Needs …', { title: 'The request does not fit', errors });

    await expect(ask('assignments')).resolves.toMatchObject({
      code: 2,
      stderr: 'The request does not fit: Needs an operator.\n',
    });
  });

  it.each(['why', 'history'])('says how %s is answered while nobody can tell whose ship is meant', async (verb) => {
    say = problem(503, 'views-unavailable', 'Commands are carried out all the same.');

    await expect(ask(verb, 'COOPER-2')).resolves.toStrictEqual({
      code: 1,
      stdout: '',
      stderr:
        'Whose ship COOPER-2 is cannot be looked up, because the views cannot be read at the moment. Say it with --player: then the log answers.\n',
    });
  });

  it('says of a held lease who has it, since when, and the first next step', async () => {
    const hold = { holder: { kind: 'agent', id: 'agent-7', attempt: 1 }, token: 3, sinceMs: Date.now() - 7_200_000 };
    const nextSteps = [{ step: 'wait', text: 'wait until agent-7 gives it back' }];
    const resource = { kind: 'ship', scope: '2', name: 'COOPER-2' };
    say = problem(409, 'lease-held', 'Ship COOPER-2 already assigned to agent-7', {
      why: { resource, hold, nextSteps },
    });

    const { code, stderr } = await ask('ship', 'acquire', 'COOPER-2', '--player', '2', '--holder', 'agent-8');

    expect(stderr).toBe(
      'Ship COOPER-2 already assigned to agent-7 (since 2 h ago, token 3); you can wait until agent-7 gives it back, or see "holdfast why COOPER-2 --player 2".\n',
    );
    expect(code).toBe(4);
  });

  it('lets no escape sequence of a server through to the terminal', async () => {
    say = problem(404, 'unknown-lease', 'gone \u001b[31mred\u0007');

    const { stderr } = await ask('assignments');

    expect(stderr).toBe('Gone  [31mred .\n');
  });

  it('exits with 5 and says how to start one when no server is there', async () => {
    const port = await unusedPort();

    const { code, stderr } = await holdfast(['assignments'], { env: { HOLDFAST_PORT: String(port) } });

    expect(stderr).toBe(
      `No Holdfast answers at http://127.0.0.1:${port}: start one with "holdfast start", or name another address with --url or HOLDFAST_URL.\n`,
    );
    expect(code).toBe(5);
  });

  it('finds the server where the .env file here says it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
    await writeFile(join(folder, '.env'), `# ours\nHOLDFAST_PORT=${new URL(server.url).port}\n`);

    const { code } = await holdfast(['assignments'], { cwd: folder });

    await rm(folder, { recursive: true });
    expect(code).toBe(0);
  });

  it('exits with 1 when what answers is not a Holdfast', async () => {
    say = { status: 200, type: 'text/html', body: '<html>' };
    await expect(ask('assignments')).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is not a Holdfast/),
    });
    say = { status: 502, type: 'text/html', body: '<html>' };
    await expect(ask('assignments')).resolves.toMatchObject({ code: 1, stderr: expect.stringMatching(/it says 502/) });
  });

  it('exits with 124 when no answer comes within --timeout', async () => {
    say = { silent: true };

    await expect(ask('assignments', '--timeout', '300ms')).resolves.toMatchObject({
      code: 124,
      stderr: 'No answer came within 0.3 s; what was asked for may have been done.\n',
    });
  });

  it('exits with 130 when it is interrupted', async () => {
    say = { silent: true };

    const { code, stderr } = await holdfast(['assignments'], { url: server.url, interruptedBy: server.asked() });

    expect([code, stderr]).toStrictEqual([130, '']);
  });

  it('exits with 0 and says nothing when whoever reads its output hangs up', async () => {
    const ships = Array.from({ length: 20_000 }, (_, number) => shipOf(`COOPER-${number}`));
    say = { body: { ...noShips, ships } };

    const { code, stderr } = await holdfast(['assignments'], { url: server.url, hangUp: true });

    expect([code, stderr]).toStrictEqual([0, '']);
  });

  it('shows no stack without --debug, and where it comes from with it', async () => {
    say = { type: 'application/json', body: '{"ships":[null],"next":null,"ageMs":0}' };
    const plain = await ask('assignments');
    const debug = await ask('assignments', '--debug');

    expect([plain.code, debug.code]).toStrictEqual([1, 1]);
    expect(plain.stderr).toMatch(/^This is a fault of the command itself, and --debug shows where: .*\n$/);
    expect(debug.stderr).toMatch(/\n {4}at /);
  });

  async function unusedPort(): Promise<number> {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
});
