/**
 * Writes one protobuf message from its end to its beginning, so that the length of a nested message is known when its
 * prefix is written. Callers therefore write fields in falling order, and a nested message's fields before its `close`.
 */
export class ProtoWriter {
  #buffer: Buffer;
  #at: number;

  constructor(capacity = 4096) {
    this.#buffer = Buffer.allocUnsafe(capacity);
    this.#at = capacity;
  }

  /** A mark to be given to `close` when the nested message that ends here has been written. */
  open(): number {
    return this.#buffer.length - this.#at;
  }

  close(field: number, mark: number): void {
    this.#varint(this.#buffer.length - this.#at - mark);
    this.#tag(field, 2);
  }

  uint(field: number, value: number): void {
    this.#varint(value);
    this.#tag(field, 0);
  }

  uint64(field: number, value: bigint): void {
    if (value <= 0x1fffffffffffffn) this.#varint(Number(value));
    else this.#wideVarint(value);
    this.#tag(field, 0);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#reserve(value.length);
    this.#at -= value.length;
    this.#buffer.set(value, this.#at);
    this.#varint(value.length);
    this.#tag(field, 2);
  }

  string(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.#reserve(length);
    this.#at -= length;
    this.#buffer.write(value, this.#at, length);
    this.#varint(length);
    this.#tag(field, 2);
  }

  /** For text known to be ASCII: saves measuring it. */
  ascii(field: number, value: string): void {
    this.#reserve(value.length);
    this.#at -= value.length;
    this.#buffer.write(value, this.#at, 'latin1');
    this.#varint(value.length);
    this.#tag(field, 2);
  }

  /** A nested message without fields. */
  empty(field: number): void {
    this.#varint(0);
    this.#tag(field, 2);
  }

  /** Bytes that are already encoded fields. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#at -= value.length;
    this.#buffer.set(value, this.#at);
  }

  /** The message as bytes of its own; the writer is empty afterwards. */
  finish(): Buffer {
    const message = Buffer.allocUnsafe(this.#buffer.length - this.#at);
    this.#buffer.copy(message, 0, this.#at);
    this.#at = this.#buffer.length;
    return message;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let size = 1;
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
    this.#at -= size;
    let at = this.#at;
    let rest = value;
    while (rest >= 128) {
      this.#buffer[at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[at] = rest;
  }

  #wideVarint(value: bigint): void {
    const digits: number[] = [];
    for (let rest = value; ; rest >>= 7n) {
      if (rest < 128n) {
        digits.push(Number(rest));
        break;
      }
      digits.push(Number(rest & 127n) + 128);
    }
    this.raw(Uint8Array.from(digits));
  }

  #reserve(size: number): void {
    if (this.#at >= size) return;
    const used = this.#buffer.length - this.#at;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, used + size + 64));
    this.#buffer.copy(larger, larger.length - used, this.#at);
    this.#buffer = larger;
    this.#at = larger.length - used;
  }
}
