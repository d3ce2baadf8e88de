import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import { LogBroken, LogFull } from '../../../src/embedded/eventstore/log/event-log.js';
import { toCallError } from '../../../src/embedded/eventstore/grpc/call-error.js';
import { RawClient, type RawAnswer } from './raw-client.js';
import { events, openStore, type Store } from './support.js';

let store: Store;
let raw: RawClient;
beforeAll(async () => {
  store = await openStore();
  raw = new RawClient(store.server.port);
});
afterAll(async () => {
  raw.close();
  await store.close();
});

const empty = new shared.Empty();

function identifier(name: string | Uint8Array) {
  const stream = new shared.StreamIdentifier();
  stream.setStreamName(Buffer.from(name as string));
  return stream;
}

function appendOptions(name: string | Uint8Array) {
  const options = new messages.AppendReq.Options();
  options.setStreamIdentifier(identifier(name));
  options.setAny(empty);
  return options;
}

function optionsMessage(options = appendOptions('raw-1')): Uint8Array {
  const request = new messages.AppendReq();
  request.setOptions(options);
  return request.serializeBinary();
}

interface Parts {
  id?: string;
  type?: string;
  contentType?: string;
  data?: Uint8Array;
}

function proposed<M extends typeof messages.AppendReq.ProposedMessage | typeof messages.BatchAppendReq.ProposedMessage>(
  Message: M,
  parts: Parts = {},
) {
  const { id = randomUUID(), type = 'T', contentType = 'application/json', data = Buffer.from('{}') } = parts;
  const message = new Message();
  const uuid = new shared.UUID();
  uuid.setString(id);
  message.setId(uuid);
  if (type !== '-') message.getMetadataMap().set('type', type);
  if (contentType !== '-') message.getMetadataMap().set('content-type', contentType);
  message.setData(data);
  return message as InstanceType<M>;
}

function eventMessage(parts?: Parts): Uint8Array {
  const request = new messages.AppendReq();
  request.setProposedMessage(proposed(messages.AppendReq.ProposedMessage, parts));
  return request.serializeBinary();
}

const append = (...parts: Uint8Array[]): Promise<RawAnswer> => raw.call('streams.Streams/Append', parts);

function readOptions(change: (options: InstanceType<typeof messages.ReadReq.Options>) => void): Uint8Array {
  const options = new messages.ReadReq.Options();
  const uuids = new messages.ReadReq.Options.UUIDOption();
  uuids.setString(empty);
  options.setUuidOption(uuids);
  options.setNoFilter(empty);
  const all = new messages.ReadReq.Options.AllOptions();
  all.setStart(empty);
  options.setAll(all);
  options.setCount('10');
  change(options);
  const request = new messages.ReadReq();
  request.setOptions(options);
  return request.serializeBinary();
}
const read = (change: (options: InstanceType<typeof messages.ReadReq.Options>) => void): Promise<RawAnswer> =>
  raw.call('streams.Streams/Read', [readOptions(change)]);

describe('an append that cannot be served', () => {
  it.each([
    ['an empty stream name', () => append(optionsMessage(appendOptions('')), eventMessage())],
    ['the stream name $$', () => append(optionsMessage(appendOptions('$$')), eventMessage())],
    ['a stream name beyond the limit', () => append(optionsMessage(appendOptions('x'.repeat(20_000))), eventMessage())],
    [
      'a stream name that is not UTF-8',
      () => append(optionsMessage(appendOptions(Buffer.from([0xff, 0xfe]))), eventMessage()),
    ],
    ['no options', () => append(eventMessage())],
    ['options twice', () => append(optionsMessage(), optionsMessage())],
    ['nothing at all', () => append()],
    ['an id that is no UUID', () => append(optionsMessage(), eventMessage({ id: 'x' }))],
    ['the zero id', () => append(optionsMessage(), eventMessage({ id: '00000000-0000-0000-0000-000000000000' }))],
    ['an empty type', () => append(optionsMessage(), eventMessage({ type: '' }))],
    ['bytes that are no message', () => append(Buffer.from([0x0a, 0xff, 0xff]))],
    [
      'no expected version',
      () => {
        const options = new messages.AppendReq.Options();
        options.setStreamIdentifier(identifier('raw-1'));
        return append(optionsMessage(options), eventMessage());
      },
    ],
    [
      'a revision of 2^63',
      () => {
        const options = appendOptions('raw-1');
        options.setRevision(String(2n ** 63n));
        return append(optionsMessage(options), eventMessage());
      },
    ],
  ])('for %s is refused with INVALID_ARGUMENT', async (_, call) => {
    const answer = await call();
    expect(answer.status).toBe(3);
    expect(answer.details).not.toBe('');
  });

  it.each([
    ['type', { type: '-' }],
    ['content-type', { contentType: '-' }],
  ])('for want of %s names what is required', async (property, parts) => {
    expect(await append(optionsMessage(), eventMessage(parts))).toMatchObject({
      status: 3,
      details: `Required Metadata Property '${property}' is missing`,
      trailers: {
        exception: 'missing-required-metadata-property',
        'required-metadata-properties': 'type,content-type',
      },
    });
  });

  it('for its size says the limit', async () => {
    const half = eventMessage({ data: Buffer.alloc(600_000) });
    expect(await append(optionsMessage(), half, half)).toMatchObject({
      status: 3,
      details: 'Maximum Append Size of 1048576 Exceeded.',
      trailers: { exception: 'maximum-append-size-exceeded', 'maximum-append-size': '1048576' },
    });
  });

  it('for going to $all is denied', async () => {
    expect(await append(optionsMessage(appendOptions('$all')), eventMessage())).toMatchObject({
      status: 7,
      details: 'Access Denied',
      trailers: { exception: 'access-denied' },
    });
  });

  it('leaves the server in order', async () => {
    expect((await append(optionsMessage(), eventMessage())).status).toBe(0);
  });
});

