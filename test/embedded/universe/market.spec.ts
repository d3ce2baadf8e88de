import { readFileSync } from 'node:fs';
import {
  activityOf,
  later,
  listingAtStart,
  positionOf,
  traded,
} from '../../../src/embedded/universe/market/listing.js';
import { afterTrade } from '../../../src/embedded/universe/market/market.js';
import { pricesOf, supplyAt } from '../../../src/embedded/universe/market/price.js';
import type { ListingStart } from '../../../src/embedded/universe/model/universe.js';
import { Caller, endUniverses, newGame, type Loose } from './support.js';

const home = 'X1-HF01-A1';
const hourMs = 3_600_000;
afterEach(endUniverses);

const recorded = process.env.HOLDFAST_RECORDED_UNIVERSE;
const withRecording = recorded === undefined ? it.skip : it;

describe('the prices of a market', () => {
  it('follow from base price, slope and position', () => {
    const clothing = { type: 'EXPORT', basePrice: 4000, slope: 0.4 } as const;
    const sold = [44, 24, 4].map((units) => pricesOf({ ...clothing, position: units / 20 }).purchasePrice);
    expect(sold).toEqual([3222, 3413, 3647]);
    const fuel = { type: 'EXCHANGE', basePrice: 70, slope: 0.4, position: 0 } as const;
    expect(pricesOf(fuel)).toEqual({ purchasePrice: 72, sellPrice: 68 });
    const bought = pricesOf({ type: 'IMPORT', basePrice: 4000, slope: 0.4, position: -3.6 });
    expect(bought).toEqual({ purchasePrice: 10_202, sellPrice: 4985 });
  });

  it.each([
    [-4, 'SCARCE'],
    [-2, 'LIMITED'],
    [2, 'MODERATE'],
    [4, 'HIGH'],
    [4.05, 'ABUNDANT'],
  ])('call a position of %d trade volumes %s', (position, supply) => expect(supplyAt(position)).toBe(supply));

  withRecording('are those of a recorded system to three in a thousand, and its supply', () => {
    const file = JSON.parse(readFileSync(recorded ?? '', 'utf8'));
    const goods = file.markets.flatMap((market: Loose) => market.tradeGoods);
    expect(goods.length).toBeGreaterThan(100);
    let exact = 0;
    for (const { symbol, type, tradeVolume, model, ...seen } of goods) {
      const position = model.supplyUnits / tradeVolume;
      const prices = pricesOf({ type, slope: model.a, basePrice: file.goods[symbol].basePrice, position });
      expect(supplyAt(position)).toBe(seen.supply);
      for (const name of ['purchasePrice', 'sellPrice'] as const) {
        expect(Math.abs(prices[name] - seen[name])).toBeLessThanOrEqual(Math.max(1, seen[name] * 0.003));
      }
      if (prices.purchasePrice === seen.purchasePrice && prices.sellPrice === seen.sellPrice) exact++;
    }
    expect(exact).toBe(100);
  });
});

describe('a market over time', () => {
  const start = (given: Partial<ListingStart>) =>
    listingAtStart('M', { good: 'IRON', type: 'EXPORT', tradeVolume: 60, units: 0, slope: 0.4, ...given }, 0);
  const position = (given: Partial<ListingStart>, hours: number, factor = 1, starved = false) =>
    positionOf(later(start(given), (hours * hourMs) / factor, factor, starved));

  it('fills its exports, uses up its imports and creeps to the middle with what it only exchanges', () => {
    expect(position({}, 5)).toBeCloseTo(1);
    expect(position({ type: 'IMPORT' }, 5)).toBeCloseTo(-2);
    expect(position({ type: 'EXCHANGE', units: 120 }, 5)).toBeCloseTo(1);
    expect(position({ type: 'EXCHANGE', units: -60 }, 50)).toBeCloseTo(0);
  });

  it('comes to rest, but never gives back what it has more of', () => {
    expect(position({}, 1000)).toBe(5);
    expect(position({ units: 1000 }, 1000)).toBeCloseTo(1000 / 60);
  });

  it('goes faster where trade is lively, and slower where an input is scarce', () => {
    expect(position({ activity: 'GROWING' }, 0.5)).toBeCloseTo(0.75);
    expect(position({ activity: 'STRONG' }, 0.25)).toBeCloseTo(0.5);
    expect(position({}, 10, 1, true)).toBeCloseTo(2.6);
  });

  it('is the same at the end whether it was looked at in between or not, and so with the time factor', () => {
    const given = { activity: 'STRONG' } as const;
    const once = later(start(given), 3 * hourMs, 1, false);
    const twice = later(later(start(given), hourMs, 1, false), 3 * hourMs, 1, false);
    expect(twice.units).toBeCloseTo(once.units, 6);
    expect(position(given, 3, 60)).toBeCloseTo(positionOf(once), 6);
  });

  it('grows with trade that lasts, while it is neither short nor full', () => {
    let listing = start({});
    for (const [hours, units] of [
      [0, 120],
      [0.5, -120],
      [1, 120],
      [1.5, -120],
    ] as const) {
      listing = traded(later(listing, hours * hourMs, 1, false), units, 1);
    }
    expect(activityOf(listing, false)).toBe('STRONG');
    expect(listing.tradeVolume).toBe(66);
  });

  it('turns a third of what is delivered into what is made of it, unless the input is still scarce', () => {
    const rules = { recipes: { IRON: ['IRON_ORE'] }, timeFactor: 1 };
    const made = (ore: number) =>
      afterTrade([start({}), start({ good: 'IRON_ORE', type: 'IMPORT', units: ore })], 'IRON_ORE', 60, 0, rules)[0];
    expect(made(-120)?.units).toBe(20);
    expect(made(-600)?.units).toBe(0);
  });
});

