import { systemContext } from '../../../src/application/command-context.js';
import { StartContainer } from '../../../src/application/containers/start-container.js';
import { StoreUnavailable } from '../../../src/application/ports/event-store.js';
import { nothingFlown } from '../../../src/application/flights/clearance.js';
import { RegisterPlayer, RegisterPlayerHandler } from '../../../src/application/registry/register-player.js';
import type { CargoEvidence } from '../../../src/domain/recovery/recovery.js';
import { leaseStream } from '../../../src/domain/lease/resource.js';
import { noOperations } from '../../../src/application/runtime/daemon/no-operations.js';
import { container, containerStream } from '../../../src/domain/container/container.js';
import { Custody, policy, ship as resource, startOf } from '../../support/custody.js';
import { DaemonInstance, WaitingOperations, type DaemonOptions } from '../../support/daemons.js';
import { eventually } from '../../support/eventually.js';
import { violationsOf } from '../../support/invariants.js';
import { MortalStore } from '../../support/mortal-store.js';
import { Theatre, type Order, type World } from '../../support/operation-runs.js';
import { orderOf, ship, tourOf, worldWith } from '../../support/scenarios.js';

const dead: DaemonOptions = { look: () => 'dead' };
const [a, b] = ['X1-GZ7-A1', 'X1-GZ7-B2'];