describe('an error that the client can see', () => {
  it('of a tombstoned stream carries its name', async () => {
    await store.client.tombstoneStream('gone-1');
    const answer = await append(optionsMessage(appendOptions('gone-1')), eventMessage());
    expect(answer).toMatchObject({
      status: 9,
      details: "Event stream 'gone-1' is deleted.",
      trailers: { exception: 'stream-deleted', 'stream-name': 'gone-1' },
    });
  });

  it('of a delete at a wrong revision carries both revisions', async () => {
    await store.client.appendToStream('versioned-1', events(3));
    const options = new messages.DeleteReq.Options();
    options.setStreamIdentifier(identifier('versioned-1'));
    options.setRevision('0');
    const request = new messages.DeleteReq();
    request.setOptions(options);
    expect(await raw.call('streams.Streams/Delete', [request.serializeBinary()])).toMatchObject({
      status: 9,
      details: 'Delete failed due to WrongExpectedVersion. Stream: versioned-1, Expected version: 0, Actual version: 2',
      trailers: {
        exception: 'wrong-expected-version',
        'stream-name': 'versioned-1',
        'expected-version': '0',
        'actual-version': '2',
      },
    });
  });

  it('of a metastream or of $all being deleted is a denial', async () => {
    for (const name of ['$$ship-1', '$all']) {
      const options = new messages.TombstoneReq.Options();
      options.setStreamIdentifier(identifier(name));
      options.setAny(empty);
      const request = new messages.TombstoneReq();
      request.setOptions(options);
      expect((await raw.call('streams.Streams/Tombstone', [request.serializeBinary()])).status).toBe(7);
    }
  });

  it.each([
    ['a full log', new LogFull('no room'), 8],
    ['a broken log', new LogBroken('no disk'), 14],
    ['a bug', new Error('a bug'), 2],
  ])('of %s has a status of its own', (_, failure, code) => {
    const bugs: unknown[] = [];
    expect(toCallError(failure, (bug) => bugs.push(bug)).code).toBe(code);
    expect(bugs).toHaveLength(code === 2 ? 1 : 0);
  });
});

