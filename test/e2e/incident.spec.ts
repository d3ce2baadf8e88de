import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { startScoutWorker, type ScoutWorker } from '../support/scout-workers.js';
import { scratchDirectory, startServer, type ServerProcess } from '../support/server-process.js';

const shipped = fileURLToPath(new URL('../../examples/X1-HF01.json', import.meta.url));
const chart = JSON.parse(readFileSync(process.env['HOLDFAST_RECORDED_UNIVERSE'] ?? shipped, 'utf8')) as {
  readonly system: { readonly symbol: string };
  readonly waypoints: readonly { readonly symbol: string; readonly traits: readonly string[] }[];
};
const system = chart.system.symbol;
const markets = chart.waypoints.filter(({ traits }) => traits.includes('MARKETPLACE')).map(({ symbol }) => symbol);
const ships = ['COOPER-2', 'COOPER-3', 'COOPER-4', 'COOPER-5', 'COOPER-6'];

const oneSided = `
  SELECT sa.ship_symbol, c.container_id, sa.status AS assignment, c.status AS container
  FROM (SELECT * FROM ship_assignments WHERE status = 'active') sa
  FULL JOIN (SELECT * FROM containers WHERE status = 'RUNNING') c
    ON sa.container_id = c.container_id AND sa.player_id = c.player_id
  WHERE sa.ship_symbol IS NULL OR c.container_id IS NULL`;
const pairs = `
  SELECT sa.ship_symbol, sa.container_id, sa.token::int AS token
  FROM ship_assignments sa
  JOIN containers c ON sa.container_id = c.container_id AND sa.player_id = c.player_id
  WHERE sa.operation = 'command' AND sa.player_id = 2 AND sa.status = 'active' AND c.status = 'RUNNING'
    AND (c.config::jsonb)->>'command_type' = 'ScoutTourCommand'
  ORDER BY sa.ship_symbol`;

/** Looks all the time, from the outside, at what an operator would look at; remembers whatever was ever wrong. */
class Onlooker {
  readonly wrong: string[] = [];
  readonly tokens = new Map<string, number>();
  looks = 0;
  #stop = false;
  readonly #looking: Promise<void>;

  constructor(private readonly server: () => ServerProcess) {
    this.#looking = this.#look();
  }

  async stop(): Promise<void> {
    this.#stop = true;
    await this.#looking;
  }

  async #look(): Promise<void> {
    while (!this.#stop) {
      await this.#once().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** A server or database that is away answers nothing, which is not wrong. */
  async #once(): Promise<void> {
    const { body, status } = await this.server().get(`/api/bot/tours/${system}?player_id=2`);
    if (status === 200 && body.tours.length !== ships.length) this.wrong.push(`${body.tours.length} tours`);
    const client = new pg.Client({ connectionString: this.server().databaseUrl() });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const alone = await client.query(oneSided);
      for (const row of alone.rows) this.wrong.push(`one side alone: ${JSON.stringify(row)}`);
      const held = await client.query<{ ship_symbol: string; token: number }>(pairs);
      if (held.rows.length !== ships.length) this.wrong.push(`${held.rows.length} pairs`);
      for (const { ship_symbol, token } of held.rows) {
        if (token < (this.tokens.get(ship_symbol) ?? 0))
          this.wrong.push(`the token of ${ship_symbol} fell to ${token}`);
        this.tokens.set(ship_symbol, token);
      }
      this.looks++;
    } finally {
      await client.end();
    }
  }
}

