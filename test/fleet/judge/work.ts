import { effectsIn } from './effects.js';
import { containerOf, dataOf, type Data, type Evidence, type Finding } from './evidence.js';

/** One run of work that was asked for and answered. */
export interface Order {
  readonly id: string;
  readonly ship: string;
  readonly kind: 'tour' | 'buy' | 'sell' | 'other';
  /** Of a tour, in its order. */
  readonly markets?: readonly string[];
  /** Of a purchase, or of its sale. */
  readonly units?: number;
  /** False: asked for, and never answered. */
  readonly acknowledged: boolean;
}

/** A visit is told a moment after the ship has come, and the next flight begins after that. */
const slackMs = 1_000;

/**
 * Tours go on where they were: each lap visits each market once, in the order of the tour, over however many attempts,
 * and the ship was there. Iterations are counted once each.
 */
export function judgeWork(evidence: Evidence, orders: readonly Order[]): readonly Finding[] {
  const byContainer = new Map<string, { readonly type: string; readonly data: Data }[]>();
  for (const event of evidence.events) {
    const container = containerOf(event);
    if (container === undefined) continue;
    const own = byContainer.get(container) ?? [];
    byContainer.set(container, [...own, { type: event.type, data: dataOf(event) }]);
  }
  const { effects } = effectsIn(evidence);
  return orders.flatMap((order) => {
    const events = byContainer.get(order.id) ?? [];
    const created = events.filter(({ type }) => type === 'ContainerCreated').length;
    const findings: Finding[] = [];
    const say = (rule: Finding['rule'], what: string) => findings.push({ rule, of: order.id, what });
    if (created > 1 || (order.acknowledged && created === 0)) say('order', `was created ${created} times`);
    countIterations(events, say);
    if (order.markets) followTour(order.markets, order.ship, events, evidence, say);
    const isOver = events.some(({ type }) => type === 'ContainerCompleted');
    if (isOver && order.units !== undefined) {
      const tokens = new Set(
        events
          .filter(({ type }) => type === 'ContainerStarted')
          .flatMap(({ data }) => data.leases as { ship: string; token: number }[])
          .map(({ token }) => token),
      );
      const traded = effects
        .filter(
          ({ ship, token, observed }) => ship === order.ship && tokens.has(token) && observed?.result === 'happened',
        )
        .filter(({ action }) => action === (order.kind === 'buy' ? 'purchase' : 'sell'))
        .reduce((sum, { probe }) => sum + Math.abs(probe.after - probe.before), 0);
      if (traded !== order.units) say('order', `traded ${traded} units, not ${order.units}`);
    }
    return findings;
  });
}

type Say = (rule: Finding['rule'], what: string) => void;
type Told = readonly { readonly type: string; readonly data: Data }[];

function countIterations(events: Told, say: Say): void {
  const numbers = events.filter(({ type }) => type === 'ContainerIterationCompleted').map(({ data }) => data.iteration);
  numbers.forEach((number, index) => {
    if (number !== index + 1) say('iteration', `iteration ${number} was reported as number ${index + 1}`);
  });
}

function followTour(markets: readonly string[], ship: string, events: Told, { journal }: Evidence, say: Say): void {
  const flights = journal
    .filter((deed) => deed.ship === ship && deed.action === 'navigate')
    .map(({ at, arguments: { waypointSymbol } }) => ({ atMs: Date.parse(at), to: String(waypointSymbol) }));
  let lap: string[] = [];
  for (const { type, data } of events) {
    if (type === 'ContainerMarketVisited') {
      const { waypoint, atMs, attempt } = data;
      if (lap.includes(waypoint)) say('tour', `${waypoint} was visited twice in one lap, attempt ${attempt}`);
      const next = markets[(markets.indexOf(lap.at(-1) ?? '') + 1) % markets.length];
      if (lap.length > 0 && waypoint !== next) say('tour', `${waypoint} came after ${lap.at(-1)}, attempt ${attempt}`);
      const last = flights.findLast((flight) => flight.atMs <= atMs);
      const lately = flights.filter((flight) => Math.abs(flight.atMs - atMs) < slackMs);
      const mayBe = [last, ...lately].some((flight) => flight?.to === waypoint);
      if (last && !mayBe) say('tour', `${waypoint} was visited while the ship was bound for ${last.to}`);
      lap.push(waypoint);
    } else if (type === 'ContainerIterationCompleted') {
      if (lap.length !== markets.length)
        say('tour', `lap ${data.iteration} has ${lap.length} of ${markets.length} markets`);
      if (String(data.visited) !== String(lap))
        say('tour', `lap ${data.iteration} is told otherwise than it was flown`);
      lap = [];
    }
  }
}