describe('a read that cannot be served', () => {
  it('for want of a form for ids names the option', async () => {
    const answer = await read((options) => options.clearUuidOption());
    expect([answer.status, answer.details.startsWith('`uuidOption` is a required argument')]).toEqual([3, true]);
  });

  it.each<[string, (options: InstanceType<typeof messages.ReadReq.Options>) => void]>([
    ['no source', (options) => options.clearAll()],
    ['no end', (options) => options.clearCount()],
    ['no word about filters', (options) => options.clearNoFilter()],
    [
      'a subscription backwards',
      (options) => {
        options.setSubscription(new messages.ReadReq.Options.SubscriptionOptions());
        options.setReadDirection(messages.ReadReq.Options.ReadDirection.BACKWARDS);
      },
    ],
    [
      'a stream and a filter',
      (options) => {
        const stream = new messages.ReadReq.Options.StreamOptions();
        stream.setStreamIdentifier(identifier('ship-1'));
        stream.setStart(empty);
        options.setStream(stream);
        const filter = new messages.ReadReq.Options.FilterOptions();
        filter.setEventType(new messages.ReadReq.Options.FilterOptions.Expression());
        filter.setMax(32);
        filter.setCheckpointintervalmultiplier(1);
        options.setFilter(filter);
      },
    ],
  ])('for %s is refused', async (_, change) => {
    expect((await read(change)).status).toBe(3);
  });

  it('is answered with structured ids when they are asked for', async () => {
    const answer = await read((options) => {
      const uuids = new messages.ReadReq.Options.UUIDOption();
      uuids.setStructured(empty);
      options.setUuidOption(uuids);
    });
    const id = messages.ReadResp.deserializeBinary(answer.messages[0]!).getEvent()?.getEvent()?.getId();
    expect(id?.hasStructured()).toBe(true);
  });

  it('tells newer clients where the stream ends', async () => {
    await store.client.appendToStream('compatible-1', events(3));
    const answer = await read((options) => {
      const stream = new messages.ReadReq.Options.StreamOptions();
      stream.setStreamIdentifier(identifier('compatible-1'));
      stream.setStart(empty);
      options.setStream(stream);
      const control = new messages.ReadReq.Options.ControlOption();
      control.setCompatibility(1);
      options.setControlOption(control);
    });
    const last = messages.ReadResp.deserializeBinary(answer.messages.at(-1)!);
    expect([answer.messages.length, last.getLastStreamPosition()]).toEqual([4, '2']);
  });
});

describe('a batch', () => {
  const id = (): InstanceType<typeof shared.UUID> => {
    const uuid = new shared.UUID();
    uuid.setString(randomUUID());
    return uuid;
  };
  interface Write {
    stream?: string | undefined;
    options?: boolean;
    final?: boolean;
    correlation?: InstanceType<typeof shared.UUID>;
    parts?: Parts;
  }
  const write = ({
    stream = 'batch-1',
    options = true,
    final = true,
    correlation = id(),
    parts,
  }: Write): Uint8Array => {
    const request = new messages.BatchAppendReq();
    request.setCorrelationId(correlation);
    if (options) {
      const batchOptions = new messages.BatchAppendReq.Options();
      batchOptions.setStreamIdentifier(identifier(stream));
      batchOptions.setAny(empty);
      request.setOptions(batchOptions);
    }
    request.addProposedMessages(proposed(messages.BatchAppendReq.ProposedMessage, parts));
    request.setIsFinal(final);
    return request.serializeBinary();
  };
  const batch = async (...parts: Uint8Array[]) => {
    const answer = await raw.call('streams.Streams/BatchAppend', parts);
    return { ...answer, responses: answer.messages.map((bytes) => messages.BatchAppendResp.deserializeBinary(bytes)) };
  };

  it('answers each write once, with its id and its stream, and ends when the client does', async () => {
    const correlation = id();
    const { status, responses } = await batch(write({ correlation }));
    expect([status, responses.length]).toEqual([0, 1]);
    expect(responses[0]?.getCorrelationId()?.getString()).toBe(correlation.getString());
    expect(Buffer.from(responses[0]!.getStreamIdentifier()!.getStreamName_asU8()).toString()).toBe('batch-1');
    expect(responses[0]?.hasSuccess()).toBe(true);
  });

  it.each<[string, Write, string]>([
    ['an unusable id', { parts: { id: 'x' } }, 'BadRequest'],
    ['a missing type', { parts: { type: '-' } }, 'BadRequest'],
    ['an empty stream name', { stream: '' }, 'BadRequest'],
    ['too many bytes', { parts: { data: Buffer.alloc(1024 * 1024) } }, 'MaximumAppendSizeExceeded'],
    ['the stream $all', { stream: '$all' }, 'AccessDenied'],
    ['a tombstoned stream', { stream: 'gone-1' }, 'StreamDeleted'],
  ])('refuses %s in the answer to that write alone', async (_, wrong, kind) => {
    const { status, responses } = await batch(write(wrong), write({}));
    const refused = responses.find((response) => response.hasError());
    expect([status, responses.length]).toEqual([0, 2]);
    expect(refused?.getError()?.getDetails()?.getTypeUrl()).toBe(`type.googleapis.com/event_store.client.${kind}`);
    expect(refused?.hasStreamIdentifier()).toBe(true);
  });

  it('answers a refused write once, however many parts follow', async () => {
    const correlation = id();
    const { responses } = await batch(
      write({ correlation, final: false, parts: { type: '-' } }),
      write({ correlation, final: false, options: false }),
      write({ correlation, final: true, options: false }),
    );
    expect(responses).toHaveLength(1);
  });

  it('ignores parts of a write it was never told of', async () => {
    const { status, responses } = await batch(write({ options: false }), write({}));
    expect([status, responses.length]).toEqual([0, 1]);
  });

  it('answers a write sent twice at the same time once', async () => {
    const correlation = id();
    const same = write({ correlation });
    expect((await batch(same, same)).responses).toHaveLength(1);
  });

  it('answers a write whose deadline has passed with a timeout, and keeps nothing of it', async () => {
    const request = messages.BatchAppendReq.deserializeBinary(write({ stream: 'late-1' }));
    const Timestamp = (await import('google-protobuf/google/protobuf/timestamp_pb.js')).default.Timestamp;
    request.getOptions()?.setDeadline(Timestamp.fromDate(new Date(Date.now() - 1000)));
    const { responses } = await batch(request.serializeBinary());
    expect(responses[0]?.getError()?.getDetails()?.getTypeUrl()).toContain('Timeout');
  });

  it('drops a write whose end does not come before its deadline', async () => {
    const request = messages.BatchAppendReq.deserializeBinary(write({ stream: 'late-1', final: false }));
    const Timestamp = (await import('google-protobuf/google/protobuf/timestamp_pb.js')).default.Timestamp;
    request.getOptions()?.setDeadline(Timestamp.fromDate(new Date(Date.now() + 100)));
    const answer = await raw.call('streams.Streams/BatchAppend', [request.serializeBinary()], 1);
    const late = messages.BatchAppendResp.deserializeBinary(answer.messages[0]!);
    expect(late.getError()?.getDetails()?.getTypeUrl()).toContain('Timeout');
  });

  it('with bytes that are no message is ended', async () => {
    expect((await batch(Buffer.from([0xff, 0xff]))).status).toBe(3);
  });
});

