import { chartsIn } from '../../../src/infrastructure/cli/parse/charts.js';
import { jsonObject } from '../../../src/infrastructure/cli/parse/json-value.js';
import { refuseSecrets } from '../../../src/infrastructure/cli/parse/secrets.js';
import { asOf, duration, position, several, wholeNumber } from '../../../src/infrastructure/cli/parse/values.js';

describe('an argument', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
  ])('%s is a length of time', (text, ms) => {
    expect(duration(text)).toBe(ms);
  });

  it.each(['30', 's', '-1s', '1w', '1e3s', ' 1s', ''])('"%s" is no length of time', (text) => {
    expect(() => duration(text)).toThrow('a time with its unit');
  });

  it.each(['1', '0', '-1', '1.0', '01', '1e3', '', '9007199254740993', 'x'])('of at least 1: "%s"', (text) => {
    if (text === '1') expect(wholeNumber(1)(text)).toBe(1);
    else expect(() => wholeNumber(1)(text)).toThrow('whole number, 1 or more');
  });

  it('may be a number below zero where that means something', () => {
    expect(wholeNumber(-1)('-1')).toBe(-1);
  });

  it('may stand several times, or once with commas', () => {
    expect(several('A,B', ['Z'])).toStrictEqual(['Z', 'A', 'B']);
  });

  it.each(['17', '2026-01-31T12:00:00Z'])('%s says as of when', (text) => expect(asOf(text)).toBe(text));
  it.each(['yesterday', '2026-01-31', '-1'])('%s does not', (text) => expect(() => asOf(text)).toThrow('position'));
  it('is a position in plain digits', () => {
    expect(position('18446744073709551615')).toBe('18446744073709551615');
    expect(() => position('017')).toThrow('It is a position');
  });

  it('is a JSON object where one is wanted', () => {
    expect(jsonObject('{"a":1}')).toStrictEqual({ a: 1 });
    for (const text of ['[1]', '1', 'null', '{a:1}', '']) expect(() => jsonObject(text)).toThrow('JSON');
    expect(() => jsonObject('@/no/such/file')).toThrow('The file /no/such/file cannot be read.');
  });

  it.each(['--token=3', '--token', '3', 'COOPER-2', 'http://127.0.0.1:4000', '--password-file', 'a:b@c'])(
    '%s is no secret',
    (text) => {
      expect(() => refuseSecrets([text])).not.toThrow();
    },
  );
});

describe('a file of charts', () => {
  const waypoint = (symbol: string) => ({ symbol, type: 'PLANET', x: 1, y: 2, traits: [] });
  const chart = (system: string) => ({ system: { symbol: system }, waypoints: [waypoint(`${system}-A1`)] });
  const symbolsIn = (text: string) => chartsIn(text, 'F').map(({ symbol }) => symbol);

  it.each([
    ['one chart', chart('X1-A'), ['X1-A']],
    ['the game’s list of waypoints', { data: [waypoint('X1-A-A1')] }, ['X1-A']],
    ['a bare list of waypoints', [waypoint('X1-A-A1')], ['X1-A']],
    ['a list of charts', [chart('X1-A'), chart('X1-B')], ['X1-A', 'X1-B']],
    ['charts under systems', { systems: [chart('X1-A'), chart('X1-B')] }, ['X1-A', 'X1-B']],
    ['the game’s list of systems', { data: [{ ...chart('X1-A'), symbol: 'X1-A' }] }, ['X1-A']],
  ])('may be %s', (_name, file, symbols) => {
    expect(symbolsIn(JSON.stringify(file))).toStrictEqual(symbols);
  });

  it('may have one chart a line', () => {
    expect(symbolsIn(`${JSON.stringify(chart('X1-A'))}\n\n${JSON.stringify(chart('X1-B'))}\n`)).toStrictEqual([
      'X1-A',
      'X1-B',
    ]);
  });

  it('that is none is refused with the place and the rule', () => {
    expect(() => symbolsIn('{"waypoints":[]}')).toThrow('F is no chart: there is no waypoint in it.');
    expect(() => symbolsIn(JSON.stringify([chart('X1-A'), { waypoints: [] }]))).toThrow('System 2 of F is no chart');
    expect(() => symbolsIn('nonsense')).toThrow('F is not JSON, and its line 1 is not either.');
  });
});
