export interface Stop {
  readonly symbol: string;
  readonly x: number;
  readonly y: number;
}

export function distance(one: Stop, other: Stop): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** With the way back to the first; 0 for less than two stops. */
export function lengthOf(tour: readonly Stop[]): number {
  return tour.reduce((sum, stop, index) => sum + distance(tour.at(index - 1) ?? stop, stop), 0);
}

/** From the first stop on always to the nearest that is left; of two alike to the one whose symbol comes first. */
export function nearestNeighbour(stops: readonly Stop[]): readonly Stop[] {
  const left = inOrder(stops);
  const tour: Stop[] = [];
  for (let at = left.shift(); at;) {
    tour.push(at);
    const from = at;
    const gaps = left.map((stop) => distance(from, stop));
    const [next] = left.splice(gaps.indexOf(Math.min(...gaps)), 1);
    at = next;
  }
  return tour;
}

const leastGain = 1e-9;
const mostRounds = 60;

/**
 * A short closed tour of all stops: the nearest neighbour's, with crossings undone (2-opt) and runs of up to three stops
 * moved to where they cost less (or-opt) until neither shortens it. The same stops give the same tour in any order.
 */
export function shortTour(stops: readonly Stop[]): readonly Stop[] {
  let tour = [...nearestNeighbour(stops)];
  for (let round = 0; round < mostRounds; round += 1) {
    const better = uncrossed(tour) ?? moved(tour);
    if (!better) break;
    tour = better;
  }
  return tour;
}

/** The tour after all the reversals found in one look through it; undefined when none shortens it. */
function uncrossed(tour: readonly Stop[]): Stop[] | undefined {
  let now = [...tour];
  let shortened = false;
  for (let from = 0; from < now.length - 1; from += 1) {
    for (let to = from + 2; to < now.length; to += 1) {
      const [a, b, c, d] = [now[from], now[from + 1], now[to], now[(to + 1) % now.length]];
      if (!a || !b || !c || !d || a === d) continue;
      if (distance(a, c) + distance(b, d) > distance(a, b) + distance(c, d) - leastGain) continue;
      now = [...now.slice(0, from + 1), ...now.slice(from + 1, to + 1).reverse(), ...now.slice(to + 1)];
      shortened = true;
    }
  }
  return shortened ? now : undefined;
}

function moved(tour: readonly Stop[]): Stop[] | undefined {
  for (const length of [1, 2, 3]) {
    for (let from = 0; from + length <= tour.length; from += 1) {
      const run = tour.slice(from, from + length);
      const rest = [...tour.slice(0, from), ...tour.slice(from + length)];
      const best = bestPlace(run, rest);
      if (best && lengthOf(best) < lengthOf(tour) - leastGain) return best;
    }
  }
  return undefined;
}

/** The run at the place among the rest where it costs least, either way round. */
function bestPlace(run: readonly Stop[], rest: readonly Stop[]): Stop[] | undefined {
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last || rest.length < 2) return undefined;
  let best = { cost: Infinity, at: 0, turned: false };
  for (const [at, before] of rest.entries()) {
    const after = rest[(at + 1) % rest.length] ?? before;
    const gap = distance(before, after);
    const straight = distance(before, first) + distance(last, after) - gap;
    const reversed = distance(before, last) + distance(first, after) - gap;
    if (straight < best.cost) best = { cost: straight, at, turned: false };
    if (reversed < best.cost) best = { cost: reversed, at, turned: true };
  }
  const placed = best.turned ? [...run].reverse() : run;
  return [...rest.slice(0, best.at + 1), ...placed, ...rest.slice(best.at + 1)];
}

function inOrder(stops: readonly Stop[]): Stop[] {
  return [...stops].sort((one, other) => (one.symbol < other.symbol ? -1 : one.symbol > other.symbol ? 1 : 0));
}
