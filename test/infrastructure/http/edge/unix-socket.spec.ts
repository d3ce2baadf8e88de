import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { busy } from '../../../support/busy.js';
import { listenOnUnixSocket, type UnixSocket } from '../../../../src/infrastructure/http/edge/unix-socket.js';
import { requestBytes, startToyApp, type ToyApp } from './toy-app.js';

/** Sends a request and never hangs up by itself: what came, and how long after it the server did. */
function askOn(path: string, line: string): Promise<{ readonly text: string; readonly closedAfterMs: number }> {
  return new Promise((resolve, reject) => {
    let text = '';
    let answeredAt = 0;
    const socket = connect({ path, allowHalfOpen: true }, () => {
      socket.write(requestBytes(line, ['Connection: keep-alive']));
    });
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += String(chunk);
      answeredAt = performance.now();
    });
    socket.once('end', () => {
      resolve({ text, closedAfterMs: performance.now() - answeredAt });
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') resolve({ text, closedAfterMs: 0 });
      else reject(error);
    });
  });
}

describe('the API on a Unix socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-socket-'));
  const path = join(folder, 'holdfast.sock');
  let toy: ToyApp;
  let open: UnixSocket | undefined;

  beforeAll(async () => {
    toy = await startToyApp();
  });
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });
  afterAll(async () => {
    await toy.app.close();
    rmSync(folder, { recursive: true });
  });

  const answer: RequestListener = (request, response) => toy.adapter.getInstance().routing(request, response);
  async function listen(on = path): Promise<void> {
    open = await listenOnUnixSocket(on, answer, { maxConnections: 3 });
  }

  it('[A056, A263] is a file that only its owner can open, and goes with the server', async () => {
    const mask = process.umask();
    await listen();
    expect(statSync(path).isSocket()).toBe(true);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect(process.umask()).toBe(mask);
    await open?.close();
    expect(existsSync(path)).toBe(false);
  });

  it('[A060] closes the connection of a request that succeeded within 100 ms, without waiting for the peer', async () => {
    await listen();
    const { text, closedAfterMs } = await askOn(path, 'GET /ships');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{"limit":50\}$/);
    expect(closedAfterMs).toBeLessThan(100 * busy());
  });

  it('[A061, A065] answers a failing one with its error and its id, and then closes it as soon', async () => {
    await listen();
    const { text, closedAfterMs } = await askOn(path, 'GET /no/such/method');
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
    const problem = JSON.parse(text.slice(text.indexOf('\r\n\r\n')));
    const [, named] = /x-request-id: (\S+)/i.exec(text) ?? [];
    expect(problem).toMatchObject({ code: 'not-found', instance: named });
    expect(closedAfterMs).toBeLessThan(100 * busy());
    const broken = await askOn(path, 'GET /bad path');
    expect(broken.text).toMatch(/^HTTP\/1\.1 400 /);
    expect(broken.closedAfterMs).toBeLessThan(100 * busy());
  });

  it('[A264] takes the place of a socket that nobody serves any more', async () => {
    const leave = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', leave]);
    expect(statSync(path).isSocket()).toBe(true);
    await listen();
    expect((await askOn(path, 'GET /ships')).text).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('[A265] is refused in a folder that does not exist', async () => {
    await expect(listen(join(folder, 'missing', 'holdfast.sock'))).rejects.toThrow(
      `failed to create unix socket listener: the folder ${join(folder, 'missing')} does not exist`,
    );
  });

  it('is refused where another process serves, where a file is, and where the name is too long', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(path, resolve));
    await expect(listen()).rejects.toThrow(`another process has ${path}`);
    await new Promise((resolve) => other.close(resolve));
    const file = join(folder, 'notes');
    writeFileSync(file, 'mine');
    await expect(listen(file)).rejects.toThrow(`${file} is there and is no socket`);
    expect(existsSync(file)).toBe(true);
    await expect(listen(join(folder, 'x'.repeat(100)))).rejects.toThrow('is longer than 107 bytes');
  });

  it('drops connections above its limit', async () => {
    await listen();
    const held = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise<ReturnType<typeof connect>>((resolve) => {
            const socket = connect(path, () => resolve(socket));
          }),
      ),
    );
    await expect(askOn(path, 'GET /ships')).resolves.toMatchObject({ text: '' });
    held.forEach((socket) => socket.destroy());
  });
});
