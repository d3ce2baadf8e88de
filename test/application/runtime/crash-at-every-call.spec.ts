import { ship as resource } from '../../support/custody.js';
import { violationsOf } from '../../support/invariants.js';
import type { Death } from '../../support/mortal-store.js';
import { deathsIn, perform, type Performance } from '../../support/operation-runs.js';
import { scenarios, ship } from '../../support/scenarios.js';

/** What must be the same whether or not somebody died on the way. */
async function outcomeOf({ theatre, events, ends }: Performance) {
  const { effects, obligations } = await theatre.room.lease(resource(ship));
  const told = (type: string, ...fields: string[]) =>
    events
      .filter((event) => event.type === type)
      .map(({ stream, data }) => ({ stream, ...Object.fromEntries(fields.map((field) => [field, data[field]])) }));
  return {
    ends,
    deeds: theatre.game.journal,
    credits: theatre.game.credits,
    openEffects: effects,
    owed: obligations.map(({ good, units }) => ({ good, units })),
    visits: told('ContainerMarketVisited', 'waypoint'),
    iterations: told('ContainerIterationCompleted', 'iteration', 'visited', 'report'),
    happened: events.filter(({ type, data }) => type === 'EffectObserved' && data['result'] === 'happened').length,
    incurred: told('ObligationIncurred', 'good', 'units'),
    settled: told('ObligationSettled', 'how'),
  };
}

const textOf = ({ at, done }: Death, calls: readonly string[]) => `${done ? 'after' : 'before'} ${at} ${calls[at - 1]}`;

describe.each(Object.entries(scenarios))('a process that dies anywhere in: %s', (_name, scenario) => {
  it('does it as a living one does when it does not die', async () => {
    const performance = await perform(scenario);
    const outcome = await outcomeOf(performance);
    expect(performance.ends.map(({ type }) => type)).toEqual(scenario.orders.map(() => 'completed'));
    expect(outcome.happened).toBe(outcome.deeds.length);
    expect(outcome.openEffects).toEqual([]);
    expect(violationsOf(performance.events)).toEqual([]);
  });

  it('leaves it to the next attempt, which does each deed once, loses nothing and goes on where it was', async () => {
    const whole = await perform(scenario);
    const expected = await outcomeOf(whole);
    for (const death of await deathsIn(scenario)) {
      const performance = await perform(scenario, death);
      const when = textOf(death, whole.calls);
      expect({ when, ...(await outcomeOf(performance)) }).toEqual({ when, ...expected });
      expect({ when, broken: violationsOf(performance.events) }).toEqual({ when, broken: [] });
    }
  }, 120_000);

  it('may die again in the attempt that came after', async () => {
    const expected = await outcomeOf(await perform(scenario));
    const deaths = await deathsIn(scenario);
    for (const [index, death] of deaths.entries()) {
      if (index % 7 !== 3) continue;
      const again = { at: 1 + ((index * 5) % 23), done: index % 2 === 0 };
      const performance = await perform(scenario, death, again);
      expect({ death, again, ...(await outcomeOf(performance)) }).toEqual({ death, again, ...expected });
      expect({ death, again, broken: violationsOf(performance.events) }).toEqual({ death, again, broken: [] });
    }
  }, 120_000);
});
