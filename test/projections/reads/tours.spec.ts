import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { examples } from '../../support/examples.js';
import { ListAssignments } from '../../../src/application/queries/assignments.js';
import { ListPlayers } from '../../../src/application/queries/players.js';
import { FindSystem, ListSystems } from '../../../src/application/queries/systems.js';
import { ListTours } from '../../../src/application/queries/tours.js';
import { Asking, idOf, markets, shipOf, tour } from '../support/asking.js';

const { atMs, waypoint } = examples;
const chart = examples.chart({
  symbol: 'X1-TS98',
  waypoints: [
    waypoint({ symbol: 'X1-TS98-A1', x: 0, y: 0 }),
    waypoint({ symbol: 'X1-TS98-B2', x: 3, y: 4 }),
    waypoint({ symbol: 'X1-TS98-C3', x: 3, y: 0, hasFuel: false }),
  ],
});

describe('asking for tours and the map', () => {
  let asking: Asking;
  const ask: Asking['ask'] = (query) => asking.ask(query);
  const value: Asking['value'] = (query) => asking.value(query);
  const write = (...events: readonly DomainEvent[]) => asking.write(...events);
  beforeEach(async () => {
    asking = await Asking.open();
  });
  afterEach(() => asking.close());

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
});
