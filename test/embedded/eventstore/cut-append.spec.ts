import { randomUUID } from 'node:crypto';
import { connect } from 'node:http2';
import { connect as dial } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import { frame } from './raw-client.js';
import { event, freshStream, openStore, type Store } from './support.js';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

function optionsFor(name: string): Uint8Array {
  const stream = new shared.StreamIdentifier();
  stream.setStreamName(Buffer.from(name));
  const options = new messages.AppendReq.Options();
  options.setStreamIdentifier(stream);
  options.setNoStream(new shared.Empty());
  const request = new messages.AppendReq();
  request.setOptions(options);
  return request.serializeBinary();
}

function eventMessage(): Uint8Array {
  const uuid = new shared.UUID();
  uuid.setString(randomUUID());
  const message = new messages.AppendReq.ProposedMessage();
  message.setId(uuid);
  message.getMetadataMap().set('type', 'Created').set('content-type', 'application/json');
  message.setData(Buffer.from('{}'));
  const request = new messages.AppendReq();
  request.setProposedMessage(message);
  return request.serializeBinary();
}

/** A call that Node's own client takes back is told to the server as one that was sent to its end: it cannot be told. */
type Cut = 'socket' | 'fin';

/** Sends the first event of an append that is to have more, and then goes away in the middle of it. */
async function beginAppend(name: string, cut: Cut, afterMs: number): Promise<void> {
  const socket = dial(store.server.port, '127.0.0.1');
  const session = connect(`http://127.0.0.1:${store.server.port}`, { createConnection: () => socket });
  session.on('error', () => undefined);
  const gone = new Promise((resolve) => session.once('close', resolve));
  const stream = session.request({
    ':method': 'POST',
    ':path': '/event_store.client.streams.Streams/Append',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('error', () => undefined);
  stream.write(frame(optionsFor(name)));
  await new Promise((resolve) => stream.write(frame(eventMessage()), resolve));
  if (afterMs > 0) await wait(afterMs);
  if (cut === 'fin') socket.end();
  else socket.destroy();
  await gone;
}

describe('an append whose asker goes away before its end', () => {
  it.each<[string, Cut]>([
    ['whose connection breaks', 'socket'],
    ['that closes its connection in order', 'fin'],
  ])('is not written in part, for one %s', async (_, cut) => {
    const names = Array.from({ length: 60 }, () => freshStream('cut'));
    await Promise.all(names.map((name, index) => beginAppend(name, cut, index % 6)));
    await wait(50);
    for (const name of names) {
      const { nextExpectedRevision } = await store.client.appendToStream(name, event(), {
        expectedRevision: 'no_stream',
      });
      expect([name, nextExpectedRevision]).toEqual([name, 0n]);
    }
  });
});
