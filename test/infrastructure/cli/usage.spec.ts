import { answeringServer, noShips, type AnsweringServer } from './answering-server.js';
import { holdfast } from './holdfast.js';

describe('a command line', () => {
  let server: AnsweringServer;
  beforeAll(async () => {
    server = await answeringServer(() => ({ body: noShips }));
  });
  afterAll(() => server.close());
  const ask = (...args: string[]) => holdfast(args, { url: server.url });

  it.each([
    [['asignments'], "Unknown command 'asignments' (Did you mean assignments?) See --help."],
    [['lokks'], "Unknown command 'lokks' (Did you mean locks?) See --help."],
    [['ships', 'lsit'], "Unknown command 'lsit' (Did you mean list?) See --help."],
    [['assignments', '--json', '--output', 'table'], 'Say either --json or --output table.'],
    [['container', 'lst'], "Unknown command 'lst' (Did you mean list?) See --help."],
    [['assignments', '--plyer', '2'], "Unknown option '--plyer' (Did you mean --player?) See --help."],
    [['why'], "Missing required argument 'what'. See --help."],
    [['ship', 'break', 'COOPER-2'], "Required option '--reason <text>' not specified. See --help."],
    [['assignments', '--player'], "Option '--player <id>' argument missing. See --help."],
    [
      ['assignments', '--player', '2.5'],
      "Option '--player <id>' argument '2.5' is invalid. It is a whole number, 1 or more. See --help.",
    ],
    [
      ['assignments', '--json', '--time-format', 'iso'],
      "Option '--time-format <form>' cannot be used with option '--json'. See --help.",
    ],
    [['history'], 'Say whose history: either a ship or a lock, or --container and its id.'],
    [['projections', 'rebuild'], 'Say which view, or --all. Their names: holdfast projections list'],
    [['eventstore', 'start'], 'Say where the log is kept: --data DIR, or --mem.'],
    [
      ['assignments', '--url', 'nowhere'],
      '"nowhere" is not the address of a server: it has the form http://127.0.0.1:4000, or unix:/PATH for a socket.',
    ],
  ])('%j is refused with 2 and says what would be right', async (args, sentence) => {
    await expect(ask(...args)).resolves.toStrictEqual({ code: 2, stdout: '', stderr: `${sentence}\n` });
  });

  it.each([
    [['players', 'list', '--agent-token=abc']],
    [['players', 'register', '2', 'COOPER', '--password', 'abc']],
    [['players', 'register', '2', 'eyJhbGciOiJSUzI1NiJ9.eyJpZGVudGlmaWVyIjoiQ09PUEVSIn0.c2lnbmF0dXJl']],
    [['assignments', '--url', 'http://admin:s3cret@127.0.0.1:4000']],
  ])('%j is refused, because arguments are no place for a secret, and does not repeat it', async (args) => {
    const { code, stdout, stderr } = await ask(...args);

    expect([code, stdout]).toStrictEqual([2, '']);
    expect(stderr).toMatch(/^A secret is not taken as an argument/);
    expect(stderr).not.toMatch(/abc|eyJ|s3cret/);
  });

  it.each([
    [['ships', 'list'], '/api/v1/ships?status=all&limit=200'],
    [['ship', 'list', '--status', 'idle'], '/api/v1/ships?status=idle&limit=200'],
    [['containers', 'get', 'mining-1'], '/api/v1/containers/mining-1'],
    [['player', 'list'], '/api/v1/players'],
  ])('%j is understood in either number', async (args, asked) => {
    await ask(...args);

    expect(server.heard.at(-1)?.url).toBe(asked);
  });

  it('gives the credentials of HOLDFAST_URL to the proxy that asks for them', async () => {
    const url = server.url.replace('http://', 'http://ann:s3cret@');
    await holdfast(['assignments'], { url });

    expect(server.heard.at(-1)?.headers.authorization).toBe(`Basic ${btoa('ann:s3cret')}`);
  });

  it.each([
    [['ship', 'break', 'COOPER-2', '--player', '2', '--reason', 'x']],
    [['ship', 'reserve', 'COOPER-2', '--player', '2', '--reason', 'x', '--displace']],
    [['ship', 'write-off', 'COOPER-2', 'ore', '--player', '2']],
    [['container', 'remove', 'mining-1']],
    [['container', 'stop', 'mining-1', '--immediately']],
    [['container', 'start', '--player', '2', '--takeover', 'mining-1']],
    [['projections', 'rebuild', 'fleet', '--accept-differences']],
  ])('%j is not done off a terminal without --yes, and says what it would do', async (args) => {
    const before = server.heard.length;
    const { code, stdout, stderr } = await ask(...args);

    expect([code, stdout]).toStrictEqual([2, '']);
    expect(stderr).toMatch(/^.+\. Say --yes to do it without being asked\.\n$/);
    expect(server.heard.slice(before)).toStrictEqual([]);
  });

  it('without a word shows the help, on stderr, and is refused', async () => {
    const { code, stdout, stderr } = await ask();

    expect([code, stdout]).toStrictEqual([2, '']);
    expect(stderr).toMatch(/^Examples:/);
  });

  it('--help begins with examples and ends with the exit codes', async () => {
    const { code, stdout, stderr } = await ask('--help');

    expect([code, stderr]).toStrictEqual([0, '']);
    expect(stdout).toMatch(/^Examples:\n {2}holdfast start\n[^]*Exit codes:\n[^]*130 interrupted\n$/);
  });

  it('tells the server who asks, and what is to be done once', async () => {
    await ask('players', 'register', '2', 'COOPER', '--idempotency-key', 'k-1');

    expect(server.heard.at(-1)).toMatchObject({
      method: 'PUT',
      url: '/api/v1/players/2',
      body: '{"agentSymbol":"COOPER"}',
      headers: { 'idempotency-key': 'k-1', 'user-agent': expect.stringMatching(/^holdfast-cli\//) },
    });
  });

  it('is asked with its filters as the API has them', async () => {
    await ask(
      'assignments',
      '--status',
      'active,idle',
      '--player',
      '2',
      '--as-of',
      '17',
      '--min-position',
      '3',
      '--ship',
      'A-1',
    );

    expect(server.heard.at(-1)?.url).toBe(
      '/api/v1/ships?limit=200&status=active%2Cidle&player=2&asOf=17&minPosition=3&symbol=A-1',
    );
  });

  it('escapes what would lead out of an address', async () => {
    await ask('container', 'get', '../players');

    expect(server.heard.at(-1)?.url).toBe('/api/v1/containers/..%2Fplayers');
  });
});
