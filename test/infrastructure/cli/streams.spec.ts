import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answeringServer, problem, type AnsweringServer, type Heard, type Said } from './answering-server.js';
import { holdfast } from './holdfast.js';

describe('an answer that comes in parts', () => {
  let server: AnsweringServer;
  let answer: (heard: Heard) => Said;
  let folder: string;
  beforeAll(async () => {
    server = await answeringServer((heard) => answer(heard));
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const ask = (...args: string[]) => holdfast(args, { url: server.url, cwd: folder });

  const lines = (...all: readonly object[]): Said => ({
    type: 'application/x-ndjson',
    body: all.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  const progress = {
    type: 'Progress',
    view: 'fleet',
    phase: 'folding',
    events: 5,
    position: '5',
    target: '10',
    eventsPerSecond: 7,
    etaMs: 2_000,
  };
  const done = { type: 'Done', ok: true };
  const rebuilt = {
    type: 'Rebuilt',
    view: 'fleet',
    events: 10,
    elapsedMs: 2_000,
    compared: true,
    differences: [],
    fingerprints: [],
  };

  it('a rebuild is told line by line on stderr, and its outcome on stdout', async () => {
    answer = () => lines(progress, rebuilt, done);

    await expect(ask('projections', 'rebuild', 'fleet')).resolves.toStrictEqual({
      code: 0,
      stdout: 'View fleet was made anew: 10 events in 2 s (5 a second), no difference.\n',
      stderr: 'fleet folding: 5 events, 7 a second, 2 s to go\n',
    });
    expect(server.heard.at(-1)).toMatchObject({ url: '/api/v1/projections/rebuild', body: '{"view":"fleet"}' });
  });

  it('a rebuild is passed on as it comes under --json', async () => {
    answer = () => lines(progress, rebuilt, done);

    const { stdout, stderr } = await ask('projections', 'verify', '--all', '--json');

    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toStrictEqual([progress, rebuilt, done]);
    expect(stderr).toBe('');
  });

  it.each([
    [{ type: 'AlreadyRunning', view: 'fleet' }, 4, /by somebody else/],
    [{ type: 'Cancelled', view: 'fleet' }, 1, /cancelled; nothing was changed/],
    [{ type: 'Differs', view: 'fleet', differences: [] }, 1, /differs from the log/],
    [
      {
        type: 'CannotApply',
        view: 'fleet',
        parked: { stream: 'ship-1.A', eventType: 'X', position: '7', reason: 'odd' },
      },
      1,
      /cannot apply X of ship-1\.A at position 7: odd/,
    ],
  ])('%j is a failure', async (outcome, code, sentence) => {
    answer = () => lines(outcome, { type: 'Done', ok: false });

    await expect(ask('projections', 'rebuild', 'fleet')).resolves.toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringMatching(sentence),
    });
  });

  it('a problem in the midst of a rebuild is told like any other', async () => {
    const { body } = problem(503, 'views-unavailable', 'the views are away');
    answer = () => lines(progress, { type: 'Failed', problem: body });

    await expect(ask('projections', 'rebuild', 'fleet')).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/The views are away\.\n$/),
    });
  });

  it('a rebuild that breaks off is not taken for done', async () => {
    answer = () => lines(progress);
    await expect(ask('projections', 'rebuild', 'fleet')).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/broke off/),
    });
    answer = () => ({ ...lines(progress), cut: true });
    await expect(ask('projections', 'rebuild', 'fleet')).resolves.toMatchObject({ code: 5 });
  });

  const event = (position: number) => ({
    id: `e${position}`,
    position: String(position),
    stream: 'ship-1.A',
    data: {},
    metadata: {},
  });

  it('an export goes on page by page up to the head that the first page saw', async () => {
    answer = ({ url }) => {
      const after = Number(new URL(url, 'http://x').searchParams.get('after') ?? 0);
      return {
        body: { events: [event(after + 1), event(after + 2)], next: String(after + 2), head: after === 0 ? '3' : '99' },
      };
    };

    const { code, stderr } = await ask('history', 'export', '--out', 'fleet.jsonl', '--streams', 'ship-,container-');

    expect([code, stderr]).toStrictEqual([0, 'export: 2 events\nWrote 3 events to fleet.jsonl.\n']);
    const written = await readFile(join(folder, 'fleet.jsonl'), 'utf8');
    expect(written).toBe([1, 2, 3].map((position) => `${JSON.stringify(event(position))}\n`).join(''));
    expect(server.heard.at(-1)?.url).toBe('/api/v1/events?after=2&streams=ship-%2Ccontainer-&limit=500');
  });

  it('an export that fails half-way leaves no file', async () => {
    answer = ({ url }) =>
      url.includes('after')
        ? problem(503, 'event-store-unavailable', 'away')
        : { body: { events: [event(1)], next: '1', head: '9' } };

    await expect(ask('history', 'export', '--out', 'fleet.jsonl')).resolves.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/\nAway\.\n$/),
    });
    expect(await readdir(folder)).toStrictEqual([]);
  });

  it('an export does not replace a file without being told to', async () => {
    answer = () => ({ body: { events: [], next: null, head: '0' } });
    await writeFile(join(folder, 'fleet.jsonl'), 'mine');

    await expect(ask('history', 'export', '--out', 'fleet.jsonl')).resolves.toMatchObject({ code: 2 });
    expect(await readFile(join(folder, 'fleet.jsonl'), 'utf8')).toBe('mine');
    await expect(ask('history', 'export', '--out', 'fleet.jsonl', '--yes')).resolves.toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'fleet.jsonl'), 'utf8')).toBe('');
  });

  it('an export tells on its way how far it is', async () => {
    answer = ({ url }) =>
      url.includes('after')
        ? { body: { events: [event(2)], next: null, head: '2' } }
        : { body: { events: [event(1)], next: '1', head: '2' } };

    const { stdout, stderr } = await ask('history', 'export');

    expect(stdout).toBe([1, 2].map((position) => `${JSON.stringify(event(position))}\n`).join(''));
    expect(stderr).toBe('export: 1 event\n');
  });

  describe('--output', () => {
    const players = { players: [{ player: 2, agentSymbol: 'COOPER', registeredAtMs: 0 }], ageMs: 0 };

    it.each([
      ['table', /^PLAYER {2}AGENT/],
      ['json', /^\{"players"/],
    ])('%s names the form', async (form, shown) => {
      answer = () => ({ body: players });
      await expect(ask('players', 'list', '--output', form)).resolves.toMatchObject({
        code: 0,
        stdout: expect.stringMatching(shown),
      });
    });

    it('FILE gets the data, and stdout nothing', async () => {
      answer = () => ({ body: players });

      await expect(ask('players', 'list', '--output', 'players.txt')).resolves.toStrictEqual({
        code: 0,
        stdout: '',
        stderr: '',
      });
      await ask('players', 'list', '--json', '--output', 'players.json');
      expect(await readFile(join(folder, 'players.txt'), 'utf8')).toMatch(/^PLAYER {2}AGENT/);
      expect(JSON.parse(await readFile(join(folder, 'players.json'), 'utf8'))).toStrictEqual(players);
    });

    it('FILE is whole or not there, and replaces none unasked', async () => {
      answer = () => problem(503, 'away', 'away');
      await expect(ask('players', 'list', '--output', 'new.txt')).resolves.toMatchObject({ code: 1 });
      expect(await readdir(folder)).toStrictEqual([]);
      answer = () => lines(rebuilt);
      await expect(ask('projections', 'rebuild', 'fleet', '--output', 'new.txt')).resolves.toMatchObject({ code: 1 });
      expect(await readdir(folder)).toStrictEqual([]);

      await writeFile(join(folder, 'mine.txt'), 'mine');
      answer = () => ({ body: players });
      await expect(ask('players', 'list', '--output', 'mine.txt')).resolves.toMatchObject({ code: 2 });
      expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toBe('mine');
      await expect(ask('players', 'list', '--output', 'mine.txt', '--yes')).resolves.toMatchObject({ code: 0 });
      expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toMatch(/^PLAYER/);
    });
  });

  it('a list says how to get the rest of it', async () => {
    answer = () => ({ body: { containers: [], next: 'abc', position: '1', ageMs: null } });

    await expect(ask('container', 'list', '--all')).resolves.toMatchObject({
      stderr: expect.stringMatching(/^How old this is cannot be told[^]*There are more: add --cursor abc\n$/),
    });
  });
});
