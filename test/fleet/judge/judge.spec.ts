import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { Data, Evidence, Rule } from './evidence.js';
import { judge } from './judge.js';
import type { Order } from './work.js';

/*
 * Two daemons after each other. A probe tours two markets, one lap and the begin of the next under the first; a hauler buys four units
 * under the first, and the second finds out that it did, and sells them.
 */

const markets = ['X1-A', 'X1-B'];
const start = 1_000_000;
const of = (ship: string) => ({ kind: 'ship', scope: '1', name: ship });
const holder = (id: string, attempt: number) => ({ kind: 'container', id, attempt });
const none = { effects: [], obligations: [], previous: null };
const debt = { obligationId: 'e-buy', good: 'ORE', units: 4, sinceMs: start };

interface Line {
  readonly stream: string;
  readonly type: string;
  readonly data: Data;
}

const daemon = (instance: string, type: string, data: Data = {}): Line => ({
  stream: `daemon-${instance}`,
  type,
  data: { instance, ...data },
});
const receipt = (leases: number) => ({ receipt: { leases, adopted: leases, lost: [] }, tookMs: 1 });
const work = (id: string, type: string, data: Data = {}): Line => ({ stream: `container-${id}`, type, data });
const lease = (ship: string, type: string, token: number, data: Data = {}): Line => ({
  stream: `ship-1.${ship}`,
  type,
  data: { resource: of(ship), token, ...data },
});
const created = (id: string) => work(id, 'ContainerCreated', { player: 1, runner: 'daemon' });
const began = (id: string, attempt: number, by: string, ship: string, token: number): Line[] => [
  work(id, 'ContainerStarting', { attempt }),
  work(id, 'ContainerStarted', { attempt, daemon: by, leases: [{ ship, token }] }),
];
const cargo = (before: number, after: number) => ({ look: 'cargo', good: 'ORE', before, after });
const route = (to: string) => ({ look: 'route', to });
const intend = (ship: string, token: number, effectId: string, action: string, probe: Data) =>
  lease(ship, 'EffectIntended', token, { effectId, action, probe });
const observe = (ship: string, token: number, effectId: string, result = 'happened') =>
  lease(ship, 'EffectObserved', token, { effectId, result, evidence: {} });
const visit = (attempt: number, waypoint: string) => work('tour', 'ContainerMarketVisited', { attempt, waypoint });
const flight = (token: number, effectId: string, to: string): Line[] => [
  intend('P', token, effectId, 'navigate', route(to)),
  observe('P', token, effectId),
];
const lap = (attempt: number, iteration: number) =>
  work('tour', 'ContainerIterationCompleted', { attempt, iteration, visited: markets, report: {} });
const granted = (ship: string, id: string, token: number) =>
  lease(ship, 'LeaseGranted', token, { holder: holder(id, 1), inherited: none });
const handedOver = (ship: string, id: string, token: number, inherited: Data = none) =>
  lease(ship, 'LeaseHandedOver', token, {
    holder: holder(id, 2),
    from: { holder: holder(id, 1), token: token - 1 },
    inherited,
  });
const open = { effectId: 'e-buy' };

const history: readonly Line[] = [
  daemon('one', 'InstanceStarted'),
  daemon('one', 'InstanceRecovered', receipt(0)),
  granted('P', 'tour', 1),
  created('tour'),
  ...began('tour', 1, 'one', 'P', 1),
  ...flight(1, 'f-1', 'X1-A'),
  visit(1, 'X1-A'),
  ...flight(1, 'f-2', 'X1-B'),
  visit(1, 'X1-B'),
  ...flight(1, 'f-back', 'X1-A'),
  lap(1, 1),
  visit(1, 'X1-A'),
  granted('H', 'trade', 1),
  created('trade'),
  ...began('trade', 1, 'one', 'H', 1),
  intend('H', 1, 'e-dock', 'dock', { look: 'berth', docked: true }),
  observe('H', 1, 'e-dock'),
  intend('H', 1, 'e-buy', 'purchase', cargo(0, 4)),
  daemon('two', 'InstanceStarted'),
  handedOver('P', 'tour', 2),
  ...began('tour', 2, 'two', 'P', 2),
  handedOver('H', 'trade', 2, { ...none, effects: [open] }),
  ...began('trade', 2, 'two', 'H', 2),
  daemon('two', 'InstanceRecovered', receipt(2)),
  lease('H', 'ObligationIncurred', 2, debt),
  observe('H', 2, 'e-buy'),
  ...flight(2, 'f-3', 'X1-B'),
  visit(2, 'X1-B'),
  lap(2, 2),
  intend('H', 2, 'e-sell', 'sell', cargo(4, 1)),
  lease('H', 'ObligationIncurred', 2, { ...debt, obligationId: 'e-sell', units: 1 }),
  lease('H', 'ObligationSettled', 2, { obligationId: 'e-buy', how: 'sold', by: { kind: 'holder', id: 'trade' } }),
  observe('H', 2, 'e-sell'),
  work('trade', 'ContainerIterationCompleted', { attempt: 2, iteration: 1, visited: [], report: {} }),
  work('trade', 'ContainerCompleted', { attempt: 2, exitCode: 0 }),
];

