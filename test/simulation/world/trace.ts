const kept = 400;
// Looking up a global costs more in a test's own context than what is done with it here.
const { imul, round } = Math;

/** What has happened, as one number that tells two runs apart, and the latest of it in words. */
export class Trace {
  readonly #recent: { readonly atMs: number; readonly what: string }[] = [];
  readonly #known = new Map<string, number>();
  #one = 0x811c9dc5;
  #other = 0x9747b28c;
  #count = 0;

  /** `lines`: every line is kept there, for whoever compares two runs word for word. */
  constructor(private readonly lines?: string[]) {}

  add(atMs: number, what: string): void {
    this.#mix(round(atMs * 1_000));
    this.#mix(this.#numberOf(what));
    this.#recent[this.#count++ % kept] = { atMs, what };
    this.lines?.push(lineOf({ atMs, what }));
  }

  get hash(): string {
    return [this.#one, this.#other].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** Oldest first. */
  latest(count: number): readonly string[] {
    const first = this.#count - Math.min(count, kept, this.#count);
    return Array.from({ length: this.#count - first }, (_, i) => lineOf(this.#recent[(first + i) % kept]!));
  }

  #mix(number: number): void {
    this.#one = imul(this.#one ^ number, 0x01000193);
    this.#other = imul(this.#other + number, 0x5bd1e995) ^ (this.#one >>> 13);
  }

  #numberOf(what: string): number {
    let number = this.#known.get(what);
    if (number === undefined) {
      number = what.length;
      for (let i = 0; i < what.length; i++) number = imul(number ^ what.charCodeAt(i), 0x01000193);
      this.#known.set(what, number);
    }
    return number;
  }
}

function lineOf({ atMs, what }: { readonly atMs: number; readonly what: string }): string {
  return `${atMs.toFixed(3).padStart(11)} ${what}`;
}
