import { Simulation } from './world/simulation.js';

it('runs', async () => {
  const from = Number(process.env['FROM'] ?? 1),
    count = Number(process.env['COUNT'] ?? 20);
  const started = performance.now();
  let steps = 0,
    events = 0,
    virt = 0;
  const bad: string[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const s = new Simulation(seed);
    const found = await s.run();
    steps += s.scheduler.steps;
    events += s.log.events.length;
    virt += s.scheduler.nowMs;
    if (found.length) {
      bad.push(`seed ${seed}: ${found.slice(0, 4).join('\n   ')}`);
      if (process.env['TAIL']) console.log(s.trace.latest(Number(process.env['TAIL'])).join('\n'));
    }
  }
  const ms = performance.now() - started;
  console.log(
    `${count} seeds, ${Math.round(ms)} ms, ${(ms / count).toFixed(1)} ms/seed, ${Math.round(steps / count)} steps, ${Math.round(events / count)} events, virtual ${Math.round(virt / count)} ms`,
  );
  console.log(bad.length + ' bad\n' + bad.slice(0, 12).join('\n'));
}, 600_000);
