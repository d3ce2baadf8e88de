import { CqrsModule, QueryBus, type Query } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { CLOCK, EVENT_STORE } from '../../../src/application/ports/tokens.js';
import { DATABASE, DatabaseUnavailable, PROJECTIONS } from '../../../src/application/ports/views.js';
import {
  FindAssignments,
  ListAssignments,
  ListHolds,
  SummariseOperations,
} from '../../../src/application/queries/assignments.js';
import { FindContainer, ListContainers, ListDaemons } from '../../../src/application/queries/containers.js';
import { ListPlayers } from '../../../src/application/queries/players.js';
import { ListParked, ListProjections } from '../../../src/application/queries/projections.js';
import { FindSystem, ListSystems } from '../../../src/application/queries/systems.js';
import { ListTours } from '../../../src/application/queries/tours.js';
import type { NotThereYet, ViewAnswer } from '../../../src/application/queries/view-answer.js';
import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { PlayerId, ShipSymbol } from '../../../src/domain/ids.js';
import { shipResource } from '../../../src/domain/lease/resource.js';
import { systemClock } from '../../../src/infrastructure/clock.js';
import { viewProviders } from '../../../src/projections/reads/query-handlers.js';
import { eventually } from '../../support/eventually.js';
import { examples } from '../../support/examples.js';
import { World } from '../support/world.js';

const { atMs, waypoint } = examples;
const markets = ['X1-TS98-A1', 'X1-TS98-B2', 'X1-TS98-C3'];
const chart = examples.chart({
  symbol: 'X1-TS98',
  waypoints: [
    waypoint({ symbol: 'X1-TS98-A1', x: 0, y: 0 }),
    waypoint({ symbol: 'X1-TS98-B2', x: 3, y: 4 }),
    waypoint({ symbol: 'X1-TS98-C3', x: 3, y: 0, hasFuel: false }),
  ],
});

const shipOf = (player: number, ship: string) => shipResource(PlayerId(player), ShipSymbol(ship));
const idOf = (ship: string) => `scout-tour-${ship}-85834fb5`;

function tour(player: number, ship: string, params: object = { system: 'X1-TS98', markets }): DomainEvent[] {
  const containerId = idOf(ship);
  const config = { command_type: 'ScoutTourCommand', params: { ship_symbol: ship, ...params }, iterations: -1 };
  const { container, lease } = examples;
  return [
    lease.granted({
      resource: shipOf(player, ship),
      holder: examples.holder({ id: containerId }),
      operation: 'command',
    }),
    container.created({ containerId, player, containerType: 'command', ships: [ship], config }),
    container.starting({ containerId }),
    container.started({ containerId, leases: [{ ship, token: 1 }] }),
  ];
}

const idle = (player: number, ship: string): DomainEvent[] => {
  const of = { resource: shipOf(player, ship), holder: examples.agent() };
  return [examples.lease.granted({ ...of, operation: 'mine' }), examples.lease.released({ ...of, atMs: atMs + 1_000 })];
};

