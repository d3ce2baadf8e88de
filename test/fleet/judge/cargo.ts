import { effectsIn } from './effects.js';
import { dataOf, shipOf, type Evidence, type Finding } from './evidence.js';

interface Owed {
  readonly good: string;
  readonly units: number;
}

/**
 * Every purchase of the game is owed from then on until it is sold: no grant, hand-over or chapter drops it, and in the
 * end each ship owes exactly what it has aboard.
 */
export function judgeCargo(evidence: Evidence): readonly Finding[] {
  const findings: Finding[] = [];
  const owed = new Map<string, Map<string, Owed>>();
  const incurred = new Map<string, Owed>();
  for (const event of evidence.events) {
    const ship = shipOf(event, evidence.player);
    if (ship === undefined) continue;
    const data = dataOf(event);
    const own = owed.get(ship) ?? new Map<string, Owed>();
    owed.set(ship, own);
    const say = (what: string) => findings.push({ rule: 'obligation', of: ship, what });
    switch (event.type) {
      case 'ObligationIncurred': {
        const { obligationId, good, units } = data;
        if (incurred.has(obligationId)) say(`obligation ${obligationId} was incurred twice`);
        incurred.set(obligationId, { good, units });
        own.set(obligationId, { good, units });
        break;
      }
      case 'ObligationSettled':
        if (!own.delete(data.obligationId)) say(`obligation ${data.obligationId} was settled and not owed`);
        break;
      case 'LeaseGranted':
      case 'LeaseHandedOver':
      case 'LeaseReserved':
      case 'LeaseChapterOpened': {
        const { obligations } = event.type === 'LeaseChapterOpened' ? data.state : data.inherited;
        const told = (obligations as { obligationId: string }[]).map(({ obligationId }) => obligationId).sort();
        if (String(told) !== String([...own.keys()].sort())) {
          say(`${event.type} at ${event.position} carries ${told.length} obligations, not ${own.size}`);
        }
        break;
      }
      default:
    }
  }
  findings.push(...unowed(evidence, incurred), ...unlikeTheHold(evidence, owed));
  return findings;
}

/** A purchase of the game whose effect left no obligation, or another one. */
function unowed(evidence: Evidence, incurred: ReadonlyMap<string, Owed>): readonly Finding[] {
  const purchases = effectsIn(evidence).effects.filter(
    ({ action, observed }) => action === 'purchase' && observed?.result === 'happened',
  );
  const lost = purchases.filter(({ effectId, probe }) => {
    const found = incurred.get(effectId);
    return found?.good !== probe.good || found?.units !== probe.after - probe.before;
  });
  const bought = evidence.journal.filter(({ action }) => action === 'purchase').length;
  return [
    ...lost.map(({ ship, effectId, probe }): Finding => ({
      rule: 'lost-purchase',
      of: ship,
      what: `${probe.good} was bought by ${effectId}, and nothing is owed for it`,
    })),
    ...(bought > purchases.length
      ? [
          {
            rule: 'lost-purchase',
            of: 'fleet',
            what: `${bought} purchases, of which the log knows ${purchases.length}`,
          } as const,
        ]
      : []),
  ];
}

function unlikeTheHold({ ships }: Evidence, owed: ReadonlyMap<string, ReadonlyMap<string, Owed>>): readonly Finding[] {
  return ships.flatMap(({ symbol, cargo }) => {
    const debts = [...(owed.get(symbol)?.values() ?? [])];
    const goods = new Set([...cargo, ...debts].map(({ good }) => good));
    const sumOf = (of: readonly Owed[], good: string) =>
      of.filter((each) => each.good === good).reduce((sum, { units }) => sum + units, 0);
    return [...goods]
      .filter((good) => sumOf(debts, good) !== sumOf(cargo, good))
      .map((good): Finding => ({
        rule: 'lost-purchase',
        of: symbol,
        what: `${sumOf(cargo, good)} ${good} aboard, and ${sumOf(debts, good)} owed`,
      }));
  });
}
