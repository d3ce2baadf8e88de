import { bugs } from './world/bugs.js';
import { Simulation } from './world/simulation.js';

const most = Number(process.env['HOLDFAST_SIMULATION_BUDGET'] ?? 200);
/** How many seeds are run whatever they find, to count how many of them find it. */
const counted = Number(process.env['HOLDFAST_SIMULATION_COUNTED'] ?? 0);

describe.each(bugs.map((bug) => [bug.name, bug] as const))('the planted bug %s', (name, planted) => {
  it(`is caught within ${most} storms`, async () => {
    const caught: number[] = [];
    const rules = new Map<string, number>();
    for (let seed = 1; seed <= Math.max(most, counted); seed++) {
      // What has merely not come to rest yet is no proof.
      const found = (await new Simulation(seed, { planted }).run()).filter((each) => !/^(L1|I8)/.test(each));
      if (found.length > 0) caught.push(seed);
      for (const rule of new Set(found.map((each) => each.split(' ')[0] ?? ''))) {
        rules.set(rule, (rules.get(rule) ?? 0) + 1);
      }
      if (caught.length > 0 && seed >= counted) break;
    }
    expect({ name, first: caught[0] ?? 'never' }).toEqual({ name, first: expect.any(Number) });
    if (counted > 0)
      process.stderr.write(
        `${JSON.stringify({ name, counted, first: caught[0], caught: caught.length, rules: Object.fromEntries(rules) })}\n`,
      );
  }, 600_000);
});
