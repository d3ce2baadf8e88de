import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdfast } from '../infrastructure/cli/holdfast.js';
import { plainEnvironment, scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';

/** One request on a Unix socket, as curl asks it; rejects when the answer is not whole. */
function askOn(socketPath: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text })).once('error', reject);
    });
    asked.once('error', reject).end();
  });
}

const main = fileURLToPath(new URL('../../bundle/main.js', import.meta.url));

/** A start that ends by itself. */
function endOf(settings: Record<string, string>): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [main], { env: { ...plainEnvironment(), ...settings }, stdio: 'pipe' });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

describe('the server of a machine', () => {
  const scratch = scratchDirectory();
  const socket = join(scratch.path, 'run', 'holdfast.sock');
  let server: ServerProcess;

  beforeAll(async () => {
    mkdirSync(join(scratch.path, 'run'));
    server = await startServer(join(scratch.path, 'data'), { HOLDFAST_SOCKET: socket });
  }, 90_000);
  afterAll(async () => {
    await server.stop();
    scratch.remove();
  }, 60_000);

  it('[A055, A056, A263] starts from its file, and serves its API on the configured socket, for its owner only', async () => {
    expect(server.output()).toContain(`Socket   ${socket}`);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(await askOn(socket, '/readyz')).toMatchObject({ status: 200 });
    expect(await holdfast(['container', 'list'], { url: `unix:${socket}` })).toMatchObject({ code: 0 });
    const { code, stderr } = await holdfast(['container', 'list'], { url: `unix:${socket}x` });
    expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining(`unix:${socket}x`) });
  });

  it('[A265] does not start where the folder of its socket does not exist', async () => {
    const missing = join(scratch.path, 'missing');
    const { code, said } = await endOf({
      HOLDFAST_DATA: join(scratch.path, 'other'),
      HOLDFAST_PORT: '0',
      HOLDFAST_GAME: 'false',
      HOLDFAST_SOCKET: join(missing, 'holdfast.sock'),
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    });
    const socketOf = JSON.stringify(join(missing, 'holdfast.sock'));
    const why = `failed to create unix socket listener: the folder ${missing} does not exist`;
    expect({ code, said }).toEqual({ code: 78, said: `HOLDFAST_SOCKET is ${socketOf}: ${why}.\n` });
  }, 60_000);

  it('[A059] gives an answer of more than 500 KB whole', async () => {
    for (let i = 0; i < 10; i += 1) {
      const config = { note: 'x'.repeat(60_000) };
      const { status } = await server.post('containers', { player: 1, id: `large-${i}`, config });
      expect(status).toBe(201);
    }
    const { body } = await server.post('containers', { player: 1, id: 'last' });
    const { text } = await askOn(socket, `/api/v1/containers?minPosition=${body.position}`);
    expect(text.length).toBeGreaterThan(500_000);
    expect(JSON.parse(text).containers).toHaveLength(11);
  });

  it('[A064] is the only one on its data, says by its process id whose they are, and nothing stale keeps it from them', async () => {
    const data = join(scratch.path, 'data');
    const second = await endOf({ HOLDFAST_DATA: data, HOLDFAST_PORT: '0', HOLDFAST_GAME: 'false' });
    expect(second).toMatchObject({ code: 1, said: expect.stringMatching(/already open \(process \d+\)/) });
    const owned = readdirSync(join(data, 'eventstore'));
    expect(owned).toContainEqual(expect.stringMatching(/^lock-\d+-/));
    await server.kill();
    writeFileSync(join(data, 'eventstore', `lock-${process.pid}-0badcafe`), 'garbage');
    writeFileSync(join(data, 'postgres', 'owner.json'), 'garbage');
    server = await server.again();
    expect(await server.get('containers/last')).toMatchObject({ status: 200 });
    expect(await askOn(socket, '/livez')).toMatchObject({ status: 200 });
  }, 90_000);
});
