import { market, marketStream, scan, type MarketEvent, type ScannedGood } from '../../../src/domain/market/market.js';

const good = (name: string, purchasePrice: number): ScannedGood => ({
  good: name,
  type: 'EXPORT',
  supply: 'HIGH',
  activity: 'STRONG',
  purchasePrice,
  sellPrice: purchasePrice - 4,
  tradeVolume: 60,
});
const seen = (nowMs: number, ...goods: readonly ScannedGood[]) => ({
  waypoint: 'X1-GZ7-A1',
  player: 2,
  ship: 'COOPER-2',
  goods,
  nowMs,
});
const evolve = (events: readonly MarketEvent[]) => events.reduce(market.evolve, market.initial);

describe('a market', () => {
  it('is what its newest scan saw, goods by name, in the system its symbol names', () => {
    const first = scan(seen(1_000, good('IRON_ORE', 40), good('FUEL', 72)), null);
    expect(first.outcome).toEqual({ type: 'Scanned', changed: true });
    expect(evolve(first.events)).toEqual({
      waypoint: 'X1-GZ7-A1',
      system: 'X1-GZ7',
      player: 2,
      ship: 'COOPER-2',
      goods: [good('FUEL', 72), good('IRON_ORE', 40)],
      scannedAtMs: 1_000,
    });
  });

  it('is scanned again though nothing changed: then only its age is another', () => {
    const state = evolve(scan(seen(1_000, good('FUEL', 72), good('IRON_ORE', 40)), null).events);
    const again = scan(seen(9_000, good('IRON_ORE', 40), good('FUEL', 72)), state);
    expect(again.outcome).toEqual({ type: 'Scanned', changed: false });
    expect(evolve([...again.events])).toEqual({ ...state, scannedAtMs: 9_000 });
    expect(scan(seen(9_000, good('IRON_ORE', 41), good('FUEL', 72)), state).outcome.changed).toBe(true);
  });

  it('has a stream of its own, and every scan opens a chapter', () => {
    expect(marketStream('X1-GZ7-A1')).toBe('market-X1-GZ7-A1');
    const [event] = scan(seen(1_000), null).events;
    expect(event && market.opensChapter(event)).toBe(true);
  });
});
