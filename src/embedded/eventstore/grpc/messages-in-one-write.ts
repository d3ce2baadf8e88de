const prefixBytes = 5;

/**
 * Several messages in one write, where gRPC's own way is a write, and an HTTP/2 frame, for each: that makes the reader
 * of a long stream twice as fast, on both sides. grpc-js asks a serialised message for its length and to copy itself
 * behind a prefix that holds the length; this one lies about its length and writes the prefixes of all of them.
 */
export class MessagesInOneWrite {
  readonly byteLength: number;

  constructor(private readonly messages: readonly Buffer[]) {
    this.byteLength = messages.reduce((sum, message) => sum + prefixBytes + message.length, -prefixBytes);
  }

  copy(frame: Buffer): void {
    let at = 0;
    for (const message of this.messages) {
      frame[at] = 0;
      frame.writeUInt32BE(message.length, at + 1);
      frame.set(message, at + prefixBytes);
      at += prefixBytes + message.length;
    }
  }

  /** What grpc-js uses of a Buffer is here. */
  asBuffer(): Buffer {
    return this as unknown as Buffer;
  }
}
