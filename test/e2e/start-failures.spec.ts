import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.js';
import { freePort, plainEnvironment, scratchDirectory } from '../support/server-process.js';

const main = fileURLToPath(new URL('../../bundle/main.js', import.meta.url));

describe('a start that cannot succeed', () => {
  const scratch = scratchDirectory();
  const taken: Server = createServer();
  let takenPort: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    takenPort = String((taken.address() as { port: number }).port);
  });
  afterAll(async () => {
    await new Promise((resolve) => taken.close(resolve));
    scratch.remove();
  });

  async function start(settings: Record<string, string>, cwd = scratch.path) {
    const env = {
      ...plainEnvironment(),
      HOLDFAST_DATA: join(scratch.path, 'data'),
      HOLDFAST_PORT: String(await freePort()),
      HOLDFAST_EVENTSTORE_PORT: '0',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      ...settings,
    };
    const child = spawn(process.execPath, [main], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let logged = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => (logged += text));
    const code = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, code, said: () => said, logged: () => logged };
  }

  const sentenceOf = async (settings: Record<string, string>) => {
    const { code, said } = await start(settings);
    return { code: await code, said: said() };
  };

  it('names the port of the API that another program has', async () => {
    expect(await sentenceOf({ HOLDFAST_PORT: takenPort })).toEqual({
      code: 1,
      said: `The API: cannot listen on 127.0.0.1:${takenPort}, because another program has the port; choose another HOLDFAST_PORT, or 0 for any free one.\n`,
    });
  }, 30_000);

  it('names the port of the event store that another program has', async () => {
    const { code, said } = await sentenceOf({ HOLDFAST_EVENTSTORE_PORT: takenPort });
    expect(code).toBe(1);
    expect(said).toMatch(new RegExp(`^The event store: cannot listen on 127\\.0\\.0\\.1:${takenPort}, .*\\n$`));
  }, 30_000);

  it('says that no event store answers, and never shows the address with its password', async () => {
    const { code, said } = await sentenceOf({ EVENTSTORE_URL: 'esdb://admin:s3cret@127.0.0.1:1?tls=false' });
    expect(code).toBe(1);
    expect(said).toBe(
      'The event store at EVENTSTORE_URL does not answer; start it, or correct the address. Nothing was changed.\n',
    );
  }, 30_000);

  it('refuses at once a data directory that nobody can make', async () => {
    expect(await sentenceOf({ HOLDFAST_DATA: '/proc/nope' })).toEqual({
      code: 78,
      said: '"/proc/nope" cannot be made (ENOENT): set HOLDFAST_DATA to a directory that can be written.\n',
    });
  }, 30_000);

  it('refuses at once, all together, a socket and a universe that cannot be', async () => {
    const [notes, data] = [join(scratch.path, 'notes'), join(scratch.path, 'untouched')];
    writeFileSync(notes, 'no universe');
    const began = performance.now();
    const { code, said } = await sentenceOf({
      HOLDFAST_DATA: data,
      HOLDFAST_SOCKET: notes,
      HOLDFAST_UNIVERSE_FILE: notes,
    });
    expect({ code, said }).toEqual({
      code: 78,
      said:
        `HOLDFAST_SOCKET is "${notes}": failed to create unix socket listener: ${notes} is there and is no socket.\n` +
        `HOLDFAST_UNIVERSE_FILE is "${notes}": The file of the universe is no JSON.\n`,
    });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(existsSync(data)).toBe(false);
  }, 30_000);

  it('names the line of the .env file that is no setting, without its text', async () => {
    writeFileSync(join(scratch.path, '.env'), 'HOLDFAST_LOG_LEVEL=warn\nmy token s3cret\n');
    const { code, said } = await sentenceOf({});
    writeFileSync(join(scratch.path, '.env'), '');
    expect({ code, said }).toEqual({ code: 78, said: 'Line 2 of ".env" is not NAME=value.\n' });
  }, 30_000);

  it('is none while only PostgreSQL is away: it says so, in plain text where no terminal is', async () => {
    const universe = join(scratch.path, 'data', 'universe');
    mkdirSync(universe, { recursive: true });
    writeFileSync(join(universe, 'agent.json'), '{"symbol":"HOLDFAST","tok');
    const { child, code, said, logged } = await start({});
    await eventually(async () => expect(said()).toContain('Holdfast is up'), 20_000);
    expect(said()).toContain('(does not answer yet: commands work, reads wait for it)');
    await eventually(async () => expect(said() + logged()).toContain('The monitor could not run'), 20_000);
    expect(JSON.parse(readFileSync(join(universe, 'agent.json'), 'utf8'))).toMatchObject({ symbol: 'HOLDFAST' });
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    await eventually(() => expect(said() + logged()).toContain('Asked to stop'));
    child.kill('SIGTERM');
    expect(await code).toBe(0);
    expect(said() + logged()).not.toContain('\u001b[');
  }, 40_000);

  it('says what to do with a simulated universe that is damaged, and leaves it as it is', async () => {
    const file = join(scratch.path, 'data', 'universe', 'world', 'universe.json');
    writeFileSync(file, '{"origin":');
    const { code, said } = await sentenceOf({});
    expect(code).toBe(1);
    expect(said).toMatch(
      /^What \S+world keeps of the universe is damaged\. Put a copy of it back, or move it away .*\n$/,
    );
    expect(readFileSync(file, 'utf8')).toBe('{"origin":');
  }, 30_000);
});
