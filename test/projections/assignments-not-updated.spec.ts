import { readFile } from 'node:fs/promises';
import type { DomainEvent } from '../../src/application/events/catalogue.js';
import { shipResource } from '../../src/domain/lease/resource.js';
import { examples } from '../support/examples.js';
import { World } from './support/world.js';

const { atMs } = examples;
const system = 'X1-TS98';
const failed = ['60c082ef', '4ce9dc6a', 'b1acec8f', '7d940c05', '85834fb5'];
const restarted = ['a45ecee2', '77ad25d0', '1c930fc0', 'd2f93bdb', 'ff387233'];
const fleet = [2, 3, 4, 5, 6].map((number, index) => ({
  ship: `COOPER-${number}`,
  old: `scout-tour-cooper-${number}-${failed[index]}`,
  now: `scout-tour-cooper-${number}-${restarted[index]}`,
}));

function tour(containerId: string, ship: string, token: number): DomainEvent[] {
  const config = {
    command_type: 'ScoutTourCommand',
    params: { ship_symbol: ship, player_id: 2, system, markets: [`${system}-A1`, `${system}-B2`] },
    iterations: -1,
  };
  const leases = [{ ship, token }];
  const { container } = examples;
  return [
    container.created({ containerId, player: 2, containerType: 'command', ships: [ship], config }),
    container.starting({ containerId }),
    container.started({ containerId, leases }),
  ];
}

/** Every tour fails, and is restarted under another id. */
function restarts({ ship, old, now }: (typeof fleet)[number]): DomainEvent[] {
  const resource = shipResource(2, ship);
  const holder = examples.holder({ id: old });
  return [
    examples.lease.granted({ resource, holder, operation: 'command' }),
    ...tour(old, ship, 1),
    examples.lease.handedOver({
      resource,
      holder: examples.holder({ id: now }),
      from: { holder, token: 1 },
      operation: 'command',
      atMs: atMs + 5_000,
    }),
    ...tour(now, ship, 2),
    examples.container.failed({ containerId: old, error: 'recovery_error' }),
  ];
}

describe('the SQL of the report "ship assignments not updated when scout tour containers restart"', () => {
  let world: World;
  let answers: Record<string, unknown>[][];

  beforeAll(async () => {
    world = await World.open();
    world.project();
    await world.reached(await world.writer.write(...fleet.flatMap(restarts)));
    const text = await readFile(new URL('fixtures/assignments-not-updated.sql', import.meta.url), 'utf8');
    const statements = text.split(';').map((each) => each.trim());
    answers = [];
    for (const sql of statements) if (sql !== '') answers.push(await world.database.query(sql));
  });
  afterAll(() => world.close());

  const byShip = (one: Record<string, unknown>, other: Record<string, unknown>) =>
    String(one['ship_symbol']).localeCompare(String(other['ship_symbol']));

  it('is all run: five statements', () => {
    expect(answers).toHaveLength(5);
  });

  it('[A103] finds the five running containers with their system', () => {
    const found = answers[0]?.map(({ container_id }) => container_id).sort();
    expect(found).toEqual(fleet.map(({ now }) => now).sort());
    expect(answers[0]?.every((row) => row['status'] === 'RUNNING' && row['system'] === system)).toBe(true);
  });

  it('[A103] finds five active rows that point at them, none idle and none at a failed one', () => {
    const expected = fleet.map(({ ship, now }) => ({ ship_symbol: ship, container_id: now, status: 'active' }));
    expect(answers[1]?.sort(byShip)).toEqual(expected);
    expect(answers[4]?.sort(byShip)).toEqual(expected);
  });

  it('[A103, A157] joins them, where the report got no row', () => {
    expect(answers[2]?.sort(byShip)).toEqual(fleet.map(({ ship, now }) => ({ ship_symbol: ship, container_id: now })));
  });

  it('[A103] shows active assignments of running containers after a deployment', () => {
    expect(answers[3]?.sort(byShip)).toEqual(
      fleet.map(({ ship, now }) => ({
        ship_symbol: ship,
        container_id: now,
        status: 'active',
        container_status: 'RUNNING',
      })),
    );
  });

  it('[A157] leaves no active assignment and no running tour on its own', async () => {
    const alone = await world.database.query(
      `SELECT * FROM (SELECT * FROM ship_assignments WHERE status = 'active') sa
       FULL JOIN (SELECT * FROM containers WHERE status = 'RUNNING') c
         ON sa.container_id = c.container_id AND sa.player_id = c.player_id
       WHERE sa.ship_symbol IS NULL OR c.container_id IS NULL`,
    );
    expect(alone).toEqual([]);
  });
});
