import { cpus, loadavg } from 'node:os';

const { imul } = Math;
/** What the loop below costs on the machine whose limits the tests name, in milliseconds of its processor. */
const usualMs = 20;

/** Time of the processor, not of the clock: what else runs here is told by the load. */
function slowness(): number {
  const before = process.cpuUsage();
  let mixed = 1;
  for (let i = 0; i < 10_000_000; i += 1) mixed = imul(mixed ^ i, 0x01000193);
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, (user + system) / 1_000 / usualMs);
}

let slow: number | undefined;

/** How many times longer than on a calm machine of the usual speed anything takes here now; at least 1. */
export function busy(): number {
  slow ??= slowness();
  return slow * Math.max(1, (loadavg()[0] ?? 0) / cpus().length);
}