const orders: readonly Order[] = [
  { id: 'tour', ship: 'P', kind: 'tour', markets, acknowledged: true },
  { id: 'trade', ship: 'H', kind: 'buy', units: 4, acknowledged: true },
];

/** Every line is a second after the one before; what the game did, it did half a second after it was intended. */
function evidenceFrom(lines: readonly Line[]): Evidence {
  const revisions = new Map<string, bigint>();
  const events = lines.map(({ stream, type, data }, index): RecordedEvent => {
    const revision = (revisions.get(stream) ?? -1n) + 1n;
    revisions.set(stream, revision);
    const atMs = start + index * 1_000;
    const timed = { atMs, ...(type === 'EffectIntended' && { deadlineMs: atMs + 30_000 }), ...data };
    return {
      stream,
      type,
      data: timed,
      revision,
      position: BigInt(index + 1),
      metadata: { commandId: String(index), actor: { key: 'test' } },
    } as never;
  });
  let number = 0;
  const journal = history.flatMap(({ type, data, stream }, index) => {
    if (type !== 'EffectIntended') return [];
    const { action, probe } = data;
    const units = Math.abs(probe.after - probe.before);
    const given =
      action === 'navigate' ? { waypointSymbol: probe.to } : action === 'dock' ? {} : { symbol: 'ORE', units };
    const at = new Date(start + index * 1_000 + 500).toISOString();
    return [{ number: ++number, at, agent: 'A', ship: stream.slice('ship-1.'.length), action, arguments: given }];
  });
  const hauler = { symbol: 'H', status: 'DOCKED', waypoint: 'X1-A', fuelCapacity: 1, capacity: 40 };
  return { events, journal, player: 1, ships: [{ ...hauler, cargo: [{ good: 'ORE', units: 1 }] }] };
}

type Tamper = (evidence: Evidence) => Evidence;

const at =
  (type: string, nth = 0) =>
  (evidence: Evidence): number => {
    const found = evidence.events.flatMap((event, index) => (event.type === type ? [index] : []));
    return found.at(nth) ?? -1;
  };
const withEvents = (evidence: Evidence, lines: readonly Line[]): Evidence => ({
  ...evidenceFrom(lines),
  journal: evidence.journal,
});
const linesOf = ({ events }: Evidence): Line[] => events.map(({ stream, type, data }) => ({ stream, type, data }));
const without =
  (type: string, nth = 0): Tamper =>
  (evidence) =>
    withEvents(evidence, linesOf(evidence).toSpliced(at(type, nth)(evidence), 1));
const twice =
  (type: string, nth = 0): Tamper =>
  (evidence) => {
    const index = at(type, nth)(evidence);
    return withEvents(evidence, linesOf(evidence).toSpliced(index, 0, linesOf(evidence)[index]!));
  };
const changed =
  (type: string, change: Data, nth = 0): Tamper =>
  (evidence) => {
    const index = at(type, nth)(evidence);
    const line = linesOf(evidence)[index]!;
    return withEvents(evidence, linesOf(evidence).with(index, { ...line, data: { ...line.data, ...change } }));
  };
const journalled =
  (change: (journal: Evidence['journal']) => Evidence['journal']): Tamper =>
  (evidence) => ({
    ...evidence,
    journal: change(evidence.journal),
  });
const deed = (action: string) => (journal: Evidence['journal']) => journal.find((each) => each.action === action)!;

