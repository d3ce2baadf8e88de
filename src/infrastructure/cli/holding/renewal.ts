import type { Api } from '../api.js';
import { Refused } from '../failure.js';
import type { Claim } from './claims.js';

export interface Renewal {
  /** Why the lock is lost; never while it is held. */
  readonly lost: Promise<string>;
  /** Until when it is certainly held, by `performance.now()`. */
  heldUntilMs(): number;
  end(): void;
}

const againMs = 500;

/**
 * Renews a lock until it is ended. It is lost as soon as the server says so, or when nobody could be asked for as long
 * as it lives: by then another one may have it.
 */
export function keepRenewed(
  api: Api,
  { lock, token, ttlMs, renewMs }: Pick<Claim, 'lock' | 'token' | 'ttlMs' | 'renewMs'>,
): Renewal {
  let untilMs = performance.now() + ttlMs;
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;
  const lost = new Promise<string>((resolve) => {
    const next = (inMs: number): void => {
      if (!isEnded) timer = setTimeout(() => void renew(), Math.max(0, Math.min(inMs, untilMs - performance.now())));
    };
    const renew = async (): Promise<void> => {
      const askedAtMs = performance.now();
      if (askedAtMs >= untilMs) return resolve('nobody could renew it in time');
      try {
        await api.post(`${lock.path}/lease/renew`, { body: { token } });
        untilMs = askedAtMs + ttlMs;
        next(renewMs);
      } catch (error) {
        if (error instanceof Refused && error.problem.status < 500) resolve(error.problem.detail);
        else next(againMs);
      }
    };
    next(renewMs);
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
