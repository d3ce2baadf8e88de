import type { Obligation } from '../lease/events.js';

export interface Good {
  readonly good: string;
  readonly units: number;
}

/** What is aboard beyond what the ship is known to owe: one new obligation per good, under an id that is not in use. */
export function cargoBeyond(
  obligations: readonly Obligation[],
  goods: readonly Good[],
): readonly Pick<Obligation, 'obligationId' | 'good' | 'units'>[] {
  const used = new Set(obligations.map(({ obligationId }) => obligationId));
  return goods.flatMap(({ good, units }) => {
    const owed = obligations.filter((each) => each.good === good).reduce((sum, each) => sum + each.units, 0);
    if (units <= owed) return [];
    let obligationId = `liquidate-${good}`;
    for (let n = 2; used.has(obligationId); n++) obligationId = `liquidate-${good}-${n}`;
    used.add(obligationId);
    return [{ obligationId, good, units: units - owed }];
  });
}
