import type { Known } from './known.js';
import { isFlying, placeOf, type Sight } from './sight.js';
import type { Step } from './step.js';
import { towards } from './towards.js';

export interface ScoutTour {
  /** At least one, none twice. */
  readonly markets: readonly string[];
}

/** How long a tour of one market waits before it looks again: the market is where the ship is already. */
const roundMs = 60_000;

/**
 * Visits each market of a lap once and goes back to the first. A lap begins where the ship is, or is flying to, if that
 * is one of its markets, and goes on where the log says it was left.
 */
export function nextStep({ markets }: ScoutTour, known: Known, sight: Sight): Step {
  const visited = known.visited.filter((market) => markets.includes(market));
  const next = nextMarket(markets, visited, placeOf(sight.ship));
  if (next === undefined) {
    const back = markets.length > 1 && visited[0] !== undefined ? towards(sight, visited[0]) : undefined;
    return back ?? { type: 'done', report: { markets: visited.length } };
  }
  const restingUntilMs = markets.length === 1 && known.iteration > 0 ? (known.lastLapAtMs ?? 0) + roundMs : 0;
  if (sight.nowMs < restingUntilMs && !isFlying(sight.ship)) {
    return { type: 'wait', untilMs: restingUntilMs, why: `${next} is looked at once a minute` };
  }
  return towards(sight, next) ?? { type: 'visit', waypoint: next };
}

/** In the order of the tour, from the last one visited on and round; a market that the ship has reached comes first. */
function nextMarket(markets: readonly string[], visited: readonly string[], at: string): string | undefined {
  const left = markets.filter((market) => !visited.includes(market));
  if (left.includes(at)) return at;
  const last = markets.indexOf(visited.at(-1) ?? '');
  return [...markets.slice(last + 1), ...markets.slice(0, last + 1)].find((market) => left.includes(market));
}
