/** Calls that may be made at once; all of them are back a while after the first was used. */
class Pool {
  #used = 0;
  #resetAt = 0;

  constructor(
    readonly size: number,
    readonly windowMs: number,
  ) {}

  remaining(now: number): number {
    if (now >= this.#resetAt) this.#used = 0;
    return this.size - this.#used;
  }

  take(now: number): void {
    if (this.remaining(now) === this.size) this.#resetAt = now + this.windowMs;
    this.#used++;
  }

  resetAt(now: number): number {
    return this.remaining(now) === this.size ? now : this.#resetAt;
  }
}

export const limits = { perSecond: 2, burst: 30, burstWindowMs: 60_000 } as const;

class Allowance {
  readonly steady = new Pool(limits.perSecond, 1_000);
  readonly burst = new Pool(limits.burst, limits.burstWindowMs);

  poolWithRoom(now: number): Pool | undefined {
    return [this.steady, this.burst].find((pool) => pool.remaining(now) > 0);
  }
}

export interface Verdict {
  readonly allowed: boolean;
  readonly type: 'IP Address' | 'Account';
  readonly remaining: number;
  /** When a call is free again, in ms since 1970. */
  readonly resetAt: number;
}

/** Two calls a second and a burst of thirty a minute: per address and per account, whichever ends first. */
export class RateLimit {
  readonly #allowances = new Map<string, Allowance>();

  /** @param now in ms since 1970, by the clock of the machine */
  ask(address: string, account: string | undefined, now: number): Verdict {
    const byAddress = this.#allowanceOf(`address ${address}`);
    const byAccount = account === undefined ? undefined : this.#allowanceOf(`account ${account}`);
    const pools = [byAddress, byAccount].map((each) => each?.poolWithRoom(now));
    const exhausted = !pools[0] ? byAddress : byAccount && !pools[1] ? byAccount : undefined;
    const told = exhausted ?? byAddress;
    if (!exhausted) for (const pool of pools) pool?.take(now);
    return {
      allowed: exhausted === undefined,
      type: told === byAddress ? 'IP Address' : 'Account',
      remaining: told.steady.remaining(now) + told.burst.remaining(now),
      resetAt: Math.min(told.steady.resetAt(now), told.burst.resetAt(now)),
    };
  }

  #allowanceOf(key: string): Allowance {
    let allowance = this.#allowances.get(key);
    if (!allowance) this.#allowances.set(key, (allowance = new Allowance()));
    return allowance;
  }
}
