import type { Chance } from '../../support/interleaving.js';
import type { Fate, Life, PortName } from './life.js';

/** How bad it gets: drawn once per seed, so that some seeds know only one kind of trouble and others all of them. */
export interface Weather {
  readonly stormMs: number;
  /** Per call of a port. */
  readonly deaths: number;
  readonly pauses: number;
  readonly longestPauseMs: number;
  readonly lostRequests: number;
  readonly lostAnswers: number;
  readonly slow: number;
  /** From and until when a port refuses everybody, in milliseconds. */
  readonly outages: readonly { readonly port: PortName; readonly fromMs: number; readonly untilMs: number }[];
  /** Machines' wall clocks are off by up to this, and go wrong by up to this share. */
  readonly offsetMs: number;
  readonly drift: number;
}

export function drawWeather(chance: Chance): Weather {
  const stormMs = 15_000 + chance.below(35_000);
  const some = (most: number) => (chance.with(0.65) ? chance.next() * most : 0);
  const outage = (port: PortName, longestMs: number) => {
    const fromMs = chance.below(stormMs);
    return { port, fromMs, untilMs: Math.min(stormMs, fromMs + 1_000 + chance.below(longestMs)) };
  };
  return {
    stormMs,
    deaths: some(0.006),
    pauses: some(0.004),
    longestPauseMs: chance.oneOf([2_000, 20_000, 60_000]),
    lostRequests: some(0.03),
    lostAnswers: some(0.05),
    slow: some(0.1),
    outages: [
      ...(chance.with(0.4) ? [outage('log', 15_000)] : []),
      ...(chance.with(0.3) ? [outage('game', 40_000)] : []),
      ...(chance.with(0.3) ? [outage('views', 30_000)] : []),
    ],
    offsetMs: chance.oneOf([0, 500, 2_000, 60_000]),
    drift: chance.oneOf([0, 0.001, 0.01]),
  };
}

const usual: Readonly<Record<PortName, readonly [outMs: number, backMs: number]>> = {
  log: [4, 4],
  game: [150, 150],
  views: [8, 4],
  api: [10, 10],
};
const slowest: Readonly<Record<PortName, number>> = { log: 3_000, game: 5_900, views: 1_500, api: 3_000 };

export const fair: Omit<Fate, 'outMs' | 'backMs'> = { lost: 'nothing', isAway: false, dies: 'not', pauseMs: 0 };

/** What becomes of a call in this weather at this moment; only the mortal die or stand still. */
export function drawFate(
  { deaths, pauses, longestPauseMs, lostRequests, lostAnswers, slow, outages, stormMs }: Weather,
  chance: Chance,
  nowMs: number,
  port: PortName,
  isMortal: boolean,
): Fate {
  const [outMs, backMs] = usual[port];
  const times = { outMs: chance.next() * outMs, backMs: chance.next() * backMs };
  if (nowMs >= stormMs) return { ...fair, ...times };
  const isAway = outages.some((each) => each.port === port && each.fromMs <= nowMs && nowMs < each.untilMs);
  const luck = chance.next();
  const lost = luck < lostRequests ? 'request' : luck < lostRequests + lostAnswers ? 'answer' : 'nothing';
  const isSlow = slow > 0 && chance.with(slow);
  const dies =
    isMortal && deaths > 0 && chance.with(deaths) ? chance.oneOf(['before', 'asked', 'after'] as const) : 'not';
  const stands = isMortal && pauses > 0 && chance.with(pauses);
  return {
    outMs: times.outMs + (isSlow ? chance.next() * slowest[port] : 0),
    backMs: times.backMs,
    isAway,
    lost,
    dies,
    pauseMs: stands ? chance.next() * longestPauseMs : 0,
  };
}

/** Decides what becomes of every call of one process. */
export interface Sky {
  fateOf(life: Life, port: PortName, what: string, isMortal: boolean): Fate;
  /** How much later a subscriber, or the views, hear of what was written. */
  lagMs(): number;
  /** How long a change waits for its turn at the game. */
  turnMs(): number;
}

export function stormySky(weather: Weather, chance: Chance, nowMs: () => number): Sky {
  const isStorm = () => nowMs() < weather.stormMs;
  return {
    fateOf: (_life, port, _what, isMortal) => drawFate(weather, chance, nowMs(), port, isMortal),
    lagMs: () => (isStorm() && chance.with(0.03) ? chance.next() * 5_000 : 5 + chance.next() * 60),
    turnMs: () => (isStorm() && chance.with(0.1) ? chance.next() * 4_500 : 0),
  };
}

/** One of the calls of all daemons, counted together from 1, in which the one that makes it dies. */
export interface Death {
  readonly at: number;
  readonly how: 'before' | 'asked' | 'after';
}

/** Nothing goes wrong but this. `calls` is filled with what the mortal ask. */
export function fairSky(chance: Chance, deaths: readonly Death[], calls: string[]): Sky {
  return {
    fateOf: (_life, port, what, isMortal) => {
      const [outMs, backMs] = usual[port];
      const times = { outMs: chance.next() * outMs, backMs: chance.next() * backMs };
      if (!isMortal) return { ...fair, ...times };
      calls.push(`${port} ${what}`);
      const death = deaths.find(({ at }) => at === calls.length);
      return { ...fair, ...times, dies: death?.how ?? 'not' };
    },
    lagMs: () => 5 + chance.next() * 60,
    turnMs: () => 0,
  };
}

export const noWeather: Weather = {
  ...{ stormMs: 0, deaths: 0, pauses: 0, longestPauseMs: 0, lostRequests: 0, lostAnswers: 0, slow: 0 },
  ...{ outages: [], offsetMs: 0, drift: 0 },
};
