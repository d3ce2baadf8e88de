/** The bytes are not a well-formed protobuf message. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads protobuf fields one after the other: `while (reader.next()) switch (reader.field) …`. */
export class ProtoReader {
  field = 0;
  #wireType = 0;
  #at: number;
  readonly #bytes: Buffer;
  readonly #end: number;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = Number(this.#varint());
    this.field = tag >>> 3;
    this.#wireType = tag & 7;
    if (this.field === 0) throw new MalformedMessage('field number 0');
    return true;
  }

  /** The field as an unsigned integer; exact only up to 2^53. */
  uint(): number {
    this.#expect(0);
    return Number(this.#varint());
  }

  /** The field as an unsigned 64-bit integer. */
  uint64(): bigint {
    this.#expect(0);
    return BigInt(this.#varint());
  }

  bool(): boolean {
    return this.uint() !== 0;
  }

  /** A view on the message, not a copy. */
  bytes(): Buffer {
    this.#expect(2);
    const length = Number(this.#varint());
    const start = this.#at;
    if (start + length > this.#end) throw new MalformedMessage('a field runs over the end of its message');
    this.#at = start + length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** @throws MalformedMessage if the bytes are not UTF-8 */
  string(): string {
    const bytes = this.bytes();
    try {
      return utf8.decode(bytes);
    } catch {
      throw new MalformedMessage('text is not UTF-8');
    }
  }

  message(): ProtoReader {
    const bytes = this.bytes();
    return new ProtoReader(bytes);
  }

  skip(): void {
    if (this.#wireType === 0) this.#varint();
    else if (this.#wireType === 1) this.#at += 8;
    else if (this.#wireType === 2) this.bytes();
    else if (this.#wireType === 5) this.#at += 4;
    else throw new MalformedMessage(`wire type ${this.#wireType}`);
    if (this.#at > this.#end) throw new MalformedMessage('a field runs over the end of its message');
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw new MalformedMessage(`field ${this.field} has wire type ${this.#wireType}`);
  }

  /** A number while it is exact, a bigint beyond: most varints are short, and bigints are slow. */
  #varint(): number | bigint {
    let value = 0;
    let factor = 1;
    for (let read = 0; read < 7; read++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    let wide = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      wide += BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, wide);
    }
    throw new MalformedMessage('a varint is longer than ten bytes');
  }

  #byte(): number {
    const byte = this.#at < this.#end ? this.#bytes[this.#at] : undefined;
    if (byte === undefined) throw new MalformedMessage('the message ends inside a number');
    this.#at++;
    return byte;
  }
}
