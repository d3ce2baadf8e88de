import { commandLines } from '../support/command-lines.js';
import { eventually } from '../support/eventually.js';
import { holdersIn } from '../support/invariants.js';
import { wholeLog } from '../support/whole-log.js';
import { evidenceOf } from './inspection.js';
import { judge } from './judge/judge.js';
import type { Order } from './judge/work.js';
import { setStage, type Stage } from './stage.js';
import { Servers, wait } from './storm.js';
import type { ShipNow } from './universe.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- events and answers are read as they come */

/** What stands in docs/operations.md. */
const stoppedInOrder = 0;
const somethingWasCut = 124;

/** Processes that were started on that directory. */
const ownedBy = (directory: string): readonly string[] =>
  commandLines().flatMap(({ line }) => (line.includes(directory) ? [line] : []));

describe('SIGTERM while every ship is in another kind of step', () => {
  let stage: Stage;
  let servers: Servers;
  let haulers: readonly ShipNow[];
  let probe: ShipNow;
  let markets: readonly { readonly symbol: string; readonly goods: readonly string[] }[];
  let home: string;
  const orders: Order[] = [];

  beforeAll(async () => {
    stage = await setStage(25);
    servers = new Servers(stage.dataDir, {
      ...stage.settings,
      HOLDFAST_GAME_TIMEOUT_MS: '10000',
      // Shorter than what is still under way takes: what is interrupted at once stays silent for longer.
      HOLDFAST_DAEMON_TTL_MS: '3000',
      HOLDFAST_DAEMON_RENEW_MS: '500',
      HOLDFAST_RESTART_DELAYS_MS: '600000',
    });
    await servers.start();
    const ships = await stage.universe.ships();
    haulers = ships.filter(({ capacity }) => capacity > 0);
    home = haulers[0]?.waypoint ?? '';
    probe = ships.find(({ capacity, waypoint }) => capacity === 0 && waypoint === home)!;
    markets = await stage.universe.markets(home.split('-').slice(0, 2).join('-'));
  }, 90_000);
  afterAll(async () => {
    await servers.stop();
    await stage.remove();
  }, 60_000);

  const start = async (id: string, ship: string, commandType: string, params: object, more: object = {}) => {
    orders.push({ id, ship, kind: 'other', acknowledged: true });
    const config = { command_type: commandType, params: { ship_symbol: ship, ...params } };
    const body = { player: 1, id, ships: [ship], runner: 'daemon', config, ...more };
    expect(await servers.server.post('containers', body)).toMatchObject({ status: 201 });
  };
  const container = async (id: string) => (await servers.server.get(`containers/${id}`)).body.container;
  const reaches = (id: string, status: string, withinMs = 30_000) =>
    eventually(async () => expect(await container(id)).toMatchObject({ status }), withinMs);
  const deeds = async (ship: string, action: string) =>
    (await stage.universe.journal()).filter((each) => each.ship === ship && each.action === action);
  const intents = async (ship: string, action: string) =>
    (await wholeLog(servers.server)).filter(
      ({ type, stream, data }) =>
        type === 'EffectIntended' && stream === `ship-1.${ship}` && (data as any).action === action,
    );
  const slowly = (ship: string, action: string, delayMs = 6_000) =>
    stage.universe.arm({ kind: 'slow', method: 'POST', path: `/v2/my/ships/${ship}/${action}`, delayMs });
  const nameOf = (index: number) => haulers[index]?.symbol ?? '';
  const good = () => markets.find(({ symbol }) => symbol === home)?.goods.find((each) => each !== 'FUEL') ?? '';

  it('[A268a, A268b, A268d, A268i, A269, A270] interrupts them all in order, also when asked twice, keeps every ship, and each goes on at its own step', async () => {
    const [flying, orbiting, docking, refuelling, buying, backingOff, settling] = [0, 1, 2, 3, 4, 5, 6].map(nameOf) as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const far = markets.find(({ symbol }) => symbol !== home)?.symbol ?? '';
    // A ship that has burned fuel, and one that is in orbit.
    await start('there', refuelling, 'navigate', { destination: far });
    await start('up', docking, 'orbit', {});
    await reaches('there', 'COMPLETED');
    await reaches('up', 'COMPLETED');

    await start('back-off', backingOff, 'dock', {}, { restartPolicy: 'always' });
    await eventually(async () => expect((await container('back-off')).backOff).not.toBeNull());
    const lost = { kind: 'error-before', method: 'POST', path: `/v2/my/ships/${settling}/purchase` } as const;
    await stage.universe.arm(lost);
    await start('settle', settling, 'purchase', { good: good(), units: 3 });
    await eventually(async () => expect(await intents(settling, 'purchase')).toHaveLength(1));

    await start('flight', flying, 'navigate', { destination: markets.at(-1)?.symbol });
    await eventually(async () => expect(await deeds(flying, 'navigate')).toHaveLength(1));

    await slowly(orbiting, 'orbit');
    await slowly(docking, 'dock');
    await slowly(refuelling, 'refuel');
    await slowly(buying, 'purchase');
    const market = `/v2/systems/*/waypoints/${home}/market`;
    await stage.universe.arm({ kind: 'slow', method: 'GET', path: market, delayMs: 8_000, times: 2 });
    const tour = [home, far];
    await start(
      'visit',
      probe.symbol,
      'ScoutTourCommand',
      { system: home.slice(0, 7), markets: tour },
      { iterations: -1 },
    );
    await start('orbit', orbiting, 'orbit', {});
    await start('dock', docking, 'dock', {});
    await start('refuel', refuelling, 'refuel', {});
    await stage.universe.control(`markets/${home}/${good()}`, { units: 500 });
    await start('purchase', buying, 'purchase', { good: good(), units: 3 });
    const done = async () => [
      ...(await deeds(orbiting, 'orbit')),
      ...(await deeds(docking, 'dock')),
      ...(await deeds(refuelling, 'refuel')),
      ...(await deeds(buying, 'purchase')),
    ];
    await eventually(async () => expect((await done()).length).toBeGreaterThanOrEqual(3));

    const all = ['back-off', 'dock', 'flight', 'orbit', 'purchase', 'refuel', 'settle', 'visit'];
    for (const id of all) expect(await container(id)).toMatchObject({ status: 'RUNNING' });
    const held = holdersIn(await wholeLog(servers.server));
    process.kill(servers.server.pid, 'SIGTERM');
    await wait(1_000);
    expect(await servers.stop()).toBe(stoppedInOrder);

    await servers.start();
    const events = await wholeLog(servers.server);
    const stopped = events.find(({ type }) => type === 'InstanceStopped')!;
    expect((stopped.data as any).manifest).toMatchObject({ interrupted: all, cut: [], unwritten: [] });
    const before = events.filter(({ position }) => position <= stopped.position);
    expect([...holdersIn(before)]).toEqual([...held]);
    const interrupted = before.filter(({ type }) => type === 'ContainerInterrupted').map(({ data }) => data as any);
    expect(interrupted.map(({ containerId }) => containerId as string).sort()).toEqual(all);
    for (const { reason } of interrupted) expect(reason).toBe('daemon_shutdown');

    for (const id of ['dock', 'flight', 'orbit', 'purchase', 'refuel', 'settle']) await reaches(id, 'COMPLETED');
    for (const id of all.filter((each) => each !== 'back-off')) {
      expect(await container(id)).toMatchObject({ attempt: 2, restartCount: 0 });
    }
    for (const [ship, action] of [
      [flying, 'navigate'],
      [orbiting, 'orbit'],
      [docking, 'dock'],
      [refuelling, 'refuel'],
      [buying, 'purchase'],
      [settling, 'purchase'],
    ] as const) {
      expect([ship, action, (await deeds(ship, action)).length]).toEqual([ship, action, 1]);
    }
  }, 120_000);

  it('[A268c] cuts what does not come to a safe point in time, and the next start finds out what became of it', async () => {
    const ship = nameOf(7);
    await servers.stop();
    const impatient = { ...stage.settings, HOLDFAST_DRAIN_MS: '300', HOLDFAST_RESTART_DELAYS_MS: '600000' };
    const hasty = new Servers(stage.dataDir, impatient);
    servers = hasty;
    await servers.start();
    await slowly(ship, 'purchase', 3_500);
    await start('cut', ship, 'purchase', { good: good(), units: 2 });
    await eventually(async () => expect(await deeds(ship, 'purchase')).toHaveLength(1));
    expect(await servers.stop()).toBe(somethingWasCut);
    await servers.start();
    await reaches('cut', 'COMPLETED');
    expect(await deeds(ship, 'purchase')).toHaveLength(1);
    const { body } = await servers.server.get('events?streams=daemon-&limit=1000');
    const manifests = body.events
      .filter(({ type }: any) => type === 'InstanceStopped')
      .map(({ data }: any) => data.manifest);
    expect(manifests.at(-1)).toMatchObject({ cut: ['cut'], interrupted: expect.arrayContaining(['cut']) });
  }, 60_000);

  it('[A268a] ends a server in order that is still coming up, wherever it is', async () => {
    await servers.stop();
    for (const afterMs of [700, 1_200, 1_700, 2_200, 2_700]) {
      const { pid } = await servers.launch();
      await wait(afterMs);
      const hasBegun = ownedBy(stage.dataDir).length > 0;
      process.kill(pid, 'SIGTERM');
      const code = await servers.server.ended;
      if (hasBegun) expect([afterMs, code]).toEqual([afterMs, stoppedInOrder]);
      await eventually(() => expect(ownedBy(stage.dataDir)).toEqual([]));
    }
    await servers.start();
  }, 120_000);

  it('[A281] has done nothing twice and lost nothing', async () => {
    for (const id of ['visit', 'back-off']) await servers.server.post(`containers/${id}/stop`, {});
    await reaches('visit', 'STOPPED');
    await reaches('back-off', 'STOPPED');
    const { findings } = judge(await evidenceOf(servers.server, stage.universe), orders, { alone: true });
    expect(findings).toEqual([]);
  }, 30_000);
});