const tampered: readonly (readonly [what: string, rule: Rule, tamper: Tamper])[] = [
  ['a purchase made twice', 'double-effect', journalled((all) => [...all, deed('purchase')(all)])],
  ['a dock that nobody declared', 'double-effect', journalled((all) => [...all, { ...deed('dock')(all), ship: 'P' }])],
  [
    'a call that no operation makes',
    'double-effect',
    journalled((all) => [...all, { ...deed('dock')(all), action: 'scrap' }]),
  ],
  [
    'a sale that the game never saw',
    'phantom-effect',
    journalled((all) => all.filter(({ action }) => action !== 'sell')),
  ],
  [
    'a flight after its deadline',
    'late-effect',
    journalled((all) =>
      all.map((each) => (each.action === 'sell' ? { ...each, at: new Date(start + 900_000).toISOString() } : each)),
    ),
  ],
  ['flights in another order', 'order-of-effects', journalled((all) => [all[1]!, all[0]!, ...all.slice(2)])],
  ['an effect nobody saw the end of', 'open-effect', without('EffectObserved', -1)],
  ['an effect observed twice', 'effect-record', twice('EffectObserved', -1)],
  ['a purchase without an obligation', 'lost-purchase', without('ObligationIncurred')],
  [
    'cargo that nobody owes',
    'lost-purchase',
    (evidence) => ({
      ...evidence,
      ships: evidence.ships.map((ship) => ({ ...ship, cargo: [{ good: 'ORE', units: 5 }] })),
    }),
  ],
  [
    'an obligation lost on the way',
    'obligation',
    changed('LeaseHandedOver', { inherited: { ...none, obligations: [debt] } }, -1),
  ],
  ['an obligation settled twice', 'obligation', twice('ObligationSettled')],
  ['a market visited twice in a lap', 'tour', changed('ContainerMarketVisited', { waypoint: 'X1-A' }, -1)],
  ['a market left out', 'tour', without('ContainerMarketVisited', -1)],
  [
    'a visit from afar',
    'tour',
    (evidence) => ({
      ...evidence,
      journal: evidence.journal.map((each) =>
        each.arguments['waypointSymbol'] === 'X1-B' ? { ...each, arguments: { waypointSymbol: 'X1-Z' } } : each,
      ),
    }),
  ],
  ['an iteration reported twice', 'iteration', changed('ContainerIterationCompleted', { iteration: 1 }, 1)],
  ['a container taken over twice', 'takeover', twice('ContainerStarted', -1)],
  ['a container left behind', 'takeover', changed('ContainerStarted', { daemon: 'one' }, -1)],
  [
    'a receipt that counts one lease too many',
    'receipt',
    changed('InstanceRecovered', { receipt: { leases: 3, adopted: 3, lost: [] } }, -1),
  ],
  [
    'a receipt that does not add up',
    'receipt',
    changed('InstanceRecovered', { receipt: { leases: 2, adopted: 1, lost: [] } }, -1),
  ],
  [
    'a receipt that lost a container',
    'receipt',
    changed('InstanceRecovered', { receipt: { leases: 2, adopted: 2, lost: ['tour'] } }, -1),
  ],
  ['a start without a receipt', 'receipt', without('InstanceRecovered', -1)],
  [
    'a restart that a kill has cost',
    'budget',
    (evidence) => {
      const ended = work('tour', 'ContainerAttemptEnded', { attempt: 1, outcome: 'failed', error: 'killed' });
      return withEvents(evidence, linesOf(evidence).toSpliced(at('InstanceStarted', -1)(evidence) + 1, 0, ended));
    },
  ],
  ['a token used again', 'custody', changed('LeaseHandedOver', { token: 1 }, -1)],
  ['a write under an old token', 'custody', changed('EffectObserved', { token: 1 }, -1)],
  ['an order carried out in part', 'order', changed('ContainerStarted', { leases: [{ ship: 'H', token: 9 }] }, 1)],
  ['an acknowledged order that is not in the log', 'order', without('ContainerCreated', 0)],
];

describe('the judge of a storm', () => {
  const evidence = evidenceFrom(history);

  it('finds nothing where everything is as it must be', () => {
    const { findings, figures } = judge(evidence, orders, { alone: true });
    expect(findings).toEqual([]);
    expect(figures).toMatchObject({ purchases: 1, sales: 1, flights: 4, visits: 4, laps: 3, settledAfterDeath: 1 });
  });

  it.each(tampered)('finds %s (%s)', (_what, rule, tamper) => {
    const { findings } = judge(tamper(evidence), orders, { alone: true });
    expect(findings.map((finding) => finding.rule)).toContain(rule);
  });
});
