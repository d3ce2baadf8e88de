import { distance, lengthOf, shortTour, type Stop } from './closed-tour.js';

export interface PlannedTour {
  readonly ship: string;
  /** In the order they are flown; the way back to the first closes the tour. */
  readonly markets: readonly string[];
  /** Of the closed tour, in the chart's units. */
  readonly length: number;
}

/**
 * Shares the markets out among the ships: each market to one ship, none left out; each ship at least one while there
 * are enough; the longest tour as short as it will go. A ship without a market gets no tour. The same ships and markets
 * give the same tours, in whatever order they are named.
 * @param ships at least one, none twice
 */
export function partitionMarkets(ships: readonly string[], markets: readonly Stop[]): readonly PlannedTour[] {
  const flying = [...ships].sort().slice(0, markets.length);
  const shares = flying.length < 2 ? [shortTour(markets)] : balanced(cutFairly(shortTour(markets), flying.length));
  return flying.map((ship, index) => {
    const tour = shares[index] ?? [];
    return { ship, markets: tour.map(({ symbol }) => symbol), length: Math.round(lengthOf(tour) * 100) / 100 };
  });
}

/** Cuts one tour of everything into so many runs, at the places where the longest of them, closed, is shortest. */
function cutFairly(tour: readonly Stop[], parts: number): Stop[][] {
  let best: { readonly longest: number; readonly runs: Stop[][] } | undefined;
  for (let start = 0; start < tour.length; start += 1) {
    const turned = [...tour.slice(start), ...tour.slice(0, start)];
    const runs = cutFrom(turned, parts);
    const longest = Math.max(...runs.map(lengthOf));
    if (!best || longest < best.longest) best = { longest, runs };
  }
  return best?.runs ?? [];
}

/** The fairest cut of a sequence whose ends stay where they are, by the longest run up to every stop and number of runs. */
function cutFrom(stops: readonly Stop[], parts: number): Stop[][] {
  const closed = stops.map((first, from) => {
    let open = 0;
    return stops.slice(from).map((stop, index) => {
      open += distance(stops[from + index - 1] ?? stop, stop) * (index > 0 ? 1 : 0);
      return open + distance(stop, first);
    });
  });
  const runLength = (from: number, to: number) => closed[from]?.[to - from - 1] ?? 0;
  // longest[p][n]: of the first n stops in p runs; cut[p][n]: where the last of these runs begins.
  const longest: number[][] = [stops.map(() => Infinity)];
  const cuts: number[][] = [[]];
  longest[0]?.unshift(0);
  for (let run = 1; run <= parts; run += 1) {
    const row = [Infinity];
    const cutRow = [0];
    for (let upTo = 1; upTo <= stops.length; upTo += 1) {
      let [least, at] = [Infinity, run - 1];
      for (let from = run - 1; from < upTo; from += 1) {
        const here = Math.max(longest[run - 1]?.[from] ?? Infinity, runLength(from, upTo));
        if (here < least) [least, at] = [here, from];
      }
      row.push(least);
      cutRow.push(at);
    }
    longest.push(row);
    cuts.push(cutRow);
  }
  const runs: Stop[][] = [];
  for (let run = parts, upTo = stops.length; run >= 1; run -= 1) {
    const from = cuts[run]?.[upTo] ?? 0;
    runs.unshift(stops.slice(from, upTo));
    upTo = from;
  }
  return runs;
}

const mostMoves = 200;

/** Moves single markets out of the longest tour for as long as that makes the longer of two tours shorter. */
function balanced(shares: readonly (readonly Stop[])[]): readonly (readonly Stop[])[] {
  const tours = shares.map((share) => shortTour(share));
  for (let move = 0; move < mostMoves; move += 1) {
    const lengths = tours.map(lengthOf);
    const from = lengths.indexOf(Math.max(...lengths));
    const better = bestMove(tours, from, lengths[from] ?? 0);
    if (!better) break;
    tours[from] = better.given;
    tours[better.to] = better.taken;
  }
  return tours;
}

interface Move {
  readonly to: number;
  readonly given: readonly Stop[];
  readonly taken: readonly Stop[];
}

function bestMove(tours: readonly (readonly Stop[])[], from: number, longest: number): Move | undefined {
  const giver = tours[from] ?? [];
  let best: { readonly longer: number; readonly move: Move } | undefined;
  if (giver.length < 2) return undefined;
  for (const market of giver) {
    const given = shortTour(giver.filter((each) => each !== market));
    for (const [to, taker] of tours.entries()) {
      if (to === from) continue;
      const taken = shortTour([...taker, market]);
      const longer = Math.max(lengthOf(given), lengthOf(taken));
      if (longer < Math.min(longest, best?.longer ?? Infinity) - 1e-9) best = { longer, move: { to, given, taken } };
    }
  }
  return best?.move;
}
