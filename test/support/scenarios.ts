import type { Scenario, World } from './operation-runs.js';

export const ship = 'COOPER-2';

const ore = { IRON_ORE: { price: 10, volume: 10 } };
const fuel = { FUEL: { price: 70, volume: 100 } };

export const places = [
  { symbol: 'X1-GZ7-A1', x: 0, y: 0, goods: { ...ore, ...fuel } },
  { symbol: 'X1-GZ7-B2', x: 60, y: 0, goods: { ...ore, ...fuel } },
  { symbol: 'X1-GZ7-C3', x: 60, y: 80, goods: ore },
  { symbol: 'X1-GZ7-D4', x: 160, y: 0, goods: ore },
  { symbol: 'X1-GZ7-E5', x: 0, y: 90 },
];

export const worldWith = (of: Partial<World['ships'][number]> = {}): World => ({
  places,
  ships: [{ symbol: ship, at: 'X1-GZ7-A1', ...of }],
});

export const tourOf = (markets: readonly string[], maxIterations = 1) => ({
  containerId: 'tour-1',
  ships: [ship],
  containerType: 'SCOUT_TOUR',
  commandType: 'ScoutTourCommand',
  config: {
    command_type: 'ScoutTourCommand',
    params: { ship_symbol: ship, player_id: 1, system: 'X1-GZ7', markets },
  },
  maxIterations,
});

export const orderOf = (commandType: string, params: Record<string, string | number>, more: object = {}) => ({
  containerId: `${commandType}-1`,
  ships: [ship],
  containerType: 'command',
  commandType,
  config: { command_type: commandType, params: { ship_symbol: ship, ...params } },
  maxIterations: 1,
  ...more,
});

export const scenarios: Readonly<Record<string, Scenario>> = {
  'a tour of three markets, flown twice': {
    world: worldWith(),
    orders: [tourOf(['X1-GZ7-B2', 'X1-GZ7-C3', 'X1-GZ7-A1'], 2)],
  },
  'a purchase in two lots, and its sale elsewhere': {
    world: worldWith(),
    orders: [
      orderOf('purchase', { good: 'IRON_ORE', units: 15, waypoint: 'X1-GZ7-A1' }),
      orderOf(
        'sell',
        { good: 'IRON_ORE', waypoint: 'X1-GZ7-B2' },
        { takesOver: { containerId: 'purchase-1' }, adoptsObligations: true },
      ),
    ],
  },
  'a way that the tank does not reach': {
    world: worldWith({ tank: 110, fuel: 30 }),
    orders: [orderOf('navigate', { destination: 'X1-GZ7-D4' })],
  },
  'a sale of less than was bought, and the rest over board': {
    world: worldWith(),
    orders: [
      orderOf('purchase', { good: 'IRON_ORE', units: 9 }),
      orderOf(
        'sell',
        { good: 'IRON_ORE', units: 4 },
        { takesOver: { containerId: 'purchase-1' }, adoptsObligations: true },
      ),
      orderOf('jettison', { good: 'IRON_ORE' }, { takesOver: { containerId: 'sell-1' }, adoptsObligations: true }),
    ],
  },
};