describe('what this node does not do', () => {
  it.each([
    'persistent_subscriptions.PersistentSubscriptions/Create',
    'persistent_subscriptions.PersistentSubscriptions/Read',
    'projections.Projections/Create',
    'users.Users/Create',
    'operations.Operations/StartScavenge',
    'monitoring.Monitoring/Stats',
    'streams.Streams/Nonsense',
  ])('%s is answered UNIMPLEMENTED', async (path) => {
    expect((await raw.call(path, [Buffer.alloc(0)])).status).toBe(12);
  });

  it('is not listed among its features', async () => {
    const answer = await raw.call('server_features.ServerFeatures/GetSupportedMethods', [Buffer.alloc(0)]);
    const supported = features.SupportedMethods.deserializeBinary(answer.messages[0]!);
    const listed = supported.getMethodsList().map((method) => `${method.getServiceName()}/${method.getMethodName()}`);
    expect(supported.getEventStoreServerVersion()).toMatch(/^\d+\.\d+\.\d+$/);
    expect(listed.filter((name) => !/streams\.streams|gossip|server_features/.test(name))).toEqual([]);
    expect(listed).toContain('event_store.client.streams.streams/batchappend');
  });

  it('leaves batch append out of the list when told to, and serves it still', async () => {
    const quiet = await openStore({ memory: true, advertiseBatchAppend: false });
    const quietRaw = new RawClient(quiet.server.port);
    const answer = await quietRaw.call('server_features.ServerFeatures/GetSupportedMethods', [Buffer.alloc(0)]);
    const supported = features.SupportedMethods.deserializeBinary(answer.messages[0]!);
    expect(supported.getMethodsList().map((method) => method.getMethodName())).not.toContain('batchappend');
    expect((await quietRaw.call('streams.Streams/BatchAppend', [])).status).toBe(0);
    quietRaw.close();
    await quiet.close();
  });

  it('has no projections to list', async () => {
    expect(await store.client.listProjections()).toEqual([]);
  });
});

describe('a message', () => {
  it('of 16 MiB is received, and one beyond 17 MiB is too much', async () => {
    const large = eventMessage({ data: Buffer.alloc(16 * 1024 * 1024) });
    expect((await append(optionsMessage(), large)).trailers['exception']).toBe('maximum-append-size-exceeded');
    const tooLarge = eventMessage({ data: Buffer.alloc(18 * 1024 * 1024) });
    expect((await append(optionsMessage(), tooLarge)).status).toBe(8);
    expect((await append(optionsMessage(), eventMessage())).status).toBe(0);
  });
});
