import type { JsonLimits } from './json-scan.js';
import type { ProblemError } from './problem.js';

/** How long a body may be, and how complex. */
export interface BodyLimits extends JsonLimits {
  readonly bytes: number;
}

/** `plain` for every route; `bulk` for those marked with `@BulkBody()`. */
export type BodyClass = 'plain' | 'bulk';

export interface EdgeOptions {
  /** Names accepted in the `Host` header besides the loopback ones: without port, in any case. */
  readonly allowedHosts?: readonly string[];
  readonly bodyLimits?: Readonly<Partial<Record<BodyClass, Partial<BodyLimits>>>>;
  /** Milliseconds. `checkEvery` is how often late connections are looked for, so a limit may be exceeded by it. */
  readonly timeouts?: { headers?: number; request?: number; keepAlive?: number; checkEvery?: number };
  readonly maxConnections?: number;
  /** Where the interactive API reference lives; it needs a looser content security policy. */
  readonly docsPath?: string;
  /** Turns an error of the application into a problem; `undefined` if it is not a known one. */
  readonly translate?: (error: unknown) => ProblemError | undefined;
  /** Told of every unknown error, which the caller sees only as "internal error" with this request id. */
  readonly onUnforeseen?: (error: unknown, requestId: string) => void;
}

const MiB = 1_048_576;

export const defaultBodyLimits: Readonly<Record<BodyClass, BodyLimits>> = {
  plain: { bytes: 65_536, depth: 20, keys: 1_000, items: 1_000 },
  bulk: { bytes: 10 * MiB, depth: 20, keys: 1_000_000, items: 100_000 },
};

export function bodyLimitsOf({ bodyLimits = {} }: EdgeOptions): Readonly<Record<BodyClass, BodyLimits>> {
  return {
    plain: { ...defaultBodyLimits.plain, ...bodyLimits.plain },
    bulk: { ...defaultBodyLimits.bulk, ...bodyLimits.bulk },
  };
}
