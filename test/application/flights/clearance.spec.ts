import { Clearance } from '../../../src/application/flights/clearance.js';
import { flightRefusalText } from '../../../src/application/flights/flight.js';
import { EndContainer } from '../../../src/application/containers/end-container.js';
import { RestartContainer } from '../../../src/application/containers/restart-container.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { GameUnavailable, type Game } from '../../../src/application/ports/game.js';
import { noOperations } from '../../../src/application/runtime/daemon/no-operations.js';
import { systemClock } from '../../../src/infrastructure/clock.js';
import { startOf } from '../../support/custody.js';
import { busy } from '../../support/busy.js';
import { eventually } from '../../support/eventually.js';
import { Supervision, Theatre, type Order } from '../../support/operation-runs.js';
import { orderOf, ship, tourOf, worldWith } from '../../support/scenarios.js';

const inDaemon = (order: Order) => startOf({ ...order, runner: 'daemon' });
const failure = { type: 'failed', error: 'a bug', permanent: false } as const;
const ghost = { ships: ['GHOST-1'], config: { command_type: 'dock' } };

describe('whether a flight may begin', () => {
  let theatre: Theatre;
  beforeEach(() => {
    theatre = new Theatre(worldWith());
  });

  const clearance = (game: Partial<Game> = {}, name: string | null = 'here') => {
    const { game: real, clock } = theatre;
    const given = new Proxy(real, {
      get: (target, call) => game[call as keyof Game] ?? Reflect.get(target, call).bind(target),
    });
    // What is waited for in time is waited for by a clock that goes.
    const ports = { game: given, clock: { ...systemClock, nowMs: () => clock.nowMs() } };
    return new Clearance(theatre.runtime(undefined, ports).run, { name });
  };
  const refused = (order: Order, by = clearance()) => by.forFlight(inDaemon(order));

  it('is granted for every operation, of the ship and the places that there are', async () => {
    const destination = 'X1-GZ7-B2';
    for (const order of [
      orderOf('navigate', { destination }),
      orderOf('dock', {}),
      orderOf('refuel', { waypoint: destination }),
      orderOf('purchase', { good: 'IRON_ORE', units: 2 }),
      tourOf([destination, 'X1-GZ7-C3']),
    ]) {
      expect(await refused(order)).toBeUndefined();
    }
  });

  it('is refused for the ships of another player, and for nothing else when they fly somewhere', async () => {
    const refusal = await refused({ ...orderOf('dock', {}), player: 2 });
    expect(refusal).toEqual({ type: 'ShipsOfAnother', player: 2, fliesFor: 1 });
    expect(flightRefusalText(refusal!)).toContain('player 1, and not to player 2');
    expect(clearance().forPlayer(2)).toEqual(refusal);
    expect(clearance().forPlayer(1)).toBeUndefined();
  });

  it('is refused for what nobody here can run, and for what can never be run like this', async () => {
    expect(await refused(orderOf('mine', {}))).toEqual({ type: 'UnknownOperation', operation: 'mine' });
    expect(await refused({ ...orderOf('', {}), containerType: 'SCOUT_FLEET_ASSIGNMENT' })).toMatchObject({
      type: 'RetiredOperation',
      operation: 'SCOUT_FLEET_ASSIGNMENT',
    });
    for (const unfit of [orderOf('navigate', {}), orderOf('sell', { good: 'IRON_ORE', units: 0 }), tourOf([])]) {
      expect(await refused(unfit)).toMatchObject({ type: 'UnfitOperation' });
    }
    expect(await refused({ ...orderOf('dock', {}), ships: [] })).toMatchObject({ type: 'UnfitOperation' });
  });

  it('is refused where nothing is flown, and where no daemon is', async () => {
    const nowhere = new Clearance(noOperations, { name: 'here' });
    expect(await nowhere.forFlight(inDaemon(orderOf('dock', {})))).toEqual({ type: 'NothingFlown' });
    expect(await refused(orderOf('dock', {}), clearance({}, null))).toEqual({ type: 'NoDaemon' });
    const asTold = new Clearance({}, { name: 'here' });
    expect(await asTold.forFlight(inDaemon(orderOf('scripted', {})))).toBeUndefined();
  });

  it('is refused for a ship, or a place in any part of the order, that the game has not', async () => {
    expect(await refused({ ...orderOf('dock', {}), ...ghost })).toEqual({ type: 'UnknownShip', ship: 'GHOST-1' });
    for (const [order, operation] of [
      [orderOf('navigate', { destination: 'X1-GZ7-Z9' }), 'navigate'],
      [orderOf('refuel', { waypoint: 'X1-GZ7-Z9' }), 'refuel'],
      [orderOf('sell', { good: 'IRON_ORE', waypoint: 'X1-GZ7-Z9' }), 'sell'],
      [tourOf(['X1-GZ7-A1', 'X1-GZ7-Z9']), 'scout-tour'],
    ] as const) {
      const refusal = { type: 'UnknownWaypoint', operation, waypoint: 'X1-GZ7-Z9', system: 'X1-GZ7' };
      expect(await refused(order)).toEqual(refusal);
    }
  });

  it('does not wait long for a game that is slow, and is refused by what it says afterwards', async () => {
    const answers: (() => void)[] = [];
    const waypoints = async (system: string) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return theatre.game.waypoints(system);
    };
    const slow = clearance({ waypoints });
    const nowhere = orderOf('navigate', { destination: 'X1-GZ7-Z9' });
    const askedAt = performance.now();
    expect(await refused(nowhere, slow)).toBeUndefined();
    expect(await refused(nowhere, slow)).toBeUndefined();
    expect(performance.now() - askedAt).toBeLessThan(1_000 * busy());
    expect(answers).toHaveLength(1);
    for (const answer of answers) answer();
    await eventually(async () => expect(await refused(nowhere, slow)).toMatchObject({ type: 'UnknownWaypoint' }));
    expect(answers).toHaveLength(1);
  });

  it('waits longer for a word on what was not there when it last looked', async () => {
    let answersAfterMs = 0;
    const asked = clearance({
      ship: async (symbol) => {
        await systemClock.sleep(answersAfterMs);
        return theatre.game.ship(symbol);
      },
    });
    expect(await refused(orderOf('navigate', { destination: 'X1-GZ7-B2' }), asked)).toBeUndefined();
    answersAfterMs = 300;
    expect(await refused({ ...orderOf('dock', {}), ...ghost }, asked)).toMatchObject({ type: 'UnknownShip' });
    expect(await refused(orderOf('navigate', { destination: 'X1-GZ7-Z9' }), asked)).toMatchObject({
      type: 'UnknownWaypoint',
    });
  });

  it('is granted while the game is away: the attempt finds out', async () => {
    const away = clearance({ ship: () => Promise.reject(new GameUnavailable('it rests')) });
    expect(await refused({ ...orderOf('dock', {}), ...ghost }, away)).toBeUndefined();
  });

  it('asks for a ship once, and again before it says no: it may have left the system', async () => {
    let asked = 0;
    let system = 'X1-GZ7';
    const seen = clearance({
      ship: async (symbol) => {
        asked += 1;
        const found = await theatre.game.ship(symbol);
        return { ...found, nav: { ...found.nav, system } };
      },
      waypoints: async (of) => (await theatre.game.waypoints(of)).map((each) => moved(each, of)),
    });
    await refused(orderOf('navigate', { destination: 'X1-GZ7-B2' }), seen);
    await refused(orderOf('navigate', { destination: 'X1-GZ7-C3' }), seen);
    expect(asked).toBe(1);
    system = 'X1-NEW';
    expect(await refused(orderOf('navigate', { destination: 'X1-NEW-B2' }), seen)).toBeUndefined();
    expect(asked).toBe(2);
  });

  it('leaves nothing in the log when it is refused, and asks nobody for a repeat of what began', async () => {
    const instance = theatre.room.instance({ daemon: 'here' });
    instance.clearance = clearance();
    const outcome = await instance.outcome(
      new StartContainer(instance.context(), inDaemon({ ...orderOf('dock', {}), ...ghost })),
    );
    expect(outcome).toEqual({ type: 'UnknownShip', ship: 'GHOST-1' });
    expect(await theatre.room.events()).toEqual([]);

    const begin = new StartContainer(instance.context('once'), inDaemon(orderOf('dock', {})));
    expect(await instance.outcome(begin)).toMatchObject({ type: 'Started' });
    instance.clearance = { forFlight: () => Promise.reject(new Error('asked again')) };
    expect(await instance.outcome(begin)).toMatchObject({ type: 'Started' });
    const ofWorker = startOf({ ...orderOf('mine', {}), ships: ['OTHER-1'] });
    expect(await instance.outcome(new StartContainer(instance.context(), ofWorker))).toMatchObject({ type: 'Started' });
  });

  it('is needed to begin a flight again by hand, and not for the system to go on with one', async () => {
    const instance = theatre.room.instance({ daemon: 'here' });
    await instance.started({ ...orderOf('dock', {}), runner: 'daemon' });
    instance.clearance = new Clearance(noOperations, { name: 'here' });
    const before = await theatre.room.events();
    const ask = { containerId: 'dock-1', token: null, immediately: true };
    const again = (more: object) => instance.outcome(new RestartContainer(instance.context(), { ...ask, ...more }));
    await instance.outcome(new EndContainer(instance.context(), 'dock-1', 1, failure));
    expect(await again({})).toEqual({ type: 'NothingFlown' });
    expect((await theatre.room.events()).slice(before.length).map(({ type }) => type)).toEqual([
      'ContainerAttemptEnded',
    ]);
    expect(await again({ onlyIfLive: true })).toMatchObject({ type: 'Started' });
  });

  it('is asked again by the attempt, whose end says that there is no such ship', async () => {
    const { run } = theatre.runtime();
    const other = await theatre.started({ ...orderOf('dock', {}), containerId: 'other', player: 2 });
    expect(await run.run(other, new Supervision())).toMatchObject({ type: 'failed', permanent: true });
    const lost = await theatre.started({ ...orderOf('dock', {}), ...ghost, containerId: 'lost' });
    expect(await run.run(lost, new Supervision())).toEqual({
      type: 'failed',
      permanent: true,
      error: expect.stringContaining('failed to load ship GHOST-1'),
      exitReason: 'unknown_ship',
    });
    expect(theatre.game.journal.filter((deed) => deed.ship === ship)).toEqual([]);
  });
});

function moved<Each extends { readonly symbol: string }>(each: Each, system: string): Each {
  return { ...each, symbol: each.symbol.replace('X1-GZ7', system) };
}
