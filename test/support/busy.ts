import { cpus, loadavg } from 'node:os';

/** How many times longer than on a calm machine anything takes here now; at least 1. */
export function busy(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / cpus().length);
}
