import { constants } from 'node:os';

const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** The signals that come to this process from now on: they end it no more. */
export interface Signals {
  /** The first one. */
  heard(): NodeJS.Signals | undefined;
  /** Who is told of every further one. */
  to(listener: (signal: NodeJS.Signals) => void): void;
}

export function listen(): Signals {
  let first: NodeJS.Signals | undefined;
  let tell: ((signal: NodeJS.Signals) => void) | undefined;
  for (const signal of passedOn) {
    process.on(signal, () => {
      // Nothing runs yet, and somebody insists.
      if (first && !tell) process.exit(128 + numberOf(signal));
      first ??= signal;
      tell?.(signal);
    });
  }
  return { heard: () => first, to: (listener) => (tell = listener) };
}

export const numberOf = (signal: NodeJS.Signals): number => constants.signals[signal];
