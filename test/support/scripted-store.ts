import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featureMessages from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import messages from '@eventstore/db-client/generated/streams_pb.js';

type AppendReq = InstanceType<typeof messages.AppendReq>;
type AppendResp = InstanceType<typeof messages.AppendResp>;
type BatchAppendReq = InstanceType<typeof messages.BatchAppendReq>;
type BatchAppendResp = InstanceType<typeof messages.BatchAppendResp>;
type ReadReq = InstanceType<typeof messages.ReadReq>;
type ReadResp = InstanceType<typeof messages.ReadResp>;
type Reader = ServerWritableStream<ReadReq, ReadResp>;
type Proposed = InstanceType<typeof messages.AppendReq.ProposedMessage>;

/** What becomes of one append. A status ends the call with it, after or before it was written. */
export type AppendScript =
  | 'answer'
  | 'silence'
  | 'write, then silence'
  | 'claim a conflict'
  | 'write, then claim a conflict'
  | { readonly fail: status; readonly details?: string; readonly written?: boolean };

/** What becomes of one read, or of one subscription. */
export type ReadScript = 'answer' | 'silence' | { readonly fail: status; readonly afterEvents: number };

interface Written {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly proposed: Proposed;
}

/** The revision that the scripted store names as the current one when it claims a conflict. */
export const claimedRevision = 41;

/** A small server of the protocol, in memory and on the generated definitions, that misbehaves as told. */
export class ScriptedStore {
  readonly log: Written[] = [];
  /** Names of the calls that came in. */
  readonly calls: string[] = [];
  /** Taken one by one; when they are used up, everything is answered. */
  readonly appendScripts: AppendScript[] = [];
  readonly readScripts: ReadScript[] = [];
  readonly subscriptionScripts: ReadScript[] = [];
  readonly #subscribers = new Map<Reader, { next: number; mute: boolean }>();
  readonly #server = new Server();
  #port = 0;

  static async start({ advertiseBatchAppend = true } = {}): Promise<ScriptedStore> {
    const store = new ScriptedStore();
    await store.#listen(advertiseBatchAppend);
    return store;
  }

  get connectionString(): string {
    return `esdb://127.0.0.1:${this.#port}?tls=false`;
  }