describe('asking the views', () => {
  let world: World;
  let module: TestingModule;
  let head: bigint;

  const ask = <T>(query: Query<T>): Promise<T> => module.get(QueryBus).execute(query);
  async function value<T>(query: Query<ViewAnswer<T> | NotThereYet | { readonly type: 'UnknownSystem' }>): Promise<T> {
    const answer = await ask(query);
    if (answer.type !== 'Answered') throw new Error(answer.type);
    return answer.value;
  }
  async function started(): Promise<void> {
    const projecting = world.project();
    module = await Test.createTestingModule({
      imports: [CqrsModule.forRoot()],
      providers: [
        ...viewProviders,
        { provide: CLOCK, useValue: systemClock },
        { provide: DATABASE, useValue: world.database },
        { provide: EVENT_STORE, useValue: world.store },
        { provide: PROJECTIONS, useValue: projecting },
      ],
    }).compile();
    await module.init();
  }
  const write = async (...events: DomainEvent[]) => {
    head = await world.writer.write(...events);
    for (const view of ['fleet', 'systems', 'players']) await world.reached(head, view);
  };

  beforeEach(async () => {
    world = await World.open();
    await started();
  });
  afterEach(async () => {
    await module.close();
    await world.close();
  });

  describe('for assignments', () => {
    beforeEach(() => write(...tour(2, 'COOPER-2'), ...tour(1, 'COOPER-3'), ...idle(1, 'COOPER-4')));

    it('lists the leases in force by default, with the holding container and its config', async () => {
      const { rows, next } = await value(new ListAssignments());
      expect(rows.map(({ player, ship, status }) => [player, ship, status])).toEqual([
        [1, 'COOPER-3', 'active'],
        [2, 'COOPER-2', 'active'],
      ]);
      expect(next).toBeNull();
      expect(rows[0]).toMatchObject({
        containerId: idOf('COOPER-3'),
        holder: { kind: 'container', id: idOf('COOPER-3'), attempt: 1 },
        token: 1,
        operation: 'command',
        assignedAtMs: atMs,
        releasedAtMs: null,
        previous: null,
        container: { status: 'RUNNING', token: 1, config: { command_type: 'ScoutTourCommand', params: { markets } } },
      });
    });

    it('lists idle ones when asked, as idle', async () => {
      const { rows } = await value(new ListAssignments({ statuses: ['idle'] }));
      expect(rows).toMatchObject([
        {
          ship: 'COOPER-4',
          status: 'idle',
          holder: null,
          containerId: null,
          container: null,
          releasedAtMs: atMs + 1_000,
          releaseReason: 'completed',
          operation: 'mine',
          previous: { holder: { kind: 'agent', id: 'agent-7' }, token: 1 },
        },
      ]);
    });

    it.each([
      [{ player: 2 }, ['COOPER-2']],
      [{ containerId: idOf('COOPER-3') }, ['COOPER-3']],
      [{ operation: 'mine' }, []],
      [{ operation: 'mine', statuses: ['idle' as const] }, ['COOPER-4']],
    ])('filters by %j', async (filter, ships) => {
      expect((await value(new ListAssignments(filter))).rows.map(({ ship }) => ship)).toEqual(ships);
    });

    it('pages by key', async () => {
      const statuses = ['active', 'idle'] as const;
      const first = await value(new ListAssignments({ statuses, limit: 2 }));
      expect(first.rows.map(({ ship }) => ship)).toEqual(['COOPER-3', 'COOPER-4']);
      expect(first.next).toEqual({ player: 1, ship: 'COOPER-4' });
      const second = await value(new ListAssignments({ statuses, limit: 2, after: first.next ?? undefined }));
      expect(second.rows.map(({ ship }) => ship)).toEqual(['COOPER-2']);
      expect(second.next).toBeNull();
    });

    it("[A149] finds every player's ship of a symbol, and none that is unknown", async () => {
      await write(...tour(7, 'COOPER-9'), ...idle(8, 'COOPER-9'));
      const found = await value(new FindAssignments({ ship: 'COOPER-9' }));
      expect(found.map(({ player, status }) => [player, status])).toEqual([
        [7, 'active'],
        [8, 'idle'],
      ]);
      expect(await value(new FindAssignments({ ship: 'COOPER-9', player: 8 }))).toHaveLength(1);
      expect(await value(new FindAssignments({ ship: 'GHOST-1' }))).toEqual([]);
    });

    it('[A153] counts by operation and status', async () => {
      await write(...idle(1, 'COOPER-5'));
      expect(await value(new SummariseOperations())).toEqual([
        { operation: 'command', status: 'active', count: 2 },
        { operation: 'mine', status: 'idle', count: 2 },
      ]);
      expect(await value(new SummariseOperations({ player: 2 }))).toEqual([
        { operation: 'command', status: 'active', count: 1 },
      ]);
    });

    it('says what position it is of and how old it may be', async () => {
      await eventually(async () =>
        expect(await ask(new ListAssignments())).toMatchObject({ type: 'Answered', position: head, head, parked: 0 }),
      );
      const answer = await ask(new ListAssignments());
      expect(answer.type === 'Answered' && answer.ageMs).toBeLessThan(5_000);
    });
  });

  describe('about the past', () => {
    it('answers as the log was at a position, or at an instant', async () => {
      await write(...tour(1, 'COOPER-2'), ...tour(1, 'COOPER-3'));
      const then = head;
      const thenMs = Math.max(...(await world.recorded()).map(({ createdMs }) => createdMs));
      await eventually(() => expect(systemClock.nowMs()).toBeGreaterThan(thenMs));
      const live = await value(new ListAssignments());
      await write(
        examples.lease.released({ resource: shipOf(1, 'COOPER-2'), holder: examples.holder({ id: idOf('COOPER-2') }) }),
        examples.container.completed({ containerId: idOf('COOPER-2') }),
      );
      expect((await value(new ListAssignments())).rows).toHaveLength(1);

      for (const asOf of [{ position: then }, { atMs: thenMs }]) {
        const past = await ask(new ListAssignments({ asOf }));
        expect(past).toMatchObject({ type: 'Answered', position: then, ageMs: 0 });
        expect(past).toHaveProperty('value', live);
        const one = await value(new FindAssignments({ ship: 'COOPER-2', asOf }));
        expect(one).toEqual(live.rows.slice(0, 1));
      }
      expect(await value(new FindAssignments({ ship: 'COOPER-2', asOf: { position: 0n } }))).toEqual([]);
      expect((await value(new ListAssignments({ asOf: { position: then }, limit: 1 }))).next).toEqual({
        player: 1,
        ship: 'COOPER-2',
      });
    });
  });

  describe("for one's own write", () => {
    it('waits until the view reflects it', async () => {
      const position = await world.writer.write(...tour(1, 'COOPER-2'));
      const answer = await ask(new FindAssignments({ ship: 'COOPER-2', minPosition: position }));
      expect(answer).toMatchObject({ type: 'Answered', value: [{ ship: 'COOPER-2' }] });
    });

    it('waits no longer than was said, and says how far the view is', async () => {
      await write(...tour(1, 'COOPER-2'));
      const answer = await ask(new FindAssignments({ ship: 'COOPER-2', minPosition: head + 10n, waitMs: 60 }));
      expect(answer).toMatchObject({ type: 'NotThereYet', view: 'fleet', position: head, minPosition: head + 10n });
      expect(answer.type === 'NotThereYet' && answer.waitedMs).toBeGreaterThanOrEqual(60);
    });
  });

  describe('for containers', () => {
    beforeEach(() =>
      write(
        ...tour(1, 'COOPER-2'),
        ...tour(2, 'COOPER-3'),
        ...tour(1, 'COOPER-4'),
        examples.container.failed({ containerId: idOf('COOPER-4') }),
        examples.container.created({
          containerId: 'dock-1',
          containerType: 'DOCK',
          commandType: '',
          parentId: idOf('COOPER-2'),
        }),
      ),
    );

    it.each([
      [{}, [idOf('COOPER-2'), idOf('COOPER-3'), idOf('COOPER-4'), 'dock-1']],
      [{ player: 2 }, [idOf('COOPER-3')]],
      [{ statuses: ['FAILED' as const] }, [idOf('COOPER-4')]],
      [{ containerTypes: ['DOCK'] }, ['dock-1']],
      [{ commandTypes: ['ScoutTourCommand'], player: 2 }, [idOf('COOPER-3')]],
      [{ parentId: idOf('COOPER-2') }, ['dock-1']],
      [{ ship: 'COOPER-3' }, [idOf('COOPER-3')]],
      [{ after: idOf('COOPER-2') }, [idOf('COOPER-3'), idOf('COOPER-4')]],
    ])('filters by %j', async (filter, ids) => {
      const { rows } = await value(new ListContainers(filter));
      expect(rows.map(({ containerId }) => containerId)).toEqual([...ids].sort());
    });

    it('finds one, or none', async () => {
      expect(await value(new FindContainer({ containerId: 'dock-1' }))).toMatchObject({
        containerType: 'DOCK',
        status: 'PENDING',
      });
      expect(await value(new FindContainer({ containerId: 'dock-2' }))).toBeNull();
    });

    it('[A154] lists as daemons exactly the live ones, under their real status', async () => {
      await write(examples.container.interrupted({ containerId: idOf('COOPER-3') }));
      expect((await value(new ListDaemons())).map(({ containerId, status }) => [containerId, status])).toEqual([
        ['dock-1', 'PENDING'],
        [idOf('COOPER-2'), 'RUNNING'],
        [idOf('COOPER-3'), 'INTERRUPTED'],
      ]);
    });

    it('[A157] pairs leases with containers, and shows what stands alone on either side', async () => {
      const holder = examples.holder({ id: 'gone' });
      await write(
        examples.lease.granted({ resource: shipOf(1, 'COOPER-8'), holder }),
        examples.lease.released({ resource: shipOf(2, 'COOPER-3'), holder: examples.holder({ id: idOf('COOPER-3') }) }),
      );
      const pairs = await value(new ListHolds());
      expect(
        pairs.map(({ ship, assignment, container }) => [
          ship,
          assignment?.containerId ?? null,
          container?.status ?? null,
        ]),
      ).toEqual([
        ['COOPER-2', idOf('COOPER-2'), 'RUNNING'],
        ['COOPER-4', idOf('COOPER-4'), 'FAILED'],
        ['COOPER-8', 'gone', null],
        ['COOPER-2', null, 'PENDING'],
        ['COOPER-3', null, 'RUNNING'],
      ]);
    });
  });

  describe('for tours', () => {
    it('[A143] says that the system was never charted', async () => {
      await write(...tour(1, 'COOPER-2'));
      expect(await ask(new ListTours({ system: 'X1-TS98' }))).toEqual({ type: 'UnknownSystem', system: 'X1-TS98' });
    });

    it('[A140, A141] gives the tours of a system, of all players or of one', async () => {
      await write(
        examples.system.charted({ chart }),
        ...['COOPER-2', 'COOPER-3', 'COOPER-4', 'COOPER-5', 'COOPER-6'].flatMap((ship) => tour(2, ship)),
        ...tour(1, 'OTHER-1'),
        ...tour(2, 'COOPER-7', { system: 'X1-ELSE', markets: ['X1-ELSE-A1'] }),
        examples.system.charted({ chart: examples.chart({ symbol: 'X1-ELSE' }) }),
      );
      const own = await value(new ListTours({ system: 'X1-TS98', player: 2 }));
      const { rows } = await value(new ListAssignments({ player: 2 }));
      const shown = rows.filter(({ ship }) => ship !== 'COOPER-7').map(({ ship, containerId }) => [ship, containerId]);
      expect(own.map(({ ship, containerId }) => [ship, containerId])).toEqual(shown);
      expect(own[0]).toEqual({
        system: 'X1-TS98',
        containerId: idOf('COOPER-2'),
        player: 2,
        ship: 'COOPER-2',
        status: 'RUNNING',
        attempt: 1,
        token: 1,
        assignedAtMs: atMs,
        markets,
        order: markets,
        algorithm: 'config-order',
        totalDistance: 12,
        visited: [],
        laps: 0,
        lastLapAtMs: null,
        lastVisit: null,
      });
      expect(await value(new ListTours({ system: 'X1-TS98' }))).toHaveLength(6);
    });

    it('[A144, A145] shows a lap in progress, and the order of the last complete one', async () => {
      const containerId = idOf('COOPER-2');
      const visit = (market: string, at: number) =>
        examples.container.marketVisited({ containerId, waypoint: market, atMs: atMs + at });
      const flown = ['X1-TS98-B2', 'X1-TS98-C3', 'X1-TS98-A1'];
      await write(examples.system.charted({ chart }), ...tour(1, 'COOPER-2'), visit('X1-TS98-B2', 1));
      expect((await value(new ListTours({ system: 'X1-TS98' })))[0]).toMatchObject({
        order: markets,
        algorithm: 'config-order',
        visited: ['X1-TS98-B2'],
        lastVisit: { waypoint: 'X1-TS98-B2', atMs: atMs + 1 },
      });

      await write(
        visit('X1-TS98-C3', 2),
        visit('X1-TS98-A1', 3),
        examples.container.iterationCompleted({ containerId, visited: flown, atMs: atMs + 4 }),
      );
      expect((await value(new ListTours({ system: 'X1-TS98' })))[0]).toMatchObject({
        markets,
        order: flown,
        algorithm: 'ortools-vrp',
        totalDistance: 12,
        visited: [],
        laps: 1,
        lastLapAtMs: atMs + 4,
      });
    });

    it('[A147] leaves out a container without markets', async () => {
      await write(examples.system.charted({ chart }), ...tour(1, 'COOPER-2', { system: 'X1-TS98', markets: [] }));
      expect(await value(new ListTours({ system: 'X1-TS98' }))).toEqual([]);
    });

    it('[A157] shows no tour of a ship that the container does not hold, and none of an ended container', async () => {
      await write(
        examples.system.charted({ chart }),
        ...tour(1, 'COOPER-2'),
        ...tour(1, 'COOPER-3'),
        examples.lease.released({ resource: shipOf(1, 'COOPER-2'), holder: examples.holder({ id: idOf('COOPER-2') }) }),
        examples.container.failed({ containerId: idOf('COOPER-3') }),
      );
      expect(await value(new ListTours({ system: 'X1-TS98' }))).toEqual([]);
    });
  });

  describe('for the map', () => {
    it('gives back a chart as it was drawn', async () => {
      await write(examples.system.charted({ chart, atMs: atMs + 5 }));
      expect(await value(new FindSystem({ system: 'X1-TS98' }))).toEqual({ chart, lastUpdatedMs: atMs + 5 });
      expect(await value(new FindSystem({ system: 'X1-NONE' }))).toBeNull();
      expect(await value(new ListSystems())).toEqual([
        { symbol: 'X1-TS98', type: 'RED_STAR', waypoints: 3, lastUpdatedMs: atMs + 5 },
      ]);
    });

    it('[A150, A156] lists players by id, and nothing secret', async () => {
      await write(
        examples.player.registered({ player: 10, agentSymbol: 'TEN' }),
        examples.player.registered({ player: 9, agentSymbol: 'NINE' }),
        examples.player.registered({ player: 10, agentSymbol: 'TENTH', atMs: atMs + 9 }),
      );
      expect(await value(new ListPlayers())).toEqual([
        { player: 9, agentSymbol: 'NINE', registeredAtMs: atMs },
        { player: 10, agentSymbol: 'TENTH', registeredAtMs: atMs },
      ]);
    });
  });

  it('tells how the projections stand, and what is parked', async () => {
    await world.writer.writeRaw('ship-1.ODD-1', { ...examples.newEvent(examples.player.registered()), type: 'Odd' });
    await write(...tour(1, 'COOPER-2'));
    const statuses = await ask(new ListProjections());
    expect(statuses.map(({ view }) => view)).toEqual(['fleet', 'systems', 'players']);
    expect(statuses[0]).toMatchObject({ role: 'projecting', parked: 1, position: head });
    expect(await ask(new ListParked())).toMatchObject([{ view: 'fleet', stream: 'ship-1.ODD-1', eventType: 'Odd' }]);
    expect(await ask(new ListParked({ view: 'players' }))).toEqual([]);
    expect(await ask(new ListAssignments())).toMatchObject({ parked: 1 });
  });

  it('[A155] rejects while PostgreSQL lets nobody in, and answers again after', async () => {
    await write(...tour(1, 'COOPER-2'));
    const closed = await world.shutOut();
    await expect(ask(new ListAssignments())).rejects.toThrow(DatabaseUnavailable);
    await expect(ask(new ListAssignments({ minPosition: head }))).rejects.toThrow(DatabaseUnavailable);
    expect(await ask(new ListProjections())).toHaveLength(3);
    await closed.open();
    expect((await value(new ListAssignments())).rows).toHaveLength(1);
  });
});
