import type { ContainerSnapshot } from '../../../src/domain/container/events.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { OutcomeUnknown, StoreUnavailable } from '../../../src/application/ports/event-store.js';
import { GameRefused, GameUnavailable } from '../../../src/application/ports/game.js';
import { ship as resource, startOf } from '../../support/custody.js';
import { DaemonInstance } from '../../support/daemons.js';
import { eventually } from '../../support/eventually.js';
import { violationsOf } from '../../support/invariants.js';
import { MortalProcess } from '../../support/mortal-process.js';
import { Supervision, Theatre, type Order } from '../../support/operation-runs.js';
import { orderOf, places, ship, tourOf, worldWith } from '../../support/scenarios.js';

const [a, b, c] = ['X1-GZ7-A1', 'X1-GZ7-B2', 'X1-GZ7-C3'];

describe('an attempt', () => {
  let theatre: Theatre;
  let io: Supervision;
  beforeEach(() => {
    theatre = new Theatre(worldWith());
    io = new Supervision();
  });
  afterEach(async () => {
    expect(violationsOf(await theatre.room.events())).toEqual([]);
  });

  const run = async (order: Order, process = new MortalProcess()) =>
    theatre.runtime(process).run.run(await theatre.started(order), io);
  const flights = () => theatre.game.journal.flatMap(({ action, what }) => (action === 'navigate' ? [what['to']] : []));
  const visits = async () => (await theatre.all('ContainerMarketVisited')).map(({ waypoint }) => waypoint);
  const iterations = async () => (await theatre.all('ContainerIterationCompleted')).map(({ visited }) => visited);

  it('[A121, A122] flies the tour, records each market, and is back where it began', async () => {
    expect(await run(tourOf([b, c, a], 2))).toEqual({ type: 'completed' });
    expect(flights()).toEqual([b, c, a, b, c, a]);
    expect(await visits()).toEqual([a, b, c, a, b, c]);
    expect(await iterations()).toEqual([
      [a, b, c],
      [a, b, c],
    ]);
    expect(
      (await theatre.all('MarketScanned')).map(({ waypoint, ship, player, goods }) => [
        waypoint,
        ship,
        player,
        goods.length,
      ]),
    ).toEqual([a, b, c, a, b, c].map((market) => [market, ship, 1, market === c ? 1 : 2]));
  });

  it('never flies a ship for a player whose ships the game does not have: it would fly somebody else’s', async () => {
    const attempt = await theatre.started({ ...tourOf([b]), player: 2 });
    const end = await theatre.runtime().run.run(attempt, io);
    expect(end).toMatchObject({ type: 'failed', permanent: true, error: expect.stringContaining('player 1') });
    expect(flights()).toEqual([]);
  });

  it('[A120] goes to one market once', async () => {
    expect(await run(tourOf([b]))).toEqual({ type: 'completed' });
    expect(flights()).toEqual([b]);
  });

  it('[A124] waits a minute between the rounds of one market, and not after the last', async () => {
    await run(tourOf([a], 3));
    const rounds = (await theatre.all('ContainerMarketVisited')).map(({ atMs }) => atMs as number);
    expect(rounds.map((atMs) => atMs - (rounds[0] ?? 0))).toEqual([0, 60_000, 120_000]);
    expect(theatre.clock.nowMs()).toBe(rounds[2]);
  });

  it('[A125] does not wait between the laps of two markets', async () => {
    await run(tourOf([a, b], 2));
    const laps = await theatre.all('ContainerIterationCompleted');
    const scans = await theatre.all('MarketScanned');
    expect(scans[2].atMs).toBe(laps[0].atMs);
  });

  it('tells of a flight how long it will be quiet', async () => {
    await run(tourOf([a, b]));
    const flight = io.told.find(({ cursor }) => JSON.stringify(cursor).includes('wait'));
    expect(flight?.cursor).toEqual({ iteration: 0, visited: 1, doing: 'wait', at: b });
    expect(flight?.quietForMs).toBe(165_000 + 60_000);
    expect(io.lines).toEqual(
      expect.arrayContaining([
        `info Starting scout tour: ${ship} visiting 2 markets`,
        `info Visiting market 2/2: ${b}`,
        `info Market ${b}: 2 goods updated`,
        'info Tour complete: 2 markets visited',
      ]),
    );
  });

  it('runs as often as the container says: iterations are counted in one place', async () => {
    expect(await run({ ...orderOf('dock', {}), maxIterations: 3 })).toEqual({ type: 'completed' });
    expect(await iterations()).toHaveLength(3);
    expect(theatre.clock.slept).toEqual([1_000, 1_000]);
  });

  it('goes on until it is stopped when it has no maximum', async () => {
    theatre.clock.onSleep = () => {
      if (theatre.clock.slept.length === 4) io.stopping.abort();
    };
    expect(await run({ ...orderOf('dock', {}), maxIterations: -1 })).toEqual({ type: 'stopped' });
    expect(await iterations()).toHaveLength(4);
  });

  it('goes on at the market it had reached, after a stop in the middle of a lap', async () => {
    theatre.clock.onSleep = () => {
      if (theatre.clock.slept.length === 5) io.stopping.abort();
    };
    expect(await run(tourOf([a, b, c], 1))).toEqual({ type: 'stopped' });
    expect(await visits()).toEqual([a, b]);
    theatre.clock.onSleep = () => undefined;
    const next = await theatre.restarted('tour-1');
    expect(await theatre.runtime().run.run(next, new Supervision())).toEqual({ type: 'completed' });
    expect(await visits()).toEqual([a, b, c]);
    expect(flights()).toEqual([b, c, a]);
    expect(await iterations()).toEqual([[a, b, c]]);
  });

  it('stops at once in a flight, and the ship flies on', async () => {
    theatre.clock.onSleep = () => io.stopping.abort();
    const beganMs = theatre.clock.nowMs();
    expect(await run(tourOf([b, c]))).toEqual({ type: 'stopped' });
    expect(theatre.clock.nowMs()).toBe(beganMs);
    expect(flights()).toEqual([b]);
  });

  it('stops when the log says so, though nobody told it', async () => {
    const process = new MortalProcess();
    process.after = async (what) => {
      if (what !== 'game.market') return;
      process.after = () => undefined;
      const other = theatre.room.instance();
      const ask = { containerId: 'tour-1', token: null, reason: 'enough', immediately: false };
      await other.outcome(new StopContainer(other.context(), ask));
    };
    expect(await run(tourOf([a, b]), process)).toEqual({ type: 'stopped' });
    expect(flights()).toEqual([]);
  });

  it('ends at once when it is cut off, and writes nothing more', async () => {
    const process = new MortalProcess();
    let written = -1;
    process.after = async (what) => {
      if (what !== 'game.navigate') return;
      written = (await theatre.room.events()).length;
      io.cutting.abort();
    };
    expect(await run(tourOf([b, c]), process)).toEqual({ type: 'stopped' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await theatre.room.events()).toHaveLength(written);
    expect((await theatre.room.lease(resource(ship))).effects).toMatchObject([{ action: 'navigate' }]);
  });

  it('does nothing when it is cut off before it begins', async () => {
    io.cutting.abort();
    expect(await run(tourOf([b, c]))).toEqual({ type: 'stopped' });
    expect(theatre.game.journal).toEqual([]);
  });

  it('is lost as soon as a newer attempt exists, and does nothing more', async () => {
    const process = new MortalProcess();
    process.after = async (what) => {
      if (what !== 'game.market') return;
      process.after = () => undefined;
      await theatre.restarted('tour-1');
    };
    expect(await run(tourOf([a, b]), process)).toMatchObject({
      type: 'lost',
      reason: expect.stringContaining('token'),
    });
    expect(await visits()).toEqual([]);
    expect(theatre.game.journal).toEqual([]);
  });

  it('fails for good, in one sentence, with parameters that cannot be read', async () => {
    expect(await run({ ...tourOf([]), maxIterations: 1 })).toEqual({
      type: 'failed',
      error: 'scout-tour: markets must name a waypoint',
      permanent: true,
      exitReason: 'invalid_config',
    });
  });

  it('fails for good where the game will never say yes', async () => {
    expect(await run(orderOf('navigate', { destination: 'X1-GZ7-NO' }))).toEqual({
      type: 'failed',
      error: 'There is no waypoint X1-GZ7-NO. (4201)',
      permanent: true,
    });
    expect(await theatre.all('EffectObserved')).toMatchObject([{ result: 'happened' }, { result: 'did-not-happen' }]);
  });

  it('looks again when the ship is not as it was shown, but not for ever', async () => {
    const disagrees = new GameRefused(4244, 'Ship has to be docked.', 'reconcile', {});
    theatre.game.fail('orbit', disagrees, 2);
    expect(await run(orderOf('navigate', { destination: b }))).toEqual({ type: 'completed' });

    theatre = new Theatre(worldWith());
    theatre.game.fail('orbit', disagrees, 99);
    expect(await run(orderOf('navigate', { destination: b }))).toEqual({
      type: 'failed',
      error: 'Ship has to be docked. (4244)',
      permanent: false,
    });
  });

  it('[A083, A084] docks and orbits after the flight that is under way, and says so; a refusal it names', async () => {
    await theatre.game.orbit(ship);
    await theatre.game.navigate(ship, b);
    expect(await run(orderOf('dock', {}))).toEqual({ type: 'completed' });
    expect(io.lines).toContain(`info dock waits: ${ship} is on its way to ${b}`);
    expect((await theatre.game.ship(ship)).nav.status).toBe('DOCKED');

    for (const deed of ['dock', 'orbit'] as const) {
      theatre = new Theatre(worldWith({ docked: deed === 'orbit' }));
      theatre.game.fail(deed, new GameRefused(4214, 'Ship is in transit.', 'reconcile', {}), 99);
      const { operations } = { operations: theatre.runtime().run };
      const daemon = await new DaemonInstance(theatre.room, 'one', { operations }).up();
      const order = startOf({ ...orderOf(deed, {}), runner: 'daemon', restartPolicy: 'no' });
      const outcome = await daemon.instance.outcome(new StartContainer(daemon.instance.context(), order));
      daemon.supervisor.take((outcome as unknown as { container: ContainerSnapshot }).container);
      await eventually(async () => {
        expect(await theatre.room.container(order.containerId)).toMatchObject({ status: 'FAILED' });
      });
      expect(daemon.lines.written.filter(({ level }) => level === 'error')).toMatchObject([
        { containerId: order.containerId, text: `${deed} failed: Ship is in transit. (4214)` },
      ]);
    }
  });

  it('waits as long as the game says', async () => {
    const untilMs = theatre.clock.nowMs() + 30_000;
    theatre.game.fail('orbit', new GameRefused(4214, 'Ship is in transit.', 'wait', {}, untilMs));
    expect(await run(orderOf('navigate', { destination: b }))).toEqual({ type: 'completed' });
    expect(theatre.clock.slept[0]).toBe(30_000);
  });

  it('waits out an outage of the game, and fails for the moment when it lasts', async () => {
    theatre.game.fail('ship', new GameUnavailable('busy'), 4);
    expect(await run(tourOf([a, b]))).toEqual({ type: 'completed' });

    theatre = new Theatre(worldWith());
    theatre.game.fail('ship', new GameUnavailable('busy'), 999);
    const beganMs = theatre.clock.nowMs();
    expect(await run(tourOf([a, b]))).toEqual({ type: 'failed', error: 'busy', permanent: false });
    expect(theatre.clock.nowMs() - beganMs).toBeGreaterThanOrEqual(300_000);
    expect(theatre.clock.nowMs() - beganMs).toBeLessThan(340_000);
  });

  it('can be stopped in the middle of an outage', async () => {
    theatre.game.fail('ship', new GameUnavailable('busy'), 999);
    theatre.clock.onSleep = () => io.stopping.abort();
    expect(await run(tourOf([a, b]))).toEqual({ type: 'stopped' });
    expect(theatre.clock.slept).toEqual([1_000]);
  });

  it('waits out an outage of the log, and writes each thing once though its answers get lost', async () => {
    for (const lost of [true, false]) {
      theatre = new Theatre(worldWith());
      const process = new MortalProcess();
      let appends = 0;
      const trouble = (what: string) => {
        if (what !== 'log.append' || ++appends % 2 === 0) return;
        throw lost ? new OutcomeUnknown('c') : new StoreUnavailable('away');
      };
      if (lost) process.after = trouble;
      else process.before = trouble;
      expect(await run(tourOf([b, c, a], 2), process)).toEqual({ type: 'completed' });
      expect(await visits()).toEqual([a, b, c, a, b, c]);
      expect(await iterations()).toHaveLength(2);
      expect(flights()).toEqual([b, c, a, b, c, a]);
      expect(await theatre.all('EffectObserved')).toHaveLength(theatre.game.journal.length);
      expect(await theatre.all('MarketScanned')).toHaveLength(6);
    }
  });

  it('[A260] is the only one that fails of what nobody foresaw', async () => {
    theatre.game.fail('market', new TypeError('cannot read properties of undefined'));
    expect(await run(tourOf([a, b]))).toEqual({
      type: 'failed',
      error: 'cannot read properties of undefined',
      permanent: false,
    });
  });

  it('takes fuel on its way, where the tank does not reach', async () => {
    theatre = new Theatre(worldWith({ tank: 110, fuel: 30 }));
    expect(await run(orderOf('navigate', { destination: 'X1-GZ7-D4' }))).toEqual({ type: 'completed' });
    expect(theatre.game.journal.map(({ action, what }) => [action, ...Object.values(what)])).toEqual([
      ['refuel', 80],
      ['orbit'],
      ['navigate', b],
      ['dock'],
      ['refuel', 60],
      ['orbit'],
      ['navigate', 'X1-GZ7-D4'],
    ]);
  });

  it('drifts to fuel when it is stranded, and flies on from there', async () => {
    theatre = new Theatre({ places, ships: [{ symbol: ship, at: 'X1-GZ7-E5', tank: 100, fuel: 5, docked: false }] });
    expect(await run(orderOf('navigate', { destination: b }))).toEqual({ type: 'completed' });
    expect(theatre.game.journal.map(({ action, what }) => [action, ...Object.values(what)])).toEqual([
      ['setFlightMode', 'DRIFT'],
      ['navigate', a],
      ['dock'],
      ['refuel', 96],
      ['setFlightMode', 'CRUISE'],
      ['orbit'],
      ['navigate', b],
    ]);
  });
});
