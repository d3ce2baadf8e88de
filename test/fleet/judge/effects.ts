import type { Mutation } from '../universe.js';
import { dataOf, shipOf, type Data, type Evidence, type Finding } from './evidence.js';

/** One effect as the log tells it. */
export interface LoggedEffect {
  readonly ship: string;
  readonly effectId: string;
  readonly action: string;
  readonly token: number;
  readonly probe: Data;
  readonly intendedAtMs: number;
  readonly deadlineMs: number;
  observed?: { readonly result: string; readonly atMs: number };
}

/** To do these twice is not to do them once. */
const single = new Set(['navigate', 'refuel', 'purchase', 'sell', 'jettison']);
/** To do these twice changes nothing more, so that what is late does no harm. */
const harmless = new Set(['orbit', 'dock', 'flight-mode']);
/** Two processes of one machine, and what lies between a clock and the line that tells it. */
const slackMs = 1_000;

export function effectsIn({ events, player }: Pick<Evidence, 'events' | 'player'>): {
  readonly effects: readonly LoggedEffect[];
  readonly findings: readonly Finding[];
} {
  const effects = new Map<string, LoggedEffect>();
  const findings: Finding[] = [];
  for (const event of events) {
    const ship = shipOf(event, player);
    if (ship === undefined) continue;
    const data = dataOf(event);
    const say = (what: string) => findings.push({ rule: 'effect-record', of: ship, what });
    if (event.type === 'EffectIntended') {
      const { effectId, action, token, probe, atMs: intendedAtMs, deadlineMs } = data;
      if (effects.has(effectId)) say(`effect ${effectId} was intended twice`);
      effects.set(effectId, { ship, effectId, action, token, probe, intendedAtMs, deadlineMs });
    } else if (event.type === 'EffectObserved') {
      const effect = effects.get(data.effectId);
      if (!effect) say(`effect ${data.effectId} was observed and never intended`);
      else if (effect.observed) say(`effect ${data.effectId} was observed twice`);
      else effect.observed = { result: data.result, atMs: data.atMs };
    }
  }
  return { effects: [...effects.values()], findings };
}

/**
 * Ship by ship: what the game did is what the log says has happened, each once, in the same order, while it was declared.
 * Docking and the like may have happened unseen, but only while such an effect was declared.
 */
export function judgeEffects(evidence: Evidence): readonly Finding[] {
  const { effects, findings: malformed } = effectsIn(evidence);
  const findings: Finding[] = [...malformed];
  for (const { effectId, ship, action, observed } of effects) {
    if (!observed)
      findings.push({ rule: 'open-effect', of: ship, what: `nobody says what became of ${action} ${effectId}` });
  }
  const deeds = evidence.journal.filter(({ ship, action }) => ship !== null && action !== 'fleet');
  const ships = new Set([...deeds.map(({ ship }) => ship ?? ''), ...effects.map(({ ship }) => ship)]);
  for (const ship of ships) {
    const own = deeds.filter((deed) => deed.ship === ship);
    const declared = effects.filter((effect) => effect.ship === ship);
    findings.push(...unlike(ship, own, declared), ...undeclared(ship, own, declared));
  }
  return findings;
}

function unlike(ship: string, deeds: readonly Mutation[], effects: readonly LoggedEffect[]): readonly Finding[] {
  const done = deeds.filter(({ action }) => single.has(action));
  const said = effects.filter(({ action, observed }) => single.has(action) && observed?.result === 'happened');
  const surplus = without(done.map(nameOfDeed), said.map(nameOfEffect));
  const missing = without(said.map(nameOfEffect), done.map(nameOfDeed));
  if (surplus.length > 0 || missing.length > 0) {
    return [
      ...surplus.map((what): Finding => ({
        rule: 'double-effect',
        of: ship,
        what: `${what} was done once more than the log knows`,
      })),
      ...missing.map((what): Finding => ({
        rule: 'phantom-effect',
        of: ship,
        what: `${what} was not done as often as the log says`,
      })),
    ];
  }
  return done.flatMap((deed, index): readonly Finding[] => {
    const effect = said[index];
    if (!effect || nameOfEffect(effect) !== nameOfDeed(deed)) {
      return [
        {
          rule: 'order-of-effects',
          of: ship,
          what: `${nameOfDeed(deed)} is number ${index} of the game, not of the log`,
        },
      ];
    }
    return isWithin(deed, effect)
      ? []
      : [
          {
            rule: 'late-effect',
            of: ship,
            what: `${nameOfDeed(deed)} at ${deed.at} was not done while it was declared`,
          },
        ];
  });
}

function undeclared(ship: string, deeds: readonly Mutation[], effects: readonly LoggedEffect[]): readonly Finding[] {
  return deeds
    .filter(({ action }) => !single.has(action))
    .filter((deed) => {
      if (!harmless.has(deed.action)) return true;
      return !effects.some((effect) => nameOfEffect(effect) === nameOfDeed(deed) && isWithin(deed, effect));
    })
    .map((deed): Finding => ({
      rule: 'double-effect',
      of: ship,
      what: `${nameOfDeed(deed)} at ${deed.at} was never declared`,
    }));
}

function isWithin({ at }: Mutation, { intendedAtMs, deadlineMs }: LoggedEffect): boolean {
  const atMs = Date.parse(at);
  return atMs >= intendedAtMs - slackMs && atMs <= deadlineMs + slackMs;
}

function nameOfDeed({ action, arguments: given }: Mutation): string {
  switch (action) {
    case 'navigate':
      return `navigate ${String(given['waypointSymbol'])}`;
    case 'flight-mode':
      return `flight-mode ${String(given['flightMode'])}`;
    case 'purchase':
    case 'sell':
    case 'jettison':
      return `${action} ${String(given['units'])} ${String(given['symbol'])}`;
    default:
      return action;
  }
}

function nameOfEffect({ action, probe }: LoggedEffect): string {
  switch (action) {
    case 'navigate':
      return `navigate ${probe.to}`;
    case 'flight-mode':
      return `flight-mode ${probe.mode}`;
    case 'purchase':
    case 'sell':
    case 'jettison':
      return `${action} ${Math.abs(probe.after - probe.before)} ${probe.good}`;
    default:
      return action;
  }
}

/** The first list less the second, as bags. */
function without(all: readonly string[], taken: readonly string[]): readonly string[] {
  const left = [...all];
  for (const each of taken) {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}
