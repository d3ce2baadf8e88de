import { existsSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';

/** The files that take longest, longest first, and what takes the time. One of them begun last would run alone. */
export const longest = [
  // One for each worker, before anything else takes their time: so that all seeds fit into their minute.
  ['test/simulation/storms-one.spec.ts', 'a minute of seeds'],
  ['test/simulation/storms-two.spec.ts', 'a minute of seeds'],
  ['test/simulation/storms-three.spec.ts', 'a minute of seeds'],
  ['test/e2e/crash-loop.spec.ts', 'a process ends again and again, and its delays are waited for'],
  ['test/fleet/storm.spec.ts', 'a server comes up, with all that it left behind, for every kill'],
  ['test/fleet/two-daemons.spec.ts', 'a dead daemon is taken for dead after its time to live, round by round'],
  ['test/e2e/kill-nine.spec.ts', 'a start for every kill, and the whole log is read after each'],
  ['test/fleet/parts-killed.spec.ts', 'three parts come up again, one after the other'],
  ['test/fleet/contention.spec.ts', 'a contest of a quarter of a minute, and another one'],
  ['test/fleet/terminate.spec.ts', 'slow calls are in the air when it is told to stop'],
  ['test/e2e/shutdown.spec.ts', 'what takes too long is cut when its time is over, six times'],
  ['test/simulation/crash-at-every-call.spec.ts', 'a whole house lives again for every call that it makes'],
  ['test/fleet/crash-loop.spec.ts', 'four kills, and twenty ships that fly again'],
  ['test/e2e/http-ship-orders.spec.ts', 'flights of a simulated universe are waited for'],
];

const root = new URL('../../', import.meta.url);
const place = new Map(longest.map(([file], index) => [new URL(file, root).pathname, index]));

/** The known long files first, then the others as jest would have them: what it remembers of them, else their size. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const missing = longest.map(([file]) => file).filter((file) => !existsSync(new URL(file, root)));
    if (missing.length > 0) throw new Error(`not there any more: ${missing.join(', ')}`);
    const placeOf = ({ path }) => place.get(path) ?? longest.length;
    return super.sort(tests).sort((one, other) => placeOf(one) - placeOf(other));
  }
}
