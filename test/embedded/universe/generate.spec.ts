import { readFileSync } from 'node:fs';
import { statisticsOf } from '../../../src/embedded/universe/generate/statistics.js';
import { generateUniverse } from '../../../src/embedded/universe/generate/universe.js';
import { NoUniverse, universeIn } from '../../../src/embedded/universe/model/universe-file.js';
import { endUniverses, newGame, type Loose } from './support.js';

const example = new URL('../../../examples/X1-HF01.json', import.meta.url);
const recorded = process.env.HOLDFAST_RECORDED_UNIVERSE;
const withRecording = recorded === undefined ? it.skip : it;
const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
afterEach(endUniverses);

describe('a generated universe', () => {
  it('has the chart of the example for the same symbol and seed', () => {
    const { waypoints } = JSON.parse(readFileSync(example, 'utf8'));
    const place = ({ symbol, type, x, y, orbits }: Loose) => ({ symbol, type, x, y, orbits });
    expect(generateUniverse('X1-HF01', 1).waypoints.map(place)).toEqual(waypoints.map(place));
  });

  it.each(seeds)('of seed %d has the bodies, markets and shipyards of a start system', (seed) => {
    const statistics = statisticsOf(generateUniverse('X1-AB12', seed));
    expect(statistics).toMatchObject({
      ...{ ASTEROID: 54, ASTEROID_BASE: 2, PLANET: 7, GAS_GIANT: 1, FUEL_STATION: 4, JUMP_GATE: 1, shipyards: 3 },
      ...{ 'points with a market': 16, 'imports nobody sells': 0 },
    });
    expect(statistics.markets).toBeGreaterThanOrEqual(18);
    expect(statistics.markets).toBeLessThanOrEqual(32);
  });

  it.each(seeds)('of seed %d imports at every factory what its exports are made of', (seed) => {
    const { markets, recipes } = generateUniverse('X1-AB12', seed);
    for (const { listings } of markets) {
      const taken = listings.map(({ good }) => good);
      for (const { good, type } of listings)
        if (type === 'EXPORT') expect(taken).toEqual(expect.arrayContaining([...(recipes[good] ?? [])]));
    }
  });

  it.each(seeds)('of seed %d sells fuel wherever there is a market', (seed) => {
    const { markets } = generateUniverse('X1-AB12', seed);
    for (const { listings } of markets) expect(listings.some(({ good }) => good === 'FUEL')).toBe(true);
  });
});

describe('the file of a universe', () => {
  it('may hold a chart alone: its markets are made up', async () => {
    const caller = await newGame({ file: example.pathname });
    const { tradeGoods } = await caller.data('/systems/X1-HF01/waypoints/X1-HF01-A1/market');
    expect(tradeGoods.length).toBeGreaterThan(1);
  });

  it('is refused in one sentence when it is none', () => {
    expect(() => universeIn('{', 1)).toThrow(NoUniverse);
    expect(() => universeIn('{"system":{"symbol":"X1-A1"},"waypoints":[]}', 1)).toThrow(/system\.type/);
  });

  withRecording('may be a recorded system, with its markets, prices and shipyards', async () => {
    const caller = await newGame({ file: recorded });
    const { system, markets, shipyards } = JSON.parse(readFileSync(recorded ?? '', 'utf8'));
    const waypoints = `/systems/${system.symbol}/waypoints`;
    expect((await caller.get(waypoints)).body.meta.total).toBe(82);
    const { tradeGoods } = await caller.data(`${waypoints}/${system.headquarters}/market`);
    const before = markets.find((each: Loose) => each.symbol === system.headquarters).tradeGoods;
    for (const { symbol, supply, sellPrice } of before) {
      const now = tradeGoods.find((each: Loose) => each.symbol === symbol);
      expect(now.supply).toBe(supply);
      expect(Math.abs(now.sellPrice / sellPrice - 1)).toBeLessThan(0.003);
    }
    const yard = await caller.data(`${waypoints}/${shipyards[0].symbol}/shipyard`);
    expect(yard.ships.map((each: Loose) => each.purchasePrice)).toEqual(
      shipyards[0].ships.map((each: Loose) => each.purchasePrice),
    );
  });
});
