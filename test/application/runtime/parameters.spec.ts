import { instructionOf } from '../../../src/application/runtime/operations/parameters.js';
import { containerTypes, operationName, retiredOperations, workerTypes } from '../../../src/domain/container/types.js';
import type { JsonObject } from '../../../src/domain/kernel/json.js';

const ships = ['COOPER-2', 'COOPER-3'];
const of = (commandType: string, config: JsonObject, containerType = 'command') =>
  instructionOf({ containerType, commandType, config, ships });
/** Whether an operation of that name can be run here, whatever its parameters are. */
const isRunHere = (containerType: string, commandType: string) => {
  const { type } = of(commandType, {}, containerType);
  return type === 'Fit' || type === 'Unfit';
};
const params = (given: JsonObject) => ({ command_type: 'x', params: given });

describe('what a container was told to do', () => {
  it('is read as bots have always said it', () => {
    const config = params({ ship_symbol: 'COOPER-3', player_id: 2, system: 'X1-A', markets: ['X1-A-A1', 'X1-A-B2'] });
    expect(of('ScoutTourCommand', config, 'SCOUT_TOUR')).toEqual({
      type: 'Fit',
      ship: 'COOPER-3',
      operation: { type: 'scout-tour', markets: ['X1-A-A1', 'X1-A-B2'] },
    });
    expect(of('NavigateShipCommand', params({ destination: 'X1-A-B2' }))).toEqual({
      type: 'Fit',
      ship: 'COOPER-2',
      operation: { type: 'navigate', destination: 'X1-A-B2' },
    });
  });

  it('is known by its command, or by the type of the container alone', () => {
    expect(of('', params({ waypoint: 'X1-A-B2' }), 'NAVIGATE')).toMatchObject({ operation: { type: 'navigate' } });
    expect(of('dock', {})).toMatchObject({ operation: { type: 'dock' } });
    expect(of('OrbitShipCommand', {})).toMatchObject({ operation: { type: 'orbit' } });
    expect([
      isRunHere('command', 'sell'),
      isRunHere('MINING', ''),
      isRunHere('command', 'mine'),
      isRunHere('command', 'constructor'),
    ]).toEqual([true, false, false, false]);
  });

  it('is read from a flat config too, and by the names that callers use', () => {
    expect(of('purchase', { trade_symbol: 'FUEL', quantity: 3, market: 'X1-A-A1' })).toMatchObject({
      operation: { type: 'purchase', good: 'FUEL', units: 3, waypoint: 'X1-A-A1' },
    });
    expect(of('sell', params({ good_symbol: 'FUEL' }))).toMatchObject({
      operation: { type: 'sell', good: 'FUEL', units: null, waypoint: null },
    });
    expect(of('jettison', params({ good: 'FUEL', units: 2 }))).toMatchObject({ operation: { units: 2 } });
    expect(of('refuel', params({}))).toMatchObject({ operation: { type: 'refuel', waypoint: null } });
  });

  it('names each market once', () => {
    const config = params({ markets: ['X1-A-A1', 'X1-A-B2', 'X1-A-A1'] });
    expect(of('scout_tour', config)).toMatchObject({ operation: { markets: ['X1-A-A1', 'X1-A-B2'] } });
  });

  it.each([
    ['scout_tour', {}, 'scout-tour: markets must be a list of waypoints'],
    ['scout_tour', { markets: [] }, 'scout-tour: markets must name a waypoint'],
    ['scout_tour', { markets: ['x y'] }, 'scout-tour: markets.0 must be a symbol'],
    ['navigate', {}, 'navigate: destination must be a symbol'],
    ['purchase', { good: 'FUEL', units: 0 }, 'purchase: units must be 1 or more'],
    ['purchase', { good: 'FUEL', units: 'all' }, 'purchase: units must be a whole number'],
    ['dock', { ship_symbol: 'OTHER-1' }, 'the container does not hold its ship'],
  ])('%s with %j is refused in one sentence', (commandType, given, why) => {
    expect(of(commandType, params(given))).toEqual({ type: 'Unfit', why });
  });

  it('[A123] has no word that switches the way back of a tour off', () => {
    const markets = ['X1-A-A1', 'X1-A-B2'];
    const plain = of('scout_tour', params({ markets }));
    const switches = { return_to_start: false, return: false, no_return: true, close: false, round_trip: false };
    expect(of('scout_tour', params({ markets, ...switches }))).toEqual(plain);
    expect(plain).toEqual({ type: 'Fit', ship: 'COOPER-2', operation: { type: 'scout-tour', markets } });
  });

  it('[A290] may be what was run once: then its successor is named', () => {
    expect(of('', {}, 'SCOUT_FLEET_ASSIGNMENT')).toEqual({
      type: 'Retired',
      why: 'it was replaced by having the markets of a system scouted',
    });
    expect(of('mine', {})).toEqual({ type: 'Unknown' });
    expect(of('constructor', {})).toEqual({ type: 'Unknown' });
  });

  it('[A284] is run here, left to a worker, or retired, whatever type a container may have', () => {
    const byItsCommand = ['command', 'TRADING'];
    const runHere = containerTypes.filter((type) => isRunHere(type, ''));
    const retired = containerTypes.filter((type) => retiredOperations.has(operationName(type, '')));
    expect([...byItsCommand, ...runHere, ...workerTypes, ...retired].sort()).toEqual([...containerTypes].sort());
  });

  it('needs a ship', () => {
    expect(instructionOf({ containerType: 'command', commandType: 'dock', config: {}, ships: [] })).toEqual({
      type: 'Unfit',
      why: 'dock needs a ship',
    });
  });
});