  get port(): number {
    return this.#port;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** Those who listen now hear nothing more, and are not told. */
  muteSubscribers(): void {
    for (const subscriber of this.#subscribers.values()) subscriber.mute = true;
  }

  failSubscribers(code: status): void {
    for (const call of this.#subscribers.keys()) call.emit('error', statusError(code));
  }

  endSubscribers(): void {
    for (const call of this.#subscribers.keys()) call.end();
  }

  /** GOAWAY on every connection; calls under way may end within the grace. */
  goAway(graceMs: number): void {
    this.#server.drain(`127.0.0.1:${this.#port}`, graceMs);
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  async #listen(advertiseBatchAppend: boolean): Promise<void> {
    this.#server.addService(streams.StreamsService, {
      append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) =>
        this.#append(call, answer),
      batchAppend: (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => this.#batchAppend(call),
      read: (call: Reader) => this.#read(call),
      delete: unimplemented,
      tombstone: unimplemented,
    });
    this.#server.addService(features.ServerFeaturesService, {
      getSupportedMethods: (_: unknown, answer: sendUnaryData<unknown>) => {
        this.calls.push('getSupportedMethods');
        answer(null, supportedMethods(advertiseBatchAppend));
      },
    });
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  #append(call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void {
    this.calls.push('append');
    const script = this.appendScripts.shift() ?? 'answer';
    const proposed: Proposed[] = [];
    let options: InstanceType<typeof messages.AppendReq.Options> | undefined;
    call.on('data', (request: AppendReq) => {
      options ??= request.getOptions();
      const message = request.getProposedMessage();
      if (message) proposed.push(message);
    });
    call.on('error', () => undefined);
    call.on('end', () => {
      const stream = nameOf(options?.getStreamIdentifier());
      const expected = options?.hasRevision() ? Number(options.getRevision()) : -1;
      const writes = script === 'answer' || (typeof script === 'object' ? script.written : script.startsWith('write'));
      const outcome = writes ? this.#write(stream, expected, proposed) : undefined;
      if (script === 'answer')
        answer(null, outcome ? success(outcome) : wrongVersion(this.#streamOf(stream).length - 1));
      else if (typeof script === 'object') answer(statusError(script.fail, script.details));
      else if (script.endsWith('conflict')) answer(null, wrongVersion(claimedRevision));
    });
  }

  /** By the rules for exact revisions: a repeat of the same ids is the same append. */
  #write(stream: string, expected: number, proposed: readonly Proposed[]): Written | undefined {
    const there = this.#streamOf(stream);
    const repeated = there.slice(expected + 1, expected + 1 + proposed.length);
    if (expected + 1 < there.length) {
      const same =
        repeated.length === proposed.length && repeated.every((each, i) => idOf(each) === uuidOf(proposed[i]));
      return same ? repeated.at(-1) : undefined;
    }
    if (expected + 1 > there.length) return undefined;
    for (const [i, each] of proposed.entries()) {
      this.log.push({ stream, revision: expected + 1 + i, position: (this.log.length + 1) * 100, proposed: each });
    }
    for (const call of this.#subscribers.keys()) this.#feed(call);
    return this.log.at(-1);
  }

  /** Answers every append twice, which ends a process that trusts the client's batch path. */
  #batchAppend(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    this.calls.push('batchAppend');
    call.on('error', () => undefined);
    call.on('data', (request: BatchAppendReq) => {
      const response = new messages.BatchAppendResp();
      response.setCorrelationId(request.getCorrelationId());
      response.setStreamIdentifier(request.getOptions()?.getStreamIdentifier());
      const written = new messages.BatchAppendResp.Success();
      written.setCurrentRevision('0');
      written.setNoPosition(new shared.Empty());
      response.setSuccess(written);
      call.write(response);
      call.write(response);
    });
  }

  #read(call: Reader): void {
    const options = call.request.getOptions();
    const isSubscription = options?.hasSubscription() === true;
    this.calls.push(isSubscription ? 'subscribe' : 'read');
    const script = (isSubscription ? this.subscriptionScripts : this.readScripts).shift() ?? 'answer';
    call.on('error', () => undefined);
    if (script === 'silence') return;
    if (isSubscription) return this.#subscribe(call, script);
    const found = this.#found(call.request);
    const given = typeof script === 'object' ? found.slice(0, script.afterEvents) : found;
    if (found.length === 0 && options?.hasStream())
      call.write(streamNotFound(options.getStream()?.getStreamIdentifier()));
    for (const each of given) call.write(eventOf(each));
    if (typeof script === 'object') call.emit('error', statusError(script.fail));
    else call.end();
  }

