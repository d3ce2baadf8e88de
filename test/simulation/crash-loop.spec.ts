import type { Machine } from './world/life.js';
import type { Planted } from './world/planted.js';
import { Simulation, type Cast } from './world/simulation.js';

const machine = (name: string): Machine => ({ name, offsetMs: 0, rate: 1 });
const tour = { type: 'tour', markets: ['X1-GZ7-B2', 'X1-GZ7-C3', 'X1-GZ7-A1', 'X1-GZ7-D4'], laps: 3 } as const;
const cast = (machines: readonly Machine[]): Cast => ({
  ...{ machines, workers: 0, operatorAtMs: [], deployAtMs: [] },
  ships: ['SHIP-1', 'SHIP-2', 'SHIP-3', 'SHIP-4', 'SHIP-5'].map((symbol) => ({ symbol, orders: [tour] })),
});

/** Whatever process decides a step for this ship is no more. */
const deadly = (...ships: readonly string[]): Planted => ({
  name: 'none',
  runtime: (ports, life) => ({
    ...ports,
    decideStep: (operation, known, sight) => {
      if (operation.type === 'scout-tour' && ships.includes(sight.ship.symbol)) life.die();
      return ports.decideStep(operation, known, sight);
    },
  }),
});

async function lived(planted: Planted, machines: readonly Machine[]) {
  const simulation = new Simulation(3, { cast: cast(machines), deaths: [], planted });
  const broken = await simulation.run();
  const ends = new Map<string, unknown>();
  for (const { type, stream, data } of simulation.log.events) {
    if (type === 'ContainerFailed' && stream.includes('tour')) ends.set(stream, data['exitReason']);
    if (type === 'ContainerCompleted' && stream.includes('tour')) ends.set(stream, 'completed');
  }
  return { broken, ends, simulation };
}

const tours = (...failed: readonly string[]) =>
  new Map(
    ['SHIP-1', 'SHIP-2', 'SHIP-3', 'SHIP-4', 'SHIP-5'].map((ship) => [
      `container-tour-${ship}-1`,
      failed.includes(ship) ? 'crash_loop' : 'completed',
    ]),
  );

describe.each([
  ['one daemon', [machine('m0')]],
  ['two daemons, which take over from each other', [machine('m0'), machine('m1')]],
])('a fleet of %s with containers that end whatever process runs them', (_name, machines) => {
  it('parks the one that does, under one event, and all the others come to their end', async () => {
    const { broken, ends, simulation } = await lived(deadly('SHIP-2'), machines);
    expect(ends).toEqual(tours('SHIP-2'));
    expect(broken).toEqual([]);
    expect(simulation.log.events.filter(({ type }) => type === 'ContainerFailed')).toHaveLength(1);
    expect(simulation.died).toBeGreaterThanOrEqual(8);
    expect(simulation.died).toBeLessThan(40);
    const receipts = simulation.log.events.filter(({ type }) => type === 'InstanceRecovered');
    expect(receipts.length).toBeGreaterThan(0);
    const lost = receipts.flatMap(({ data }) => (data['receipt'] as { lost: readonly { reason: string }[] }).lost);
    if (machines.length === 1) expect(lost).toMatchObject([{ reason: expect.stringMatching(/^crash_loop: /) }]);
  }, 60_000);

  it('parks two of them, each for itself', async () => {
    const { broken, ends } = await lived(deadly('SHIP-1', 'SHIP-4'), machines);
    expect(ends).toEqual(tours('SHIP-1', 'SHIP-4'));
    expect(broken).toEqual([]);
  }, 60_000);

  it('parks nobody where nobody does', async () => {
    const { broken, ends } = await lived(deadly(), machines);
    expect(ends).toEqual(tours());
    expect(broken).toEqual([]);
  }, 60_000);
});
