import { Killed, type Death } from './mortal-store.js';

/** Where no time passes, what goes round in circles would never let a test end. */
const mostCalls = 5_000;

/** One process with any number of ports: their calls are counted together, and it can die in any of them. */
export class MortalProcess {
  readonly calls: string[] = [];
  /** Called around every call that comes through; what they throw is all that the caller learns. */
  before: (what: string) => Promise<void> | void = () => undefined;
  after: (what: string) => Promise<void> | void = () => undefined;
  #isDead = false;

  constructor(private readonly death?: Death) {}

  get isDead(): boolean {
    return this.#isDead;
  }

  /** The same port, as this process calls it. */
  calling<Port extends object>(port: Port, name: string): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        const method = value as (...given: unknown[]) => Promise<unknown>;
        return (...given: unknown[]) => this.#call(`${name}.${String(key)}`, () => method.apply(target, given));
      },
    });
  }

  async #call<T>(what: string, run: () => Promise<T>): Promise<T> {
    if (this.#isDead) throw new Killed(`${what} by a dead process`);
    this.calls.push(what);
    if (this.calls.length > mostCalls) throw new Error(`it never ends: ${this.calls.slice(-8).join(', ')}`);
    const dies = this.death?.at === this.calls.length;
    if (dies) this.#isDead = true;
    if (dies && !this.death?.done) throw new Killed(`before ${what}`);
    await this.before(what);
    const answer = await run();
    await this.after(what);
    if (dies) throw new Killed(`after ${what}`);
    return answer;
  }
}