  #found(request: ReadReq): readonly Written[] {
    const options = request.getOptions();
    const backwards = options?.getReadDirection() === messages.ReadReq.Options.ReadDirection.BACKWARDS;
    const stream = options?.getStream();
    const all = options?.getAll();
    const candidates = stream ? this.#streamOf(nameOf(stream.getStreamIdentifier())) : this.log;
    const from = stream?.hasRevision()
      ? Number(stream.getRevision())
      : Number(all?.getPosition()?.getCommitPosition() ?? -1);
    const key = (each: Written) => (stream ? each.revision : each.position);
    const ordered = backwards ? candidates.toReversed() : candidates;
    const begun = ordered.filter((each) => from < 0 || (backwards ? key(each) <= from : key(each) >= from));
    return begun.slice(0, Number(options?.getCount()));
  }

  #subscribe(call: Reader, script: Exclude<ReadScript, 'silence'>): void {
    const confirmation = new messages.ReadResp();
    const confirmed = new messages.ReadResp.SubscriptionConfirmation();
    confirmed.setSubscriptionId('scripted');
    confirmation.setConfirmation(confirmed);
    call.write(confirmation);
    const after = Number(call.request.getOptions()?.getAll()?.getPosition()?.getCommitPosition() ?? -1);
    this.#subscribers.set(call, { next: this.log.filter(({ position }) => position <= after).length, mute: false });
    call.on('close', () => this.#subscribers.delete(call));
    call.on('cancelled', () => this.#subscribers.delete(call));
    if (typeof script === 'object') {
      this.#feed(call, script.afterEvents);
      call.emit('error', statusError(script.fail));
      this.#subscribers.delete(call);
      return;
    }
    this.#feed(call);
    const caughtUp = new messages.ReadResp();
    caughtUp.setCaughtUp(new messages.ReadResp.CaughtUp());
    call.write(caughtUp);
  }

  #feed(call: Reader, most = Infinity): void {
    const subscriber = this.#subscribers.get(call);
    if (subscriber === undefined || subscriber.mute) return;
    const filter = call.request.getOptions()?.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [''];
    for (let sent = 0; subscriber.next < this.log.length && sent < most; sent++) {
      const each = this.log[subscriber.next++];
      if (each && filter.some((prefix) => each.stream.startsWith(prefix))) call.write(eventOf(each));
    }
  }

  #streamOf(name: string): readonly Written[] {
    return this.log.filter(({ stream }) => stream === name);
  }
}

type StreamIdentifier = InstanceType<typeof shared.StreamIdentifier>;

const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
const uuidOf = (proposed: Proposed | undefined): string | undefined => proposed?.getId()?.getString();
const idOf = ({ proposed }: Written): string | undefined => uuidOf(proposed);

function identifierOf(stream: string): StreamIdentifier {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8').toString('base64'));
  return identifier;
}

function statusError(
  code: status,
  details = status[code],
): Error & { code: status; details: string; metadata: Metadata } {
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}

function unimplemented(_: unknown, answer: sendUnaryData<never>): void {
  answer(statusError(status.UNIMPLEMENTED));
}

function supportedMethods(advertiseBatchAppend: boolean): InstanceType<typeof featureMessages.SupportedMethods> {
  const supported = new featureMessages.SupportedMethods();
  supported.setEventStoreServerVersion('24.10.4');
  const method = new featureMessages.SupportedMethod();
  method.setServiceName('event_store.client.streams.streams');
  method.setMethodName(advertiseBatchAppend ? 'batchappend' : 'append');
  supported.addMethods(method);
  return supported;
}

function success({ revision, position }: Written): AppendResp {
  const response = new messages.AppendResp();
  const written = new messages.AppendResp.Success();
  written.setCurrentRevision(String(revision));
  const at = new messages.AppendResp.Position();
  at.setCommitPosition(String(position));
  at.setPreparePosition(String(position));
  written.setPosition(at);
  response.setSuccess(written);
  return response;
}

function wrongVersion(current: number): AppendResp {
  const response = new messages.AppendResp();
  const wrong = new messages.AppendResp.WrongExpectedVersion();
  wrong.setCurrentRevision(String(current));
  response.setWrongExpectedVersion(wrong);
  return response;
}

function streamNotFound(identifier: StreamIdentifier | undefined): ReadResp {
  const response = new messages.ReadResp();
  const notFound = new messages.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(identifier);
  response.setStreamNotFound(notFound);
  return response;
}

function eventOf({ stream, revision, position, proposed }: Written): ReadResp {
  const recorded = new messages.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(proposed.getId());
  recorded.setStreamIdentifier(identifierOf(stream));
  recorded.setStreamRevision(String(revision));
  recorded.setCommitPosition(String(position));
  recorded.setPreparePosition(String(position));
  recorded.setData(proposed.getData());
  recorded.setCustomMetadata(proposed.getCustomMetadata());
  proposed.getMetadataMap().forEach((value, key) => recorded.getMetadataMap().set(key, value));
  recorded.getMetadataMap().set('created', '17000000000000000');
  const event = new messages.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(String(position));
  const response = new messages.ReadResp();
  response.setEvent(event);
  return response;
}