describe('five scout tours that fail, restart, and lose their server', () => {
  const scratch = scratchDirectory();
  const workers: ScoutWorker[] = [];
  let server: ServerProcess;
  let onlooker: Onlooker | undefined;

  beforeAll(async () => {
    server = await startServer(scratch.path);
  }, 90_000);

  afterAll(async () => {
    await onlooker?.stop();
    for (const worker of workers) worker.kill();
    await server.stop();
    scratch.remove();
  }, 60_000);

  const visitsSince = (worker: ScoutWorker, token: number) =>
    worker.lines().filter((line) => line.event === 'visited' && (line.token ?? 0) >= token).length;

  it('[A100, A103, A104, A105, A140, A157] stay five tours, five assignments and five running containers throughout', async () => {
    expect((await server.put(`systems/${system}`, chart)).status).toBeLessThan(300);
    await server.put('players/2', { agentSymbol: 'COOPER' });
    ships.forEach((ship, index) => {
      const tour = [...markets.slice(index * 4, index * 4 + 4), markets[0] ?? ''];
      const options = {
        url: server.url,
        player: '2',
        system,
        markets: tour.join(','),
        'leg-ms': '60',
        'fail-after': '12',
      };
      workers.push(startScoutWorker(ship, options));
    });
    await eventually(async () => {
      expect((await server.get(`/api/bot/tours/${system}?player_id=2`)).body.tours).toHaveLength(5);
    }, 30_000);
    onlooker = new Onlooker(() => server);

    await eventually(() => {
      for (const worker of workers) expect(worker.lines().map(({ event }) => event)).toContain('failed');
    }, 30_000);
    await server.kill();
    server = await server.again();

    await eventually(() => {
      for (const worker of workers) expect(worker.lines().map(({ event }) => event)).toContain('restarted');
      for (const worker of workers) expect(visitsSince(worker, 2)).toBeGreaterThan(3);
    }, 60_000);

    const rebuild = fetch(`${server.url}/api/v1/projections/rebuild`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ all: true }),
    }).then((response) => response.text());
    rebuild.catch(() => undefined);
    await server.kill();
    server = await server.again();

    const seen = workers.map((worker) => worker.lines().length);
    await eventually(() => {
      workers.forEach((worker, index) => expect(worker.lines().length).toBeGreaterThan((seen[index] ?? 0) + 5));
    }, 60_000);
    const looked = onlooker.looks;
    await eventually(() => expect(onlooker?.looks).toBeGreaterThan(looked + 5), 30_000);
    await onlooker.stop();

    expect(onlooker.wrong).toEqual([]);
    expect([...onlooker.tokens.keys()].sort()).toEqual(ships);
    for (const worker of workers) {
      const started = worker.lines().find(({ event }) => event === 'started')?.container;
      const { body } = await server.get(`/api/bot/assignments/${worker.ship}`);
      expect(body.assignment).toMatchObject({ ship_symbol: worker.ship, status: 'active', assigned_to: started });
      // A kill between the two writes of a restart leaves a claim half made: it is taken up again, under one token more.
      const { body: past } = await server.get(`players/2/ships/${worker.ship}/history`);
      const events = past.events as readonly { readonly data: { readonly reason?: string } }[];
      const takenUpAgain = events.filter(({ data }) => data.reason === 'claim taken up again').length;
      expect(onlooker.tokens.get(worker.ship)).toBe(2 + takenUpAgain);
    }
  }, 240_000);

  it('[A105] refuse a second container for a touring ship, and say who has it and what to do', async () => {
    const { status, body } = await server.post('containers', { player: 2, ships: ['COOPER-2'] });
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'lease-held', currentToken: 2 });
    expect(body.detail).toMatch(/^Ship COOPER-2 already assigned to scout-tour-COOPER-2-[0-9a-f]{8}$/);
    expect(body.why.nextSteps[0]).toMatchObject({ step: 'wait' });
  });

  it('give every ship back when they are stopped, with one reason each', async () => {
    for (const worker of workers) {
      const container = worker.lines().find(({ event }) => event === 'started')?.container ?? '';
      expect((await server.post(`containers/${container}/stop`, { reason: 'end of the day' })).status).toBe(200);
    }
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual(ships.map(() => 0));
    for (const ship of ships) {
      await eventually(async () => {
        const { body } = await server.get(`players/2/ships/${ship}`);
        expect(body.ship ?? body).toMatchObject({ status: 'idle', releaseReason: 'stopped' });
      });
    }
  }, 60_000);
});
