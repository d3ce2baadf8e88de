import { paramsOf, tourDistance, tourOrder, tourPlanOf } from '../../../src/domain/system/tour.js';
import { examples } from '../../support/examples.js';

const at = (symbol: string, x: number, y: number) => examples.waypoint({ symbol, x, y });
const square = [at('X1-TS98-A1', 0, 0), at('X1-TS98-B2', 3, 4), at('X1-TS98-C3', 3, 0)];
const [a1, b2, c3] = ['X1-TS98-A1', 'X1-TS98-B2', 'X1-TS98-C3'] as const;

describe('the order of a tour', () => {
  it('[A144] is that of a complete lap, as it was flown', () => {
    expect(tourOrder([a1, b2, c3], [c3, a1, b2])).toEqual({ order: [c3, a1, b2], algorithm: 'ortools-vrp' });
  });

  it('[A144] is the configured one while the first lap is in progress', () => {
    expect(tourOrder([a1, b2, c3], null)).toEqual({ order: [a1, b2, c3], algorithm: 'config-order' });
  });

  it.each([
    ['misses a market', [a1, b2]],
    ['visits one twice', [a1, b2, b2]],
    ['visits another', [a1, b2, 'X1-TS98-Z9']],
  ])('[A144] is the configured one when the lap %s', (_how, lap) => {
    expect(tourOrder([a1, b2, c3], lap).algorithm).toBe('config-order');
  });

  it('[A145] is a copy: the configured markets stay as they are', () => {
    const markets = [a1, b2];
    const { order } = tourOrder(markets, null);
    (order as string[]).push(a1);
    expect(markets).toEqual([a1, b2]);
  });
});

describe('the length of a tour', () => {
  it('[A145] includes the way back for 3 markets', () => {
    expect(tourDistance([a1, b2, c3], square)).toBe(12);
  });

  it('[A145] includes the way back for 2 markets', () => {
    expect(tourDistance([a1, b2], square)).toBe(10);
  });

  it('[A145] is nothing for one market', () => {
    expect(tourDistance([a1], square)).toBe(0);
  });

  it('[A145] is Euclidean and rounded to 2 decimals', () => {
    expect(tourDistance(['P', 'Q'], [at('P', 0, 0), at('Q', 1, 1)])).toBe(2.83);
  });

  it('passes by a waypoint that the chart does not have', () => {
    expect(tourDistance([a1, 'X1-TS98-Z9', b2], square)).toBe(10);
  });

  it('is nothing without waypoints', () => {
    expect(tourDistance([], square)).toBe(0);
  });
});

describe('the plan of a tour', () => {
  const container = examples.containerDescription;

  it('[A147] is none without markets', () => {
    expect(tourPlanOf(container({ config: { params: { system: 'X1-TS98', markets: [] } } }))).toBeUndefined();
    expect(tourPlanOf(container({ config: {} }))).toBeUndefined();
  });

  it('reads system, ship and markets from the params', () => {
    const params = { ship_symbol: 'COOPER-2', player_id: 2, system: 'X1-TS98', markets: [a1, b2] };
    expect(tourPlanOf(container({ config: { command_type: 'ScoutTourCommand', params, iterations: -1 } }))).toEqual({
      system: 'X1-TS98',
      ship: 'COOPER-2',
      markets: [a1, b2],
    });
  });

  it('reads a flat config, and takes ship and system from where else they are known', () => {
    expect(tourPlanOf(container({ config: { markets: [a1] }, ships: ['COOPER-3'] }))).toEqual({
      system: 'X1-TS98',
      ship: 'COOPER-3',
      markets: [a1],
    });
  });

  it('is none for a container that flies no tour', () => {
    expect(tourPlanOf(container({ containerType: 'command', commandType: 'DockCommand' }))).toBeUndefined();
  });

  it('is the same whether the type or the command says so', () => {
    expect(tourPlanOf(container({ containerType: 'command', commandType: 'scout_tour' }))).toBeDefined();
    expect(tourPlanOf(container({ containerType: 'SCOUT_TOUR', commandType: '' }))).toBeDefined();
  });

  it('leaves command type and iterations out of flat params', () => {
    expect(paramsOf({ command_type: 'X', iterations: 3, fuel: 1 })).toEqual({ fuel: 1 });
  });
});
