import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { eventually } from '../../support/eventually.js';
import { RawClient } from './raw-client.js';
import { refusedProcess, startProcess } from './server-process.js';
import { all, Client, event, events } from './support.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-store-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the process of an event store', () => {
  it('says where it listens, to its parent and on its output, and stops with code 0', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await startProcess('--mem');
      expect(server.listening).toMatchObject({
        event: 'listening',
        host: '127.0.0.1',
        recovered: { truncatedBytes: 0 },
      });
      await eventually(() => expect(JSON.parse(server.output())).toEqual(server.listening));
      expect(await server.end(signal)).toBe(0);
    }
  });

  it('finds everything again after it was stopped', async () => {
    const first = await startProcess('--data', directory);
    const client = Client.connectionString(first.listening.connectionString);
    await client.appendToStream('ship-1', events(10));
    await client.setStreamMetadata('ship-1', { maxCount: 4 });
    await client.tombstoneStream('gone-1');
    const before = await all(client.readAll());
    await client.dispose();
    expect(await first.end('SIGTERM')).toBe(0);

    const second = await startProcess('--data', directory);
    const again = Client.connectionString(second.listening.connectionString);
    expect(await all(again.readAll())).toEqual(before);
    expect(await all(again.readStream('ship-1'))).toHaveLength(4);
    await expect(again.appendToStream('gone-1', event())).rejects.toMatchObject({ type: 'stream-deleted' });
    await again.dispose();
    await second.end('SIGTERM');
  });

  it('knows a repeat that expects any version after a restart', async () => {
    const first = await startProcess('--data', directory);
    const batch = events(3);
    const client = Client.connectionString(first.listening.connectionString);
    const written = await client.appendToStream('ship-1', batch);
    await client.dispose();
    await first.end('SIGKILL');
    const second = await startProcess('--data', directory);
    const again = Client.connectionString(second.listening.connectionString);
    expect(await again.appendToStream('ship-1', batch)).toEqual(written);
    await again.dispose();
    await second.end('SIGTERM');
  });

  it('ends when the parent that forked it is gone', async () => {
    const server = await startProcess('--mem');
    const exit = once(server.child, 'exit');
    server.child.disconnect();
    expect((await exit)[0]).toBe(0);
  });

  it('ends when its parent was killed', async () => {
    const entry = new URL('../../../bundle/embedded/eventstore/process.js', import.meta.url).pathname;
    const script = `const c = require('node:child_process').fork(${JSON.stringify(entry)}, ['--mem'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      c.once('message', () => console.log(c.pid)); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    parent.kill('SIGKILL');
    await eventually(() => expect(() => process.kill(pid, 0)).toThrow());
  });

  it('refuses a directory that another process has, with code 73', async () => {
    const first = await startProcess('--data', directory);
    const { code, output } = await refusedProcess('--data', directory);
    expect(code).toBe(73);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain(directory);
    await first.end('SIGTERM');
    const second = await startProcess('--data', directory);
    await second.end('SIGTERM');
  });

  it('refuses a port that is taken, with code 69', async () => {
    const first = await startProcess('--mem');
    const { code, output } = await refusedProcess('--mem', '--port', String(first.listening.port));
    expect(code).toBe(69);
    expect(output).toContain(String(first.listening.port));
    await first.end('SIGTERM');
  });

  it.each([
    ['an unknown option', ['--mem', '--colour']],
    ['neither a directory nor memory', []],
    ['both a directory and memory', ['--mem', '--data', 'x']],
    ['a port that is none', ['--mem', '--port', '70000']],
    ['a host that is open to a network', ['--mem', '--host', '0.0.0.0']],
  ])('refuses %s in one sentence, with code 78', async (_, args) => {
    const { code, output } = await refusedProcess(...args);
    expect([code, output.trim().split('\n').length]).toEqual([78, 1]);
  });

  it('refuses a directory it cannot use, with code 78', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect((await refusedProcess('--data', join(file, 'log'))).code).toBe(78);
  });

  it('leaves batch append out of its features when told to', async () => {
    const server = await startProcess('--mem', '--no-batch-append');
    const raw = new RawClient(server.listening.port);
    const { messages } = await raw.call('server_features.ServerFeatures/GetSupportedMethods', [Buffer.alloc(0)]);
    expect(messages[0]?.toString('latin1')).toContain('append');
    expect(messages[0]?.toString('latin1')).not.toContain('batchappend');
    raw.close();
    await server.end('SIGTERM');
  });
});
