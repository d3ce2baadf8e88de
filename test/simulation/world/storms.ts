import { Simulation, type SimulationOptions } from './simulation.js';

const named = process.env['HOLDFAST_SIMULATION_SEED'];
const wanted = Number(process.env['HOLDFAST_SIMULATION_SEEDS'] ?? 2_000);
/** A slow machine is given as many of the seeds as fit into this; whoever says how many gets them all. */
const mostMs = process.env['HOLDFAST_SIMULATION_SEEDS'] === undefined ? 60_000 : Infinity;
const leastSeeds = 100;
const latest = 60;

/** The seeds of one of several files: all of them together are one run; or the one seed that was asked for. */
export function seedsOf(file: number, files: number): readonly number[] {
  if (named !== undefined) return file === 0 ? [Number(named)] : [];
  return Array.from({ length: Math.ceil(wanted / files) }, (_, i) => 1 + file + i * files);
}

/** What a seed was found to break, with all that is needed to see it again; nothing: all is well. */
export async function storm(seed: number, options: SimulationOptions = {}): Promise<string | undefined> {
  const simulation = new Simulation(seed, options);
  const found = await simulation.run();
  if (found.length === 0) return undefined;
  return [
    `seed ${seed} (trace ${simulation.trace.hash}):`,
    ...found.map((each) => `  ${each}`),
    `the latest of what happened, milliseconds from the beginning:`,
    ...simulation.trace.latest(latest),
    `again: HOLDFAST_SIMULATION_SEED=${seed} npm run test:only -- test/simulation/storms`,
  ].join('\n');
}

/** One test for many seeds: a test each would cost more than the seed does. */
export function describeStorms(file: number, files: number): void {
  const seeds = seedsOf(file, files);
  const run = seeds.length > 0 ? it : it.skip;
  run(
    `breaks nothing, and comes to rest, in storms from ${seeds[0]} to ${seeds.at(-1)}`,
    async () => {
      const startedAtMs = performance.now();
      const broken: string[] = [];
      let count = 0;
      for (const seed of seeds) {
        const found = await storm(seed);
        count += 1;
        if (found !== undefined) broken.push(found);
        if (broken.length >= 3 || (count >= leastSeeds && performance.now() - startedAtMs > mostMs)) break;
      }
      expect(broken.join('\n\n')).toBe('');
      const seconds = (performance.now() - startedAtMs) / 1_000;
      process.stderr.write(`${count} of ${seeds.length} storms in ${seconds.toFixed(1)} s\n`);
    },
    600_000,
  );
}
