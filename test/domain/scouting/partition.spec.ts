import fc from 'fast-check';
import { lengthOf, nearestNeighbour, shortTour, type Stop } from '../../../src/domain/scouting/closed-tour.js';
import { partitionMarkets } from '../../../src/domain/scouting/partition.js';

const at = (symbol: string, x: number, y: number): Stop => ({ symbol, x, y });
const seen = (tours: ReturnType<typeof partitionMarkets>) => tours.flatMap(({ markets }) => markets).toSorted();

const someStops = (least: number, most: number) =>
  fc
    .array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -500, max: 500 })), {
      minLength: least,
      maxLength: most,
    })
    .map((places) => places.map(([x, y], index) => at(`M-${index + 1}`, x, y)));

/** Every order of the stops behind the first. */
function* orders(stops: readonly Stop[]): Generator<readonly Stop[]> {
  const [first, ...others] = stops;
  if (!first || others.length === 0) return yield stops;
  for (const rest of orders(others)) {
    for (let place = 0; place <= rest.length; place += 1) yield [...rest.slice(0, place), first, ...rest.slice(place)];
  }
}

describe('a short tour', () => {
  it('visits every stop once, and is never longer than the nearest neighbour’s', () => {
    fc.assert(
      fc.property(someStops(0, 25), (stops) => {
        const tour = shortTour(stops);
        expect(tour.map(({ symbol }) => symbol).toSorted()).toEqual(stops.map(({ symbol }) => symbol).toSorted());
        expect(lengthOf(tour)).toBeLessThanOrEqual(lengthOf(nearestNeighbour(stops)) + 1e-6);
      }),
      { numRuns: 150 },
    );
  });

  it('is within a tenth of the shortest one of seven stops', () => {
    fc.assert(
      fc.property(someStops(7, 7), (stops) => {
        const shortest = Math.min(...[...orders(stops)].map(lengthOf));
        expect(lengthOf(shortTour(stops))).toBeLessThanOrEqual(shortest * 1.1 + 1e-6);
      }),
      { numRuns: 30 },
    );
  });

  it('does not depend on the order the stops are named in', () => {
    fc.assert(
      fc.property(someStops(2, 15), (stops) => {
        expect(shortTour(stops.toReversed())).toEqual(shortTour(stops));
      }),
      { numRuns: 50 },
    );
  });
});

describe('markets shared out among ships', () => {
  it('[A111] are all of one ship, in the order of a short tour', () => {
    const markets = [at('A1', 0, 0), at('B1', 9, 0), at('A2', 1, 0), at('B2', 9, 1)];
    expect(partitionMarkets(['ONLY-1'], markets)).toEqual([
      { ship: 'ONLY-1', markets: ['A1', 'A2', 'B1', 'B2'], length: 19.06 },
    ]);
    expect(partitionMarkets(['ONLY-1'], markets.slice(0, 2))).toMatchObject([{ markets: ['A1', 'B1'] }]);
  });

  it('[A110] two ships, three markets: each market once, each ship at least one', () => {
    const tours = partitionMarkets(['S-2', 'S-1'], [at('A', 0, 0), at('B', 1, 0), at('C', 100, 0)]);
    expect(tours.map(({ ship }) => ship)).toEqual(['S-1', 'S-2']);
    expect(tours.map(({ markets }) => markets).toSorted()).toEqual([['A', 'B'], ['C']]);
  });

  it('[A112, A129] leave none out, none twice, and no ship without one while there are enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), someStops(1, 20), (count, stops) => {
        const ships = Array.from({ length: count }, (_, index) => `S-${index + 1}`);
        const tours = partitionMarkets(ships, stops);
        expect(seen(tours)).toEqual(stops.map(({ symbol }) => symbol).toSorted());
        expect(tours).toHaveLength(Math.min(count, stops.length));
        for (const { markets } of tours) expect(markets.length).toBeGreaterThan(0);
      }),
      { numRuns: 120 },
    );
  });

  it('[A129] three on three are one each, and ten with one place keep all ten', () => {
    const three = partitionMarkets(['S-1', 'S-2', 'S-3'], [at('A', 0, 0), at('B', 5, 5), at('C', 9, 0)]);
    expect(three.map(({ markets }) => markets.length)).toEqual([1, 1, 1]);
    const together = Array.from({ length: 10 }, (_, index) => at(`M-${index}`, 3, 3));
    expect(seen(partitionMarkets(['S-1', 'S-2'], together))).toHaveLength(10);
  });

  it('are shared by travel time and not by number', () => {
    const near = Array.from({ length: 9 }, (_, index) => at(`N-${index}`, index, 0));
    const far = [at('F-1', 500, 0), at('F-2', 500, 200)];
    const tours = partitionMarkets(['S-1', 'S-2'], [...near, ...far]);
    expect(tours.map(({ markets }) => markets.length).toSorted((one, other) => one - other)).toEqual([2, 9]);
  });

  it('are shared so that the longest tour is at most a fifth longer than it has to be', () => {
    fc.assert(
      fc.property(someStops(6, 6), (stops) => {
        const found = Math.max(...partitionMarkets(['S-1', 'S-2'], stops).map(({ length }) => length));
        const splits = Array.from({ length: 2 ** 6 - 2 }, (_, index) => index + 1);
        const fairest = Math.min(
          ...splits.map((mask) => {
            const [one, other] = [stops.filter((_, i) => mask & (1 << i)), stops.filter((_, i) => !(mask & (1 << i)))];
            return Math.max(lengthOf(shortTour(one)), lengthOf(shortTour(other)));
          }),
        );
        expect(found).toBeLessThanOrEqual(fairest * 1.2 + 0.02);
      }),
      { numRuns: 60 },
    );
  });
});
