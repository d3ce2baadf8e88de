import { Simulation } from './world/simulation.js';
it('one', async () => {
  const lines: string[] = [];
  const s = new Simulation(Number(process.env['SEED']), { lines });
  const found = await s.run();
  const re = new RegExp(process.env['RE'] ?? '.');
  console.log(found.join('\n'));
  console.log(JSON.stringify(s.weather));
  console.log(
    lines
      .filter((l) => re.test(l))
      .slice(Number(process.env['SKIP'] ?? 0), Number(process.env['SKIP'] ?? 0) + Number(process.env['N'] ?? 150))
      .join('\n'),
  );
}, 100000);
