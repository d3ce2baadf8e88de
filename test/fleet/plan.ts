import type { MarketNow, ShipNow, Universe } from './universe.js';

export interface Tour {
  readonly ship: string;
  readonly markets: readonly string[];
}

export interface Trade {
  readonly ship: string;
  readonly good: string;
  readonly units: number;
  readonly from: string;
  readonly to: string;
}

export interface FleetPlan {
  readonly system: string;
  readonly tours: readonly Tour[];
  readonly trades: readonly Trade[];
}

const marketsOfATour = 4;
const unitsOfATrade = 20;

/** What each ship of the agent does: those without a hold tour markets, the others carry one good between two of them. */
export async function planFor(universe: Universe): Promise<FleetPlan> {
  const ships = await universe.ships();
  const system = ships[0]?.waypoint.split('-').slice(0, 2).join('-') ?? '';
  const markets = await universe.markets(system);
  const pairs = pairsOf(markets);
  const scouts = ships.filter(({ capacity }) => capacity === 0);
  const haulers = ships.filter(({ capacity }) => capacity >= unitsOfATrade);
  return {
    system,
    tours: scouts.map(({ symbol }, index) => ({ ship: symbol, markets: someOf(markets, index) })),
    trades: haulers.map(({ symbol }: ShipNow, index) => {
      const pair = pairs[(index * 7) % pairs.length];
      if (!pair) throw new Error('no two markets of this system trade the same good');
      return { ship: symbol, units: unitsOfATrade, ...pair };
    }),
  };
}

/** Neighbours in the order of their names, each once; no two scouts begin at the same one. */
function someOf(markets: readonly MarketNow[], index: number): readonly string[] {
  return Array.from({ length: Math.min(marketsOfATour, markets.length) }, (_, each) => {
    return markets[(index * 3 + each) % markets.length]?.symbol ?? '';
  });
}

function pairsOf(markets: readonly MarketNow[]): readonly Omit<Trade, 'ship' | 'units'>[] {
  return markets.flatMap((from) =>
    markets.flatMap((to) => {
      const good = from.goods.find((each) => each !== 'FUEL' && to.goods.includes(each));
      return from === to || good === undefined ? [] : [{ good, from: from.symbol, to: to.symbol }];
    }),
  );
}
