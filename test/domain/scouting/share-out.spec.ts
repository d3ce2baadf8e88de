import fc from 'fast-check';
import { shareOut, type FlownTour, type ShareOut } from '../../../src/domain/scouting/share-out.js';

const place = (symbol: string, x: number) => ({ symbol, x, y: 0 });
const markets = [place('A', 0), place('B', 1), place('C', 90), place('D', 91)];
const flies = (ship: string, ...symbols: string[]): FlownTour => ({
  ship,
  containerId: `tour-${ship}`,
  markets: symbols,
});
const ask = { ships: ['S-1', 'S-2'], markets, flown: [], replan: false };
const toursOf = ({ kept, begun }: ShareOut) => [...kept, ...begun].map(({ ship, markets }) => [ship, ...markets]);

describe('sharing markets out among ships of which some fly already', () => {
  it('[A110] begins a tour for each ship when none flies', () => {
    const { begun, kept, idle } = shareOut(ask);
    expect(begun).toEqual([
      { ship: 'S-1', markets: ['A', 'B'], insteadOf: null },
      { ship: 'S-2', markets: ['C', 'D'], insteadOf: null },
    ]);
    expect([kept, idle]).toEqual([[], []]);
  });

  it('[A113, A114] begins nothing where every ship flies, whatever it flies, and says what nobody visits', () => {
    const shared = shareOut({ ...ask, flown: [flies('S-1', 'A'), flies('S-2', 'C', 'X')] });
    expect(shared).toMatchObject({ begun: [], ended: [], idle: [], uncovered: ['B', 'D'], unasked: ['X'] });
    expect(toursOf(shared)).toEqual([
      ['S-1', 'A'],
      ['S-2', 'C', 'X'],
    ]);
  });

  it('[A115] gives a free ship what the others leave', () => {
    const { begun, kept, uncovered } = shareOut({ ...ask, flown: [flies('S-1', 'A', 'C')] });
    expect(kept).toEqual([flies('S-1', 'A', 'C')]);
    expect(begun).toEqual([{ ship: 'S-2', markets: ['B', 'D'], insteadOf: null }]);
    expect(uncovered).toEqual([]);
  });

  it('[A294] uses a ship that a dead tour still has before any idle one, in place of that tour', () => {
    const one = { ...ask, ships: ['S-1', 'S-2', 'S-3'], markets: markets.slice(0, 1) };
    expect(shareOut(one).begun).toEqual([{ ship: 'S-1', markets: ['A'], insteadOf: null }]);
    const left = [{ ship: 'S-3', containerId: 'dead' }];
    expect(shareOut({ ...one, left })).toMatchObject({
      begun: [{ ship: 'S-3', markets: ['A'], insteadOf: 'dead' }],
      idle: ['S-1', 'S-2'],
    });
    expect(shareOut({ ...one, left, replan: true }).begun).toMatchObject([{ ship: 'S-3', insteadOf: 'dead' }]);
  });

  it('leaves a free ship idle when the others visit everything', () => {
    const { begun, idle } = shareOut({ ...ask, flown: [flies('S-2', 'A', 'B', 'C', 'D')] });
    expect([begun, idle]).toEqual([[], ['S-1']]);
  });

  it('[A130] puts new tours in the place of those that fly, when it is asked to, but for those that come out the same', () => {
    const flown = [flies('S-1', 'B', 'A'), flies('S-2', 'C')];
    expect(shareOut({ ...ask, flown, replan: true })).toMatchObject({
      kept: [flies('S-1', 'B', 'A')],
      begun: [{ ship: 'S-2', markets: ['C', 'D'], insteadOf: 'tour-S-2' }],
      ended: [],
    });
  });

  it('ends a tour for which no market is left', () => {
    const flown = [flies('S-1', 'A'), flies('S-2', 'B')];
    const shared = shareOut({ ...ask, markets: [place('A', 0)], flown, replan: true });
    expect(shared).toMatchObject({ kept: [flies('S-1', 'A')], begun: [], ended: [flies('S-2', 'B')], idle: ['S-2'] });
  });

  it('visits each market once at most, drops none, and gives no ship two tours, whatever is flown', () => {
    const symbols = [...'ABCDEFGHIJ'];
    const subset = fc.subarray(symbols, { minLength: 1 });
    const scene = fc.record({
      wanted: subset,
      flown: fc.uniqueArray(fc.tuple(fc.constantFrom('S-1', 'S-2', 'S-3'), subset), { selector: ([ship]) => ship }),
      replan: fc.boolean(),
    });
    fc.assert(
      fc.property(scene, ({ wanted, flown, replan }) => {
        const shared = shareOut({
          ships: ['S-1', 'S-2', 'S-3'],
          markets: wanted.map((symbol, index) => place(symbol, index * 7)),
          flown: flown.map(([ship, visits]) => flies(ship, ...visits)),
          replan,
        });
        const tours = toursOf(shared);
        const ships = [...tours.map(([ship]) => ship), ...shared.idle];
        expect([...ships].sort()).toEqual(['S-1', 'S-2', 'S-3']);
        const visited = tours.flatMap(([, ...visits]) => visits);
        expect(wanted.filter((symbol) => !visited.includes(symbol))).toEqual(shared.uncovered);
        const begun = shared.begun.flatMap((tour) => tour.markets);
        expect(new Set(begun).size).toBe(begun.length);
        if (replan) expect([...visited].sort()).toEqual([...wanted].sort());
        else expect(begun.some((symbol) => flown.some(([, visits]) => visits.includes(symbol)))).toBe(false);
      }),
    );
  });
});
