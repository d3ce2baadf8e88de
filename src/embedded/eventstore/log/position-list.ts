const pageBits = 16;
const pageSize = 1 << pageBits;

/** A strictly rising list of numbers, 8 bytes each, that grows without copying. */
export class PositionList {
  readonly #pages: Float64Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    const value = index < this.#length ? this.#pages[index >>> pageBits]?.[index & (pageSize - 1)] : undefined;
    if (value === undefined) throw new RangeError(`No position ${index} among ${this.#length}.`);
    return value;
  }

  push(value: number): void {
    const page = this.#length >>> pageBits;
    const cells = (this.#pages[page] ??= new Float64Array(pageSize));
    cells[this.#length & (pageSize - 1)] = value;
    this.#length += 1;
  }

  /** Forgets everything from `length` on. */
  shrink(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** Index of the first value that is not below `value`; the length if all are. */
  lowerBound(value: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