describe('an operation that was begun by a daemon that is gone', () => {
  /** The first daemon dies before it did anything; the next one finds what it left. */
  async function takenOver(world: World, order: Order) {
    const theatre = new Theatre(world);
    const first = await new DaemonInstance(theatre.room, 'first').up();
    await first.instance.started({ ...order, runner: 'daemon' });
    first.vanish();
    const next = await new DaemonInstance(theatre.room, 'next', { ...dead, operations: theatre.runtime().run }).up();
    const run = await next.look();
    await eventually(async () => {
      expect((await theatre.room.container(order.containerId))?.status).toMatch(/COMPLETED|FAILED/);
    });
    expect(violationsOf(await theatre.room.events())).toEqual([]);
    return { theatre, next, run, ended: await theatre.room.container(order.containerId) };
  }

  it.each<[string, World, Order, (theatre: Theatre) => Promise<void>]>([
    [
      '[A280] a flight',
      worldWith(),
      orderOf('navigate', { destination: b }),
      async ({ game }) => expect((await game.ship(ship)).nav.waypoint).toBe(b),
    ],
    [
      '[A281] a docking',
      worldWith({ docked: false }),
      orderOf('dock', {}),
      async ({ game }) => expect((await game.ship(ship)).nav.status).toBe('DOCKED'),
    ],
    [
      '[A281] an orbit',
      worldWith(),
      orderOf('orbit', {}),
      async ({ game }) => expect((await game.ship(ship)).nav.status).toBe('IN_ORBIT'),
    ],
    [
      '[A281] a refuelling of 40',
      worldWith({ tank: 100, fuel: 60 }),
      orderOf('refuel', {}),
      async ({ game }) => expect((await game.ship(ship)).fuel).toEqual({ current: 100, capacity: 100 }),
    ],
    [
      '[A281] a jettison of 3 ICE_WATER',
      worldWith({ cargo: { ICE_WATER: 5 } }),
      orderOf('jettison', { good: 'ICE_WATER', units: 3 }),
      async ({ game }) => expect((await game.ship(ship)).cargo.inventory).toEqual([{ good: 'ICE_WATER', units: 2 }]),
    ],
  ])(
    '%s is carried out by the next one, once, with the same ship under a new token',
    async (_what, world, order, done) => {
      const { theatre, ended } = await takenOver(world, order);
      expect(ended).toMatchObject({ status: 'COMPLETED', attempt: 2, leases: [{ ship, token: 2 }] });
      await done(theatre);
      const deeds = theatre.game.journal.map(({ action }) => action);
      expect(new Set(deeds).size).toBe(deeds.length);
    },
  );

  it('[A257, A283] flies its tour as often as the container says, and no more', async () => {
    const { ended, theatre } = await takenOver(worldWith(), tourOf([a, b], 3));
    expect(ended).toMatchObject({ status: 'COMPLETED', iteration: 3, exitCode: 0 });
    expect(await theatre.all('ContainerIterationCompleted')).toHaveLength(3);
  });

  it('[A042, A289] fails as invalid_config where its parameters cannot be read, with an ERROR line', async () => {
    const { ended, next } = await takenOver(worldWith(), { ...tourOf([]), config: { params: 'not what it was' } });
    expect(ended).toMatchObject({ status: 'FAILED', exitReason: 'invalid_config', restartCount: 0 });
    expect(next.lines.written.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect((await next.instance.decisions.current(container, containerStream('tour-1'))).state?.status).toBe('FAILED');
  });

  it('[A290] fails as retired_command_type where it is not run any more', async () => {
    const order = { ...orderOf('', {}), containerType: 'SCOUT_FLEET_ASSIGNMENT' };
    expect((await takenOver(worldWith(), order)).ended).toMatchObject({
      status: 'FAILED',
      exitReason: 'retired_command_type',
    });
  });

  it('[A286, A288] fails as recovery_failed where nobody here knows how to run it, with or without a coordinator', async () => {
    const order = { ...orderOf('', {}), containerType: 'CONTRACT_WORKFLOW', parentId: null };
    const { ended } = await takenOver(worldWith(), order);
    expect(ended).toMatchObject({ status: 'FAILED', exitReason: 'recovery_failed' });
    expect(ended?.lastError).toContain('unknown command type');
  });
});

describe('a recovery', () => {
  let room: Custody;
  beforeEach(() => {
    room = new Custody();
  });
  afterEach(async () => expect(violationsOf(await room.events())).toEqual([]));

  const daemon = (name: string, options: DaemonOptions = {}) => new DaemonInstance(room, name, options).up();
  async function leftBehind(...containers: { containerId: string; ships: string[]; more?: object }[]) {
    const first = await daemon('first');
    for (const { more, ...each } of containers) await first.instance.started({ ...each, runner: 'daemon', ...more });
    first.vanish();
  }
  it('[A287] takes a coordinator over as well as its workers', async () => {
    await leftBehind(
      { containerId: 'coordinator', ships: [], more: { containerType: 'MINING_COORDINATOR' } },
      { containerId: 'worker', ships: ['SHIP-1'], more: { parentId: 'coordinator' } },
    );
    const next = await daemon('next', dead);
    await next.look();
    for (const id of ['coordinator', 'worker']) {
      expect(await room.container(id)).toMatchObject({ status: 'RUNNING', attempt: 2, daemon: 'next' });
    }
  });

  it('[A046] takes the rest over when one cannot be read, names that one, and has it at the next look', async () => {
    await leftBehind({ containerId: 'good', ships: ['SHIP-1'] }, { containerId: 'bad', ships: ['SHIP-2'] });
    const store = new MortalStore(room.log);
    let broken = true;
    store.before = (_verb, stream) => {
      if (broken && stream === containerStream('bad')) throw new StoreUnavailable('disk on fire');
    };
    const next = await daemon('next', { ...dead, store });
    const first = await next.recovery.runAll({});
    expect(first?.failed).toEqual([expect.objectContaining({ message: expect.stringContaining('disk on fire') })]);
    expect(await room.container('good')).toMatchObject({ status: 'RUNNING', attempt: 2 });
    expect((await room.lease(resource('SHIP-2'))).hold).toMatchObject({ holder: { id: 'bad' } });
    broken = false;
    expect((await next.recovery.runAll({}))?.failed).toEqual([]);
    expect(await room.container('bad')).toMatchObject({ status: 'RUNNING', attempt: 2 });
  });

  it('[A046] takes the rest over when a step of one throws, and does not fail that one for it', async () => {
    await leftBehind({ containerId: 'bad', ships: ['SHIP-2'] }, { containerId: 'good', ships: ['SHIP-1'] });
    const store = new MortalStore(room.log);
    store.before = (verb, stream) => {
      if (verb === 'append' && stream === leaseStream(resource('SHIP-2'))) throw new Error('a bug');
    };
    const next = await daemon('next', { ...dead, store });
    const run = await next.recovery.runAll({});
    expect(run?.failed).toEqual([{ subject: 'bad', message: 'a bug' }]);
    expect(await room.container('good')).toMatchObject({ status: 'RUNNING', attempt: 2 });
    expect(await room.container('bad')).toMatchObject({ status: 'RUNNING', attempt: 1 });
  });

  it('[A271] fails what stands in its own way for its whole budget, frees its ship, and says so once', async () => {
    await leftBehind({ containerId: 'bad', ships: ['SHIP-2'] }, { containerId: 'good', ships: ['SHIP-1'] });
    const store = new MortalStore(room.log);
    store.before = (verb, stream) => {
      if (verb === 'append' && stream === leaseStream(resource('SHIP-2'))) throw new Error('a bug');
    };
    const next = await daemon('next', { ...dead, store });
    await next.recovery.runAll({});
    room.clock.pass(policy.recoveryBudgetMs - 1_000);
    expect((await next.recovery.runAll({}))?.failed).toHaveLength(1);
    expect(await room.container('bad')).toMatchObject({ status: 'RUNNING' });
    room.clock.pass(1_000);
    store.before = () => undefined;
    const run = await next.recovery.runAll({});
    expect(run).toMatchObject({ failed: [], lost: [{ containerId: 'bad', reason: 'recovery_failed: a bug' }] });
    expect(await room.container('bad')).toMatchObject({ status: 'FAILED', exitReason: 'recovery_failed' });
    expect(await room.lease(resource('SHIP-2'))).toMatchObject({ hold: null, previous: { reason: 'failed' } });
    expect(await next.recovery.runAll({})).toMatchObject({ failed: [], lost: [] });
  });

  it('[A271] keeps a ship with cargo of a container that it fails, and one whose hold it cannot read', async () => {
    const hold = new Map<string, CargoEvidence>([
      ['SHIP-2', { type: 'read', goods: [{ good: 'IRON_ORE', units: 3 }] }],
      ['SHIP-3', { type: 'unreadable', reason: 'no answer' }],
    ]);
    const cargo = { cargoOf: (symbol: string) => Promise.resolve(hold.get(symbol) ?? ({ type: 'unknown' } as const)) };
    await leftBehind({ containerId: 'laden', ships: ['SHIP-2'] }, { containerId: 'hidden', ships: ['SHIP-3'] });
    const store = new MortalStore(room.log);
    store.before = (verb, stream) => {
      if (verb === 'append' && stream.startsWith('ship-')) throw new Error('a bug');
    };
    const next = await daemon('next', { ...dead, store, cargo });
    await next.recovery.runAll({});
    room.clock.pass(policy.recoveryBudgetMs);
    store.before = () => undefined;
    await next.recovery.runAll({});
    expect(await room.container('laden')).toMatchObject({ status: 'FAILED', exitReason: 'recovery_failed' });
    expect(await room.lease(resource('SHIP-2'))).toMatchObject({
      hold: { holder: { id: 'laden' } },
      obligations: [{ good: 'IRON_ORE', units: 3 }],
    });
    expect(await room.container('hidden')).toMatchObject({ status: 'RUNNING' });
    expect((await room.lease(resource('SHIP-3'))).hold).toMatchObject({ holder: { id: 'hidden' } });
  });

  it('[A271] fails nobody while the log is away, however long', async () => {
    await leftBehind({ containerId: 'c', ships: ['SHIP-1'] });
    const store = new MortalStore(room.log);
    store.before = (verb) => {
      if (verb === 'append') throw new StoreUnavailable('no route to it');
    };
    const next = await daemon('next', { ...dead, store: room.log }).then(() => daemon('later', dead));
    const away = new DaemonInstance(room, 'away', { ...dead, store });
    away.instance.identity.assume('away');
    for (let look = 0; look < 5; look++) {
      expect((await away.recovery.runAll({}))?.failed).toMatchObject([{ subject: 'c' }]);
      room.clock.pass(policy.recoveryBudgetMs);
    }
    await next.recovery.runAll({});
    expect(await room.container('c')).toMatchObject({ status: 'RUNNING', attempt: 2, daemon: 'later' });
  });

  it('[A048] that cannot see yet what there was frees nothing: a held ship is refused by its holder’s name', async () => {
    await leftBehind({ containerId: 'kept', ships: ['SHIP-1'] });
    const next = await daemon('next', dead);
    room.postgresDown = true;
    const done = next.boot.run(() => undefined);
    const claim = (containerId: string, symbol: string) =>
      next.instance.outcome(new StartContainer(next.instance.context(), startOf({ containerId, ships: [symbol] })));
    expect(next.boot.status.state).toBe('waiting');
    expect(await claim('thief', 'SHIP-1')).toMatchObject({ type: 'HeldByAnother', hold: { holder: { id: 'kept' } } });
    expect(await claim('other', 'SHIP-2')).toMatchObject({ type: 'Started' });
    room.postgresDown = false;
    await done;
    expect(next.boot.status).toMatchObject({ state: 'balanced', receipt: { adopted: 1, lost: [] } });
  });

  it('[A292] names each container that it lost once, with its reason, and none at the next start', async () => {
    await leftBehind({ containerId: 'first', ships: ['SHIP-1'] }, { containerId: 'second', ships: [] });
    const said: string[] = [];
    const next = await daemon('next', dead);
    await next.boot.run((sentence) => said.push(sentence));
    expect(next.boot.status.receipt).toMatchObject({ adopted: 1, lost: [] });
    expect(said).toEqual([expect.stringContaining('0 lost')]);
    next.vanish();

    const era = { status: () => Promise.resolve({ era: 'new', nextResetMs: null }) };
    const { decisions, ...here } = room.instance();
    const old = new RegisterPlayer(systemContext(here.parts.ids, 'test', 'test'), 1, 'AGENT', 'old');
    await new RegisterPlayerHandler(decisions).execute(old);
    const later = await daemon('later', { ...dead, game: era });
    room.clock.pass(1_000);
    await later.boot.run((sentence) => said.push(sentence));
    const lost = later.boot.status.receipt?.lost ?? [];
    expect(lost.map(({ containerId }) => containerId).sort()).toEqual(['first', 'second']);
    expect(lost[0]?.reason).toBe('dead_era: its universe is gone');
    for (const { containerId } of lost) {
      const types = await room.typesIn(containerStream(containerId));
      expect(types.filter((type) => type === 'ContainerFailed')).toHaveLength(1);
    }
    later.vanish();
    const clean = await daemon('clean', { ...dead, game: era });
    await clean.boot.run((sentence) => said.push(sentence));
    expect(clean.boot.status.receipt).toMatchObject({ lost: [] });
  });

  it('leaves what another account flies, or any, as it is: a daemon that flies it takes it over', async () => {
    await leftBehind({ containerId: 'c', ships: ['SHIP-1'] });
    const before = await room.container('c');
    const { forPlayer, ...others } = nothingFlown;
    const rulesOf = (flown: number) => ({
      ...others,
      forPlayer: (of: number) => (of === flown ? undefined : forPlayer(of)),
    });
    const grounded = await daemon('grounded', { ...dead, operations: noOperations });
    const operations = new WaitingOperations();
    const flying = (of: number) => ({ rules: rulesOf(of), run: operations.run.bind(operations) });
    const ofAnother = await daemon('of-another', { ...dead, operations: flying(2) });
    for (const each of [grounded, ofAnother]) {
      expect(await each.look()).toMatchObject({ done: [], lost: [], failed: [] });
      await each.boot.run(() => undefined);
      expect(each.boot.status.receipt).toMatchObject({ lost: [] });
    }
    expect(await room.container('c')).toEqual(before);
    expect((await room.lease(resource('SHIP-1'))).hold).toMatchObject({ holder: { id: 'c' } });

    const next = await daemon('next', { ...dead, operations: flying(1) });
    await next.look();
    await eventually(async () =>
      expect(await room.container('c')).toMatchObject({ status: 'RUNNING', daemon: 'next' }),
    );
  });

  it('that finds only what cannot be run leaves nothing running and no ship held', async () => {
    await leftBehind({ containerId: 'c', ships: ['SHIP-1'] });
    const next = await daemon('next', { ...dead, operations: { run: (attempt, io) => noOperations.run(attempt, io) } });
    await next.look();
    await eventually(async () => expect(await room.container('c')).toMatchObject({ status: 'FAILED' }));
    await eventually(async () => expect((await room.lease(resource('SHIP-1'))).hold).toBeNull());
  });
});
