import { FleetWarnings } from '../../../src/application/health/fleet-warnings.js';
import { HealthWatch } from '../../../src/application/health/health-watch.js';
import { StuckShips } from '../../../src/application/health/stuck-ships.js';
import { EndContainer } from '../../../src/application/containers/end-container.js';
import { ReportProgress } from '../../../src/application/containers/report-progress.js';
import type { HealthRules } from '../../../src/application/policy.js';
import { StoreUnavailable, type EventStore } from '../../../src/application/ports/event-store.js';
import { GameUnavailable, type Game, type GameShip } from '../../../src/application/ports/game.js';
import { containerStream } from '../../../src/domain/container/container.js';
import { Custody, policy, ship } from '../../support/custody.js';
import { RememberedLines } from '../../support/daemons.js';

const minute = 60_000;
const place = { symbol: 'X1-A', x: 0, y: 0 };

/** A game that shows ships as a test says, in the list and when asked for one. */
class ShownGame implements Pick<Game, 'ships' | 'ship'> {
  readonly flights = new Map<string, { status: string; departureMs: number; arrivalMs: number }>();
  alone: ((symbol: string) => string) | undefined;

  ships() {
    return Promise.resolve([...this.flights.keys()].map((symbol) => this.#view(symbol)));
  }

  ship(symbol: string) {
    return Promise.resolve().then(() => {
      const view = this.#view(symbol);
      return this.alone ? { ...view, nav: { ...view.nav, status: this.alone(symbol) } } : view;
    });
  }

  #view(symbol: string): GameShip {
    const flight = this.flights.get(symbol)!;
    const nav = { ...flight, system: 'X1', waypoint: 'X1-A', flightMode: 'CRUISE', origin: place, destination: place };
    const cargo = { capacity: 0, units: 0, inventory: [] };
    return { symbol, role: '', frame: '', speed: 1, nav, fuel: { current: 0, capacity: 0 }, cargo };
  }
}

describe('the watch over the fleet', () => {
  let room: Custody;
  let game: ShownGame;
  let lines: RememberedLines;
  let said: { warn: string[]; critical: string[] };
  beforeEach(() => {
    room = new Custody();
    game = new ShownGame();
    lines = new RememberedLines();
    said = { warn: [], critical: [] };
  });

  function monitorWith(rules: Partial<HealthRules> = {}, withGame = true, store: EventStore = room.log) {
    const here = room.instance({ store, policy: { health: { ...policy.health, ...rules } } });
    const { decisions, clock, parts } = here;
    const { queries, ends, ids } = parts;
    const warnings = new FleetWarnings(lines);
    warnings.say = (text, { event }) => said[event === 'fleet_critical' ? 'critical' : 'warn'].push(text);
    const seen = withGame ? game : null;
    const stuckShips = new StuckShips(decisions, ends, seen, warnings, clock, ids, parts.policy);
    const monitor = new HealthWatch(queries, stuckShips, warnings, clock, parts.policy);
    return { here, monitor };
  }
  const inFlight = (symbol: string, overdueMs: number) => {
    const nowMs = room.clock.nowMs();
    game.flights.set(symbol, { status: 'IN_TRANSIT', departureMs: nowMs - 2_000_000, arrivalMs: nowMs - overdueMs });
  };
  const look = async (monitor: HealthWatch, times = 1) => {
    for (let i = 0; i < times; i += 1) {
      if (monitor.status.lastCheckAtMs !== null) room.clock.pass(minute);
      expect(await monitor.check()).toBe(true);
    }
  };
  const recoveries = ({ status: { watch } }: HealthWatch) => {
    const { attempts, successful, failed, abandoned } = watch;
    return { attempts, successful, failed, abandoned };
  };
  const flown = (symbol: string) => ({ containerId: `tour-${symbol}`, ships: [symbol], runner: 'daemon' as const });

  it('[A340a, A340b] has the rules it was given, five attempts by default, and has recovered nothing yet', () => {
    const given = { intervalMs: 5 * minute, stuckAfterMs: 30 * minute };
    const { monitor } = monitorWith(given);
    expect(monitor.status).toMatchObject({ rules: { ...given, attempts: 5 }, lastCheckAtMs: null });
    expect(recoveries(monitor)).toEqual({ attempts: 0, successful: 0, failed: 0, abandoned: 0 });
    expect(monitorWith({ attempts: 3 }).monitor.status.rules.attempts).toBe(3);
  });

  it('[A341a, A341b, A341c, A341d] looks when it is due, and remembers when that was', async () => {
    const { monitor } = monitorWith({ intervalMs: 5 * minute });
    const first = room.clock.nowMs();
    expect(await monitor.check()).toBe(true);
    expect(monitor.status.lastCheckAtMs).toBe(first);
    room.clock.pass(2 * minute);
    expect(await monitor.check()).toBe(false);
    expect(monitor.status.lastCheckAtMs).toBe(first);
    room.clock.pass(4 * minute);
    expect(await monitor.check()).toBe(true);
    expect(monitor.status.lastCheckAtMs).toBe(first + 6 * minute);
  });

  it('[A343a, A343b, A343c] warns once of a container without end that is suspiciously fast, in its own log too', async () => {
    const { here, monitor } = monitorWith({}, false);
    const iterations = async (id: string, count: number) => {
      const token = await here.started({ containerId: id, maxIterations: -1 });
      const report = { type: 'iteration', token, visited: [], report: {} } as const;
      for (let i = 0; i < count; i += 1) await here.execute(new ReportProgress(here.context(), id, report));
    };
    await iterations('spinning', 50);
    await iterations('steady', 10);
    room.clock.pass(120_000);
    await look(monitor, 2);
    expect(monitor.status.fast).toEqual([{ containerId: 'spinning', averageMs: 3_600 }]);
    expect(said.warn).toEqual(['spinning is suspiciously fast: 2400 ms for an iteration on average']);
    expect(lines.written).toMatchObject([{ containerId: 'spinning', level: 'warn', attempt: 1 }]);
  });

  it('[A345a, A345b] warns of a ship that should have arrived long ago, and of no other', async () => {
    const { here, monitor } = monitorWith();
    await here.started(flown('LATE-1'));
    inFlight('LATE-1', 600_000);
    inFlight('SOON-1', 200_000);
    await look(monitor);
    expect(monitor.status.stuck).toEqual([{ ship: 'LATE-1', severity: 'warning', overdueMs: 600_000 }]);
    expect(said.warn[0]).toBe('LATE-1 is IN_TRANSIT to X1-A, 600 s after its arrival');
    expect(lines.written[0]).toMatchObject({ containerId: 'tour-LATE-1', level: 'warn' });
    expect([...monitor.status.watch.ships.keys()]).toEqual(['LATE-1']);
  });

  it('[A345c] calls it critical where the way was completed and the ship is still in flight', async () => {
    const { here, monitor } = monitorWith();
    const token = await here.started(flown('SHIP-1'));
    await here.execute(new EndContainer(here.context(), 'tour-SHIP-1', token, { type: 'completed' }));
    inFlight('SHIP-1', -1_000);
    await look(monitor);
    expect(monitor.status.stuck).toMatchObject([{ ship: 'SHIP-1', severity: 'critical' }]);
    expect(said.critical).toEqual([expect.stringContaining('SHIP-1 is IN_TRANSIT to X1-A')]);
    expect(said.critical[0]).toContain('though its way was completed');
  });

  it('[A345d, A344e] asks the game for that one ship; arrived after all, its container goes on', async () => {
    const { here, monitor } = monitorWith();
    await here.started(flown('LATE-1'));
    inFlight('LATE-1', 600_000);
    await look(monitor, 2);
    expect(recoveries(monitor)).toEqual({ attempts: 2, successful: 0, failed: 2, abandoned: 0 });
    game.alone = () => 'IN_ORBIT';
    await look(monitor);
    expect(recoveries(monitor)).toEqual({ attempts: 3, successful: 1, failed: 2, abandoned: 0 });
    expect(await room.container('tour-LATE-1')).toMatchObject({ status: 'RUNNING' });
    expect((await room.lease(ship('LATE-1'))).hold).not.toBeNull();
  });

  it('[A344d] gives up after as many attempts as it may make, and fails the container once', async () => {
    const { here, monitor } = monitorWith({ attempts: 3 });
    await here.started(flown('LATE-1'));
    inFlight('LATE-1', 600_000);
    await look(monitor, 3);
    expect(recoveries(monitor)).toEqual({ attempts: 3, successful: 0, failed: 3, abandoned: 1 });
    expect(await room.container('tour-LATE-1')).toMatchObject({ status: 'FAILED', exitReason: 'stuck_in_transit' });
    expect(said.critical).toEqual([expect.stringContaining('LATE-1 was given up after 3 attempts')]);
    await look(monitor, 2);
    expect(recoveries(monitor)).toEqual({ attempts: 3, successful: 0, failed: 3, abandoned: 1 });
    expect(said.critical).toHaveLength(1);
  });

  it('gives a ship up once that is in the log, and looks at the others whatever happens to one', async () => {
    let isAway = false;
    const store: EventStore = {
      readForwards: room.log.readForwards.bind(room.log),
      readBackwards: room.log.readBackwards.bind(room.log),
      readAll: room.log.readAll.bind(room.log),
      readAllBackwards: room.log.readAllBackwards.bind(room.log),
      headPosition: room.log.headPosition.bind(room.log),
      subscribe: room.log.subscribe.bind(room.log),
      close: room.log.close.bind(room.log),
      append: (stream, ...rest) =>
        isAway && stream === containerStream('tour-LATE-1')
          ? Promise.reject(new StoreUnavailable('away'))
          : room.log.append(stream, ...rest),
    };
    const { here, monitor } = monitorWith({ attempts: 1 }, true, store);
    for (const symbol of ['LATE-1', 'LATE-2']) {
      await here.started(flown(symbol));
      inFlight(symbol, 600_000);
    }
    isAway = true;
    await look(monitor);
    expect(await room.container('tour-LATE-2')).toMatchObject({ status: 'FAILED' });
    expect(await room.container('tour-LATE-1')).toMatchObject({ status: 'RUNNING' });
    expect(recoveries(monitor)).toMatchObject({ abandoned: 1 });
    expect(said.critical).toEqual([expect.stringContaining('LATE-2 was given up')]);
    expect(said.warn.at(-1)).toMatch(/^The look at 1 ship was cut short.*LATE-1: /);

    isAway = false;
    await look(monitor);
    expect(await room.container('tour-LATE-1')).toMatchObject({ status: 'FAILED', exitReason: 'stuck_in_transit' });
    expect(recoveries(monitor)).toMatchObject({ abandoned: 2 });
  });

  it('[A344g] fails it with what the game said when no attempt is left, and keeps that as an ERROR line', async () => {
    const { here, monitor } = monitorWith({ attempts: 1 });
    await here.started(flown('LATE-1'));
    inFlight('LATE-1', 600_000);
    game.alone = () => {
      throw new GameUnavailable('API timeout');
    };
    await look(monitor);
    expect(await room.container('tour-LATE-1')).toMatchObject({
      status: 'FAILED',
      lastError: expect.stringContaining('API timeout'),
    });
    const errors = lines.written.filter(({ level }) => level === 'error');
    expect(errors[0]).toMatchObject({ containerId: 'tour-LATE-1', text: expect.stringContaining('API timeout') });
  });

  it('[A345e] forgets a ship that was healthy for two minutes', async () => {
    const { monitor } = monitorWith();
    inFlight('LATE-1', 600_000);
    await look(monitor);
    game.flights.get('LATE-1')!.status = 'IN_ORBIT';
    await look(monitor, 2);
    expect(monitor.status.watch.ships.get('LATE-1')).toMatchObject({ attempts: 1 });
    await look(monitor);
    expect(monitor.status.watch.ships.size).toBe(0);
  });

  it('judges no worker of others by the flights of this account', async () => {
    const { here, monitor } = monitorWith({ attempts: 1 });
    await here.started({ containerId: 'theirs', ships: ['LATE-1'] });
    inFlight('LATE-1', 600_000);
    await look(monitor, 2);
    expect(await room.container('theirs')).toMatchObject({ status: 'RUNNING' });
  });
});