describe('a market of the universe', () => {
  const market = (waypoint: string) => `/systems/X1-HF01/waypoints/${waypoint}/market`;

  async function makerOf(caller: Caller, good: string): Promise<string> {
    const waypoints = [1, 2, 3, 4, 5].map(
      (page) => `/systems/X1-HF01/waypoints?limit=20&traits=MARKETPLACE&page=${page}`,
    );
    const found = (await Promise.all(waypoints.map((each) => caller.data(each)))).flat();
    for (const { symbol } of found) {
      const { exports } = await caller.data(market(symbol));
      if (exports.some((each: Loose) => each.symbol === good)) return symbol;
    }
    throw new Error(`Nobody makes ${good}.`);
  }

  it('shows prices and transactions only to an agent that has a ship there, once it has arrived', async () => {
    const caller = await newGame();
    const seen = async (waypoint: string) => 'tradeGoods' in (await caller.data(market(waypoint)));
    expect([await seen(home), await seen('X1-HF01-D5')]).toEqual([true, false]);
    await caller.post('/my/ships/TESTER-1/orbit');
    await caller.post('/my/ships/TESTER-1/navigate', { waypointSymbol: 'X1-HF01-D5' });
    expect([await seen(home), await seen('X1-HF01-D5')]).toEqual([false, false]);
    await caller.land('TESTER-1');
    expect(await seen('X1-HF01-D5')).toBe(true);
    const stranger = new Caller(caller.url, 'STRANGER');
    expect(await stranger.data(market('X1-HF01-D5'))).not.toHaveProperty('tradeGoods');
    await stranger.register();
    expect(await stranger.data(market('X1-HF01-D5'))).not.toHaveProperty('tradeGoods');
  });

  it('sells in lots up to the trade volume, dearer with each, and remembers the transactions', async () => {
    const caller = await newGame();
    const maker = await makerOf(caller, 'FERTILIZERS');
    await caller.bring('TESTER-1', maker);
    await caller.control(`markets/${maker}/FERTILIZERS`, { tradeVolume: 20, units: 60 });
    const buy = (units: number) => caller.post('/my/ships/TESTER-1/purchase', { symbol: 'FERTILIZERS', units });
    const tooMuch = await buy(21);
    expect([tooMuch.status, tooMuch.body.error.code]).toEqual([400, 4604]);
    expect(tooMuch.body.error.data).toMatchObject({ tradeVolume: 20, units: 21 });
    const { credits } = await caller.data('/my/agent');
    const first = await buy(20);
    const second = await buy(20);
    expect([first.status, second.status]).toEqual([201, 201]);
    const { transaction, cargo, agent } = second.body.data;
    expect(transaction.pricePerUnit).toBeGreaterThan(first.body.data.transaction.pricePerUnit);
    expect(cargo).toMatchObject({ capacity: 40, units: 40, inventory: [{ symbol: 'FERTILIZERS', units: 40 }] });
    expect(agent.credits).toBe(credits - first.body.data.transaction.totalPrice - transaction.totalPrice);
    expect((await buy(1)).body.error.code).toBe(4217);
    const { transactions, tradeGoods } = await caller.data(market(maker));
    expect(transactions.slice(0, 2)).toEqual([transaction, first.body.data.transaction]);
    expect(tradeGoods.find((each: Loose) => each.symbol === 'FERTILIZERS')).toMatchObject({
      ...{ supply: 'MODERATE', activity: 'STRONG' },
    });
  });

  it('refuses what it does not deal in, what is not there, and what cannot be paid', async () => {
    const caller = await newGame();
    const ask = async (path: string, symbol: string, units = 1) =>
      (await caller.post(`/my/ships/TESTER-1/${path}`, { symbol, units })).body.error;
    expect(await ask('purchase', 'IRON')).toMatchObject({ code: 4601, data: { waypointSymbol: home } });
    expect(await ask('sell', 'FOOD')).toMatchObject({ code: 4218 });
    await caller.control('agents/TESTER', { credits: 10 });
    expect(await ask('purchase', 'FUEL')).toMatchObject({ code: 4600, data: { agentCredits: 10, units: 1 } });
    await caller.control('agents/TESTER', { credits: 100_000 });
    expect((await caller.post('/my/ships/TESTER-1/purchase', { symbol: 'FUEL', units: 2 })).status).toBe(201);
    expect(await ask('sell', 'FUEL', 3)).toMatchObject({ code: 4219, data: { cargoUnits: 2, unitsToRemove: 3 } });
    await caller.bring('TESTER-1', 'X1-HF01-C23');
    expect((await caller.post('/my/ships/TESTER-1/jettison', { symbol: 'FUEL', units: 2 })).body.data.cargo.units).toBe(
      0,
    );
  });

  it('pays less for each lot that is brought', async () => {
    const caller = await newGame();
    await caller.control(`markets/${home}/FOOD`, { supply: 'SCARCE' });
    const maker = await makerOf(caller, 'FOOD');
    await caller.bring('TESTER-1', maker);
    await caller.post('/my/ships/TESTER-1/purchase', { symbol: 'FOOD', units: 40 });
    await caller.post('/my/ships/TESTER-1/refuel', {});
    await caller.bring('TESTER-1', home);
    const sell = async () => (await caller.post('/my/ships/TESTER-1/sell', { symbol: 'FOOD', units: 20 })).body.data;
    const prices = [(await sell()).transaction.pricePerUnit, (await sell()).transaction.pricePerUnit];
    expect(prices[1]).toBeLessThan(prices[0]);
    expect((await caller.data('/my/ships/TESTER-1/cargo')).units).toBe(0);
  });

  it('lets ships at one place, both docked or both in orbit, hand over cargo', async () => {
    const caller = await newGame();
    await caller.control('fleet', { agent: 'TESTER', haulers: 1 });
    const [giver, receiver] = ['TESTER-1', 'TESTER-3'];
    await caller.post(`/my/ships/${giver}/purchase`, { symbol: 'FUEL', units: 5 });
    const give = (shipSymbol: string, units: number) =>
      caller.post(`/my/ships/${giver}/transfer`, { tradeSymbol: 'FUEL', units, shipSymbol });
    expect((await give(receiver, 3)).body.data).toMatchObject({ cargo: { units: 2 }, targetCargo: { units: 3 } });
    expect((await give(receiver, 3)).body.error.code).toBe(4219);
    expect((await give('NOBODY-1', 1)).body.error.code).toBe(4231);
    expect((await give(giver, 1)).body.error.code).toBe(4233);
    expect((await give('TESTER-2', 1)).body.error.code).toBe(4234);
    await caller.post(`/my/ships/${receiver}/orbit`);
    expect((await give(receiver, 1)).body.error.code).toBe(4271);
  });

  it('takes what the jump gate needs, and no more', async () => {
    const caller = await newGame();
    const { data } = (await caller.get('/systems/X1-HF01/waypoints?type=JUMP_GATE')).body;
    const gate = data[0].symbol;
    await caller.control('fleet', { agent: 'TESTER', haulers: 1, at: gate });
    await caller.post('/my/ships/TESTER-3/purchase', { symbol: 'FUEL', units: 5 });
    const supply = (tradeSymbol: string, units: number, shipSymbol = 'TESTER-3') =>
      caller.post(`/systems/X1-HF01/waypoints/${gate}/construction/supply`, { tradeSymbol, units, shipSymbol });
    expect((await supply('FUEL', 1)).body.error.code).toBe(4800);
    expect((await supply('FAB_MATS', 1601)).body.error.code).toBe(4801);
    expect((await supply('FAB_MATS', 1)).body.error.code).toBe(4218);
    expect((await supply('FAB_MATS', 1, 'TESTER-1')).body.error.code).toBe(4802);
  });
});
