import { bugs } from './world/bugs.js';
import type { Machine } from './world/life.js';
import type { Planted } from './world/planted.js';
import { Simulation, type Cast } from './world/simulation.js';
import type { Death } from './world/weather.js';

const machine = (name: string): Machine => ({ name, offsetMs: 0, rate: 1 });
const quiet: Omit<Cast, 'ships'> = { machines: [machine('m0')], workers: 0, operatorAtMs: [], deployAtMs: [] };
const tour = { type: 'tour', markets: ['X1-GZ7-B2', 'X1-GZ7-C3', 'X1-GZ7-A1'], laps: 1 } as const;
const trade = { type: 'trade', units: 15, buyAt: 'X1-GZ7-A1', sellAt: 'X1-GZ7-B2' } as const;
const one = (...orders: Cast['ships'][number]['orders']): Cast['ships'] => [{ symbol: 'SHIP-1', orders }];

const scenarios: Readonly<Record<string, Cast>> = {
  'a tour of three markets': { ...quiet, ships: one(tour) },
  'a purchase in two lots, and its sale elsewhere': { ...quiet, ships: one(trade) },
  'a tour during which it is stopped in order, and comes up again': {
    ...quiet,
    ships: one(tour),
    deployAtMs: [20_000],
  },
  'a purchase beside another daemon, which takes over': {
    ...quiet,
    ships: one(trade),
    machines: [machine('m0'), machine('m1')],
  },
};

async function livedWith(planted: Planted | undefined, cast: Cast, ...deaths: readonly Death[]) {
  const simulation = new Simulation(1, { cast, deaths, ...(planted && { planted }) });
  const broken = await simulation.run();
  const { world, calls, log, died } = simulation;
  const deeds = world.journal.filter(({ action }) => ['navigate', 'purchase', 'sell'].includes(action));
  const told = log.events
    .filter(({ type }) => type === 'ContainerMarketVisited' || type === 'ContainerIterationCompleted')
    .map(({ stream, type, data }) => [stream, type, data['waypoint'] ?? data['iteration']]);
  return { outcome: { broken, deeds, told, credits: world.credits }, calls, died };
}

const lived = (cast: Cast, ...deaths: readonly Death[]) => livedWith(undefined, cast, ...deaths);

describe.each(Object.entries(scenarios))('[F1] a whole daemon that dies in any call, in: %s', (_name, cast) => {
  it('comes up again, recovers, and has done in the end what one does that never died', async () => {
    const whole = await lived(cast);
    expect(whole.outcome.broken).toEqual([]);
    expect(whole.calls.length).toBeGreaterThan(100);
    for (const how of ['before', 'after'] as const) {
      // Dying before a call leaves what dying after the one before it leaves, but where two are under way at once.
      for (let at = 1; at <= whole.calls.length; at += how === 'after' ? 1 : 3) {
        const { outcome, died } = await lived(cast, { at, how });
        expect(died).toBeGreaterThanOrEqual(1);
        const when = `${how} ${at} ${whole.calls[at - 1]}`;
        expect({ when, ...outcome }).toEqual({ when, ...whole.outcome });
      }
    }
  }, 240_000);

  it('may die again while it recovers', async () => {
    const whole = await lived(cast);
    for (let at = 1; at <= whole.calls.length; at += 5) {
      const [first, second] = [
        { at, how: at % 2 === 0 ? 'asked' : 'after' },
        { at: at + 1 + ((at * 7) % 30), how: at % 3 === 0 ? 'before' : 'after' },
      ] as const;
      const { outcome } = await lived(cast, first, second);
      const when = { first, second };
      expect({ when, ...outcome }).toEqual({ when, ...whole.outcome });
    }
  }, 120_000);
});

it('is a test that can fail: a probe that is skipped after a crash is found in some of the calls', async () => {
  const cast = scenarios['a purchase in two lots, and its sale elsewhere']!;
  const bug = bugs.find(({ name }) => name === 'skippedProbe');
  const { calls } = await lived(cast);
  let found = 0;
  for (let at = 1; at <= calls.length; at++) {
    const { outcome } = await livedWith(bug, cast, { at, how: 'after' });
    if (outcome.broken.length > 0) found += 1;
  }
  expect(found).toBeGreaterThan(2);
}, 60_000);
