import { readChart } from '../../../src/application/registry/chart-file.js';
import type { Json } from '../../../src/domain/kernel/json.js';

const a1 = { type: 'PLANET', x: 1, y: -2 };
const whole = {
  symbol: 'X1-AB1-A1',
  type: 'PLANET',
  x: 1,
  y: -2,
  traits: ['MARKETPLACE'],
  hasFuel: true,
  orbits: null,
};

describe('a file with the chart of a system', () => {
  it.each<[string, Json]>([
    [
      'a recording',
      {
        system: { symbol: 'X1-AB1', type: 'BLUE_STAR' },
        waypoints: [{ ...a1, symbol: 'X1-AB1-A1', traits: ['MARKETPLACE'] }],
      },
    ],
    [
      'a page of the game’s API',
      {
        data: [
          { ...a1, symbol: 'X1-AB1-A1', systemSymbol: 'X1-AB1', traits: [{ symbol: 'MARKETPLACE', name: 'Market' }] },
        ],
        meta: {},
      },
    ],
    ['a bare list', [{ ...a1, symbol: 'X1-AB1-A1', traits: ['MARKETPLACE'] }]],
    ['a stored graph', { waypoints: { 'X1-AB1-A1': { ...a1, traits: ['MARKETPLACE'], has_fuel: true } } }],
    [
      'a graph as it was served',
      {
        graph: {
          system_symbol: 'X1-AB1',
          graph_data: { waypoints: { 'X1-AB1-A1': { ...a1, traits: ['MARKETPLACE'] } } },
        },
      },
    ],
  ])('%s gives one chart', (_form, file) => {
    expect(readChart(file)).toEqual({
      type: 'Chart',
      chart: { symbol: 'X1-AB1', type: expect.stringMatching(/^(BLUE_STAR|UNKNOWN)$/), waypoints: [whole] },
    });
  });

  it('says which waypoints have fuel; where it does not, stations and markets do', () => {
    const of = (waypoint: Json) => {
      const read = readChart({ waypoints: { 'X1-AB1-A1': { ...a1, ...(waypoint as object) } } });
      return read.type === 'Chart' && read.chart.waypoints[0]?.hasFuel;
    };

    expect(of({ has_fuel: false, traits: ['MARKETPLACE'] })).toBe(false);
    expect(of({ type: 'FUEL_STATION' })).toBe(true);
    expect(of({ traits: [{ symbol: 'MARKETPLACE' }] })).toBe(true);
    expect(of({ traits: ['SHIPYARD'] })).toBe(false);
  });

  it.each<[string, Json, string]>([
    ['nothing in it', {}, 'it has neither "waypoints" nor "data"'],
    ['no waypoint', { waypoints: [] }, 'there is no waypoint in it'],
    ['a word for a waypoint', { waypoints: ['X1-AB1-A1'] }, 'waypoint  is not an object'],
    [
      'a coordinate that is no number',
      { waypoints: { 'X1-AB1-A1': { ...a1, x: '1' } } },
      'x of X1-AB1-A1 is not a number',
    ],
    [
      'a waypoint twice',
      [
        { ...a1, symbol: 'X1-AB1-A1' },
        { ...a1, symbol: 'X1-AB1-A1' },
      ],
      'a waypoint stands twice',
    ],
    [
      'a name that is none',
      { waypoints: { 'x1 ab': a1 } },
      'a waypoint symbol is missing, or not 1 to 64 of A-Z, 0-9, _ and -',
    ],
    [
      'traits that are no list',
      { waypoints: { 'X1-AB1-A1': { ...a1, traits: 'MARKETPLACE' } } },
      'the traits of X1-AB1-A1 are not a list',
    ],
    [
      'no system anywhere',
      [{ ...a1, symbol: 'ALPHA' }],
      'a system symbol is missing, or not 1 to 64 of A-Z, 0-9, _ and -',
    ],
  ])('with %s is refused', (_what, file, reason) => {
    expect(readChart(file)).toEqual({ type: 'UnreadableChart', reason });
  });

  it('is refused for another system than it is of', () => {
    const file = { waypoints: { 'X1-AB1-A1': a1 } };

    expect(readChart(file, 'X1-AB1')).toMatchObject({ type: 'Chart' });
    expect(readChart({ ...file, symbol: 'X1-AB1' }, 'X1-ZZ9')).toEqual({
      type: 'UnreadableChart',
      reason: 'it is the chart of X1-AB1, not of X1-ZZ9',
    });
  });
});
