import { connect, type ClientHttp2Session, type Settings } from 'node:http2';
import { once } from 'node:events';
import { all, event, openStore, type Store } from './support.js';

let store: Store;
let session: ClientHttp2Session;
beforeEach(async () => {
  store = await openStore();
  session = connect(`http://127.0.0.1:${store.server.port}`);
  session.on('error', () => undefined);
  await once(session, 'connect');
});
afterEach(async () => {
  session.destroy();
  await store.close();
});

const open = () =>
  session.request({
    ':method': 'POST',
    ':path': '/event_store.client.streams.Streams/Read',
    'content-type': 'application/grpc',
  });

describe('a connection that', () => {
  it('opens and resets calls without end is closed, and the others do not notice', async () => {
    let reset = 0;
    for (; reset < 20_000 && !session.closed && !session.destroyed; reset++) {
      const stream = open();
      stream.on('error', () => undefined);
      stream.close(8);
      if (reset % 500 === 0) expect((await store.client.appendToStream('ship-1', event())).success).toBe(true);
    }
    expect(reset).toBeLessThan(20_000);
    expect((await all(store.client.readStream('ship-1'))).length).toBeGreaterThan(1);
  });

  it('holds more than a thousand calls open gets no more, and the others do not notice', async () => {
    const { maxConcurrentStreams } = await new Promise<Settings>((resolve) => {
      if (session.remoteSettings.maxConcurrentStreams === 1000) resolve(session.remoteSettings);
      else session.once('remoteSettings', resolve);
    });
    expect(maxConcurrentStreams).toBe(1000);
    for (let n = 0; n < 1200; n++) open().on('error', () => undefined);
    expect((await store.client.appendToStream('ship-1', event())).success).toBe(true);
  });
});
