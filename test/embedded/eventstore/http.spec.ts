import { connect } from 'node:net';
import { HostNotAllowed, startEventStore } from '../../../src/embedded/eventstore/server.js';
import { Client, event, openStore, type Store } from './support.js';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const ask = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${store.server.port}${path}`, init);

/** What the server answers to bytes, until it closes the connection. */
function exchange(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(store.server.port, '127.0.0.1', () => socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

describe('the pages on the port of the event store', () => {
  it('say that it lives, with the code a probe asks for', async () => {
    expect((await ask('/health/live')).status).toBe(204);
    expect((await ask('/health/live', { method: 'HEAD' })).status).toBe(204);
    expect((await ask('/health/live?liveCode=200')).status).toBe(200);
    expect((await ask('/health/live', { method: 'POST' })).status).toBe(405);
  });

  it('tell version, members and figures', async () => {
    expect(await (await ask('/info')).json()).toMatchObject({ esVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(await (await ask('/ping')).json()).toMatchObject({ text: 'Ping request successfully handled' });
    expect(await (await ask('/gossip')).json()).toMatchObject({ members: [{ state: 'Leader', isAlive: true }] });
    expect(await (await ask('/stats')).json()).toMatchObject({ proc: { id: process.pid } });
  });

  it('are no others', async () => {
    const missing = await ask('/streams/ship-1');
    expect([missing.status, await missing.text()]).toEqual([404, 'Not Found']);
  });

  it('do not mind bytes of another protocol', async () => {
    const hello = Buffer.from('16030100c8010000c40303', 'hex');
    expect(await exchange(hello)).toContain('400');
    expect(await exchange(Buffer.from('GARBAGE\r\n\r\n'))).toContain('400');
    expect((await store.client.appendToStream('ship-1', event())).success).toBe(true);
  });

  it('do not mind a preface that comes in pieces', async () => {
    const socket = connect(store.server.port, '127.0.0.1');
    const answered = new Promise((resolve) => socket.once('data', resolve));
    for (const piece of ['P', 'RI * HT', 'TP/2.0\r\n\r\nSM\r\n\r\n']) {
      socket.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(Buffer.from('000000040000000000', 'hex'));
    expect(await answered).toBeInstanceOf(Buffer);
    socket.destroy();
  });
});

describe('a client that discovers its server', () => {
  it('finds this node, as a cluster of one', async () => {
    const client = Client.connectionString(`esdb+discover://127.0.0.1:${store.server.port}?tls=false`);
    expect((await client.appendToStream('discovered-1', event())).success).toBe(true);
    await client.dispose();
  });
});

describe('the address of the event store', () => {
  it('is on loopback, unless its owner insists', async () => {
    await expect(startEventStore({ memory: true, host: '0.0.0.0' })).rejects.toBeInstanceOf(HostNotAllowed);
    await expect(startEventStore({ memory: true, host: 'example.org' })).rejects.toBeInstanceOf(HostNotAllowed);
    const open = await startEventStore({ memory: true, host: '0.0.0.0', insecureAnyHost: true });
    await open.stop();
  });

  it('is refused when it is taken', async () => {
    await expect(startEventStore({ memory: true, port: store.server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
