import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { answeringServer, noShips, shipOf, type AnsweringServer, type Said } from './answering-server.js';

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../../../bundle/cli.js', import.meta.url));
const onTerminals = existsSync('/usr/bin/script') ? describe : describe.skip;

onTerminals('on a terminal', () => {
  let server: AnsweringServer;
  let say: Said;
  beforeAll(async () => {
    server = await answeringServer(() => say);
  });
  afterAll(() => server.close());

  /** All that a terminal of so many columns is shown, its codes too. */
  const shown = async (columns: number, command: string, env: Readonly<Record<string, string>> = {}) => {
    const line = `stty cols ${columns}; '${process.execPath}' '${cli}' ${command}`;
    const { PATH = '' } = process.env;
    const { stdout } = await run('script', ['-qec', line, '/dev/null'], {
      env: { PATH, TERM: 'xterm', HOLDFAST_URL: server.url, ...env },
      cwd: '/',
    });
    return stdout.replaceAll('\r\n', '\n');
  };
  const bold = '\u001b[1m';

  it('a table fits its width, cuts its widest column with …, and has bold titles', async () => {
    say = {
      body: { ...noShips, ships: [shipOf('COOPER-2', { operation: 'a very long operation indeed '.repeat(4) })] },
    };

    const text = await shown(80, 'ships list');

    expect(text.startsWith(bold)).toBe(true);
    const lines = stripVTControlCharacters(text).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80);
    expect(lines[1]).toMatch(/^COOPER-2 .*a very long.*… /);
    expect(await shown(80, 'ships list', { NO_COLOR: '1' })).not.toContain(bold);
  });

  it.each([20, 40, 60])('no line of a table breaks where there are %d columns', async (columns) => {
    say = { body: { ...noShips, ships: ['COOPER-1', 'COOPER-2'].map((ship) => shipOf(ship)) } };

    const lines = stripVTControlCharacters(await shown(columns, 'ships list'))
      .trimEnd()
      .split('\n');

    expect(lines).toHaveLength(3);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
    expect(lines[1]).toMatch(/^COOPE/);
  });

  it('a rebuild shows a bar, and leaves only its outcome', async () => {
    const progress = { type: 'Progress', view: 'fleet', phase: 'folding', position: '5', target: '10' };
    const lines = [
      { ...progress, events: 5, eventsPerSecond: 7, etaMs: 2_000 },
      {
        type: 'Rebuilt',
        view: 'fleet',
        events: 10,
        elapsedMs: 2_000,
        compared: true,
        differences: [],
        fingerprints: [],
      },
      { type: 'Done', ok: true },
    ];
    say = { type: 'application/x-ndjson', body: lines.map((line) => `${JSON.stringify(line)}\n`).join('') };

    const text = await shown(120, 'projections rebuild fleet');

    expect(text).toMatch(/fleet folding .*50%/);
    expect(text).toMatch(/View fleet was made anew: 10 events in 2 s \(5 a second\), no difference\.\n/);
  });
});
