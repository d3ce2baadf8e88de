import type { Api } from '../api.js';
import { Refused } from '../failure.js';
import type { Claim } from './claims.js';

type Held = Pick<Claim, 'lock' | 'token' | 'ttlMs' | 'renewMs' | 'heldAtMs'>;

export interface Renewal {
  /** Why the lock is lost; never while it is held. */
  readonly lost: Promise<string>;
  /** Until when it is certainly held, by `performance.now()`. */
  heldUntilMs(): number;
  end(): void;
}

const againMs = 500;

/**
 * A claim whose answer was long under way, or that is an old one, is renewed before anything is done under it.
 * @throws Failure
 */
export async function assured<Of extends Held>(api: Api, claim: Of): Promise<Of> {
  const nowMs = performance.now();
  if (nowMs - claim.heldAtMs < claim.renewMs) return claim;
  await renew(api, claim);
  return { ...claim, heldAtMs: nowMs };
}

const renew = (api: Api, { lock, token }: Held) => api.post(`${lock.path}/lease/renew`, { body: { token } });

/**
 * Renews a lock until it is ended. It is lost as soon as the server says so, or when nobody could be asked for as long
 * as it lives: by then another one may have it.
 */
export function keepRenewed(api: Api, held: Held): Renewal {
  const { ttlMs, renewMs, heldAtMs } = held;
  let untilMs = heldAtMs + ttlMs;
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;
  const lost = new Promise<string>((resolve) => {
    const next = (inMs: number): void => {
      if (!isEnded)
        timer = setTimeout(() => void renewOnce(), Math.max(0, Math.min(inMs, untilMs - performance.now())));
    };
    const renewOnce = async (): Promise<void> => {
      const askedAtMs = performance.now();
      if (askedAtMs >= untilMs) return resolve('nobody could renew it in time');
      try {
        await renew(api, held);
        untilMs = askedAtMs + ttlMs;
        next(renewMs);
      } catch (error) {
        if (error instanceof Refused && error.problem.status < 500) resolve(error.problem.detail);
        else next(againMs);
      }
    };
    next(heldAtMs + renewMs - performance.now());
  });
  return {
    lost,
    heldUntilMs: () => untilMs,
    end() {
      isEnded = true;
      clearTimeout(timer);
    },
  };
}
