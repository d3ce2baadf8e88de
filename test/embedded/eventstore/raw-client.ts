import { connect, type ClientHttp2Session } from 'node:http2';

export interface RawAnswer {
  readonly messages: Buffer[];
  readonly status: number;
  readonly details: string;
  readonly trailers: Readonly<Record<string, unknown>>;
}

/** gRPC by hand, for requests that the official client would never send. */
export class RawClient {
  readonly #session: ClientHttp2Session;

  constructor(port: number) {
    this.#session = connect(`http://127.0.0.1:${port}`, { maxSessionMemory: 100 });
    this.#session.on('error', () => undefined);
  }

  /** @param answers with it the request is left open, and the call ended after as many answers */
  call(path: string, messages: readonly Uint8Array[], answers?: number): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const stream = this.#session.request({
        ':method': 'POST',
        ':path': `/event_store.client.${path}`,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      const chunks: Buffer[] = [];
      let trailers: Record<string, unknown> = {};
      stream.on('response', (headers) => (trailers = { ...headers }));
      stream.on('trailers', (headers) => (trailers = { ...trailers, ...headers }));
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (answers !== undefined && split(Buffer.concat(chunks)).length >= answers) finish();
      });
      const finish = (): void => {
        const details = decodeURIComponent(String((trailers['grpc-message'] as string | undefined) ?? ''));
        resolve({ messages: split(Buffer.concat(chunks)), status: Number(trailers['grpc-status']), details, trailers });
        stream.close();
      };
      stream.on('end', finish);
      stream.on('error', (failure: Error) => {
        if (trailers['grpc-status'] === undefined) reject(failure);
        else finish();
      });
      for (const message of messages) stream.write(frame(message));
      if (answers === undefined) stream.end();
    });
  }

  close(): void {
    this.#session.destroy();
  }
}

export function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function split(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 5 > bytes.length) break;
    const length = bytes.readUInt32BE(at + 1);
    if (at + 5 + length > bytes.length) break;
    messages.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return messages;
}
