import { z } from 'zod';

export const faultShape = z.strictObject({
  /**
   * `lose-answer`: commits, then cuts the connection. `error-before`: 500, nothing done. `error-after`: commits, then
   * 502 as HTML. `rate-limit`: 429. `slow`: commits, then waits. `late`: waits, then commits, whoever is left to hear.
   */
  kind: z.enum(['lose-answer', 'error-before', 'error-after', 'rate-limit', 'slow', 'late']),
  times: z.int().min(1).default(1),
  method: z.string().toUpperCase().optional(),
  /** Of the address without its query; `*` stands for anything. */
  path: z.string().default('*'),
  /** Of `slow` and `late`, in ms. */
  delayMs: z.int().min(0).default(1_000),
  /** Of `rate-limit`: whether the game says it, or the cloud before it, which has no headers and speaks HTML. */
  headers: z.boolean().default(true),
});

export type Fault = z.infer<typeof faultShape>;

interface Armed {
  readonly fault: Fault;
  left: number;
}

/** What is to go wrong with the next calls. */
export class Faults {
  #armed: Armed[] = [];

  arm(fault: Fault): void {
    this.#armed.push({ fault, left: fault.times });
  }

  get armed(): readonly (Fault & { readonly left: number })[] {
    return this.#armed.map(({ fault, left }) => ({ ...fault, left }));
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault that strikes this call: the one armed first. */
  strike(method: string, path: string): Fault | undefined {
    const found = this.#armed.find(
      ({ fault }) => (fault.method ?? method) === method && patternOf(fault.path).test(path),
    );
    if (!found) return undefined;
    found.left--;
    this.#armed = this.#armed.filter(({ left }) => left > 0);
    return found.fault;
  }
}

function patternOf(path: string): RegExp {
  const literal = path.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`);
}
