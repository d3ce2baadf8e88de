import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import { fleetOf } from '../support/fleet.js';

describe('the life of a container, over HTTP', () => {
  let app: TestApp;
  let fleet: ReturnType<typeof fleetOf>;
  let ships = 0;
  const aShip = () => `SHIP-${++ships}`;
  beforeAll(async () => {
    app = await startTestApp();
    fleet = fleetOf(app);
  });
  afterAll(() => app.close());

  it('[A022, A026, A027] starting one answers with its id and token, writes STARTING, and is RUNNING at once', async () => {
    const answer = await fleet.start(['AGENT-SCOUT-9'], { config: { command_type: 'ScoutTourCommand' } });

    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      container: { id: expect.stringMatching(/^scout-tour-SCOUT-9-[0-9a-f]{8}$/), status: 'RUNNING', attempt: 1 },
      token: 1,
      leases: [{ ship: 'AGENT-SCOUT-9', token: 1 }],
      ttlMs: 30_000,
      renewMs: 10_000,
    });
    const { id } = answer.body.container;
    expect(await fleet.container(id, answer.body.position)).toMatchObject({
      status: 'RUNNING',
      startedAtMs: expect.any(Number),
    });
    const { body: history } = await app.get(`containers/${id}/history`);
    expect(history.events.map(({ type }: { type: string }) => type)).toEqual([
      'ContainerStarted',
      'ContainerStarting',
      'ContainerCreated',
    ]);
  });

  it('[A001, A020, A023, A028] one that ends well is COMPLETED with exit 0, and its ship idle with the reason completed', async () => {
    const ship = aShip();
    const { container, token } = await fleet.started([ship]);

    const ended = await fleet.tell(container.id, 'complete', { token });

    expect(ended.body).toMatchObject({
      container: { status: 'COMPLETED', exitCode: 0, stoppedAtMs: expect.any(Number), finished: true },
      ships: [{ ship, token, kept: null }],
      restart: null,
    });
    expect(await fleet.ship(ship, ended.body.position)).toMatchObject({
      status: 'idle',
      releaseReason: 'completed',
      releasedAtMs: expect.any(Number),
      container: null,
    });
    expect(await fleet.container(container.id, ended.body.position)).toMatchObject({ status: 'COMPLETED' });
  });

  it('[A002, A005, A021, A229b, A229c] one that fails for good is FAILED with exit 1 and its reason, and its ship idle', async () => {
    const ship = aShip();
    const { container, token } = await fleet.started([ship], { restartPolicy: 'no' });

    const ended = await fleet.tell(container.id, 'fail', { token, error: 'Test error' });

    expect(ended.body.container).toMatchObject({ status: 'FAILED', exitCode: 1, exitReason: 'Test error' });
    expect(ended.body.restart).toBeNull();
    expect(await fleet.ship(ship, ended.body.position)).toMatchObject({ status: 'idle', releaseReason: 'failed' });
  });

  it('[A003, A004, A007, A009, A229b] one that a user stops frees its ship, and the next ones have it, each by a newer token', async () => {
    const ship = aShip();
    const first = await fleet.started([ship]);

    const asked = await fleet.tell(first.container.id, 'stop', { reason: 'enough' });
    expect(asked.body.container).toMatchObject({ status: 'STOPPING', stopReason: 'enough' });
    const heard = await fleet.tell(first.container.id, 'heartbeat', { token: first.token });
    expect(heard.body).toMatchObject({ stop: true, stopReason: 'enough', status: 'STOPPING' });
    const stopped = await fleet.tell(first.container.id, 'stop', { token: first.token });

    expect(stopped.body.container).toMatchObject({ status: 'STOPPED' });
    expect(await fleet.ship(ship, stopped.body.position)).toMatchObject({ status: 'idle', releaseReason: 'stopped' });
    for (const token of [2, 3]) {
      const next = await fleet.started([ship]);
      expect(next.token).toBe(token);
      await fleet.tell(next.container.id, 'complete', { token });
    }
  });

  it('[A014] of several started for one ship only the first has it; the others learn who, and leave nothing behind', async () => {
    const ship = 'ENDURANCE-1';
    const answers = await Promise.all(
      ['dock', 'refuel', 'nav'].map((command_type, i) =>
        fleet.start([ship], { config: { command_type }, id: `c-${i}-${ship}` }),
      ),
    );

    const winners = answers.filter(({ status }) => status === 201);
    expect(winners).toHaveLength(1);
    const [winner] = winners;
    const { container, position } = winner!.body;
    for (const { status, body } of answers.filter((answer) => answer !== winner)) {
      expect(status).toBe(409);
      expect(body).toMatchObject({
        code: 'lease-held',
        detail: `Ship ENDURANCE-1 already assigned to ${container.id}`,
        retryable: false,
        currentHolder: { kind: 'container', id: container.id },
        currentToken: 1,
        why: { hold: { holder: { id: container.id } }, evidence: { container: { status: 'RUNNING' } } },
      });
      const { why } = body;
      expect({ ...(await fleet.why(ship)).body, untilMs: 0 }).toEqual({ ...why, untilMs: 0 });
    }
    const { body: listed } = await app.get(`containers?all=true&ship=${ship}&minPosition=${position}`);
    expect(listed.containers.map(({ id }: { id: string }) => id)).toEqual([container.id]);
  });

  it('[A033] a second one of the same id is refused, the first unaffected, and no ship taken', async () => {
    const [ship, other] = [aShip(), aShip()];
    const id = `twice-${ship}`;
    const first = await fleet.started([ship], { id });

    const second = await fleet.start([other], { id });

    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'container-exists', detail: `Container ${id} already exists` });
    expect((await fleet.why(other)).body).toMatchObject({ hold: null, lastToken: 0 });
    expect(await fleet.container(id, first.position)).toMatchObject({ status: 'RUNNING', ships: [ship] });
  });

  it('[A034] one of an unknown type is refused, and no ship taken', async () => {
    const ship = aShip();

    const { status, body } = await fleet.start([ship], { type: 'TELEPORT' });

    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'unknown-container-type', detail: 'Unknown container type: TELEPORT' });
    expect((await fleet.why(ship)).body.lastToken).toBe(0);
  });

  it('[A106, A228] one with several ships has all or none, and frees all', async () => {
    const all = ['TEST-SHIP-6', 'TEST-SHIP-7', 'TEST-SHIP-8'];
    const holder = await fleet.started(['TEST-SHIP-8']);

    const refused = await fleet.start(all);
    expect(refused.body).toMatchObject({
      status: 409,
      detail: `Ship TEST-SHIP-8 already assigned to ${holder.container.id}`,
    });
    expect((await fleet.why('TEST-SHIP-6')).body).toMatchObject({ hold: null });

    await fleet.tell(holder.container.id, 'complete', { token: holder.token });
    const { container, token } = await fleet.started(all);
    const ended = await fleet.tell(container.id, 'complete', { token });
    expect(ended.body.ships).toHaveLength(3);
    for (const ship of all) {
      expect(await fleet.ship(ship, ended.body.position)).toMatchObject({ status: 'idle', releaseReason: 'completed' });
    }
  });

  it('[A025, A067, A192b] an ended one can be removed, a running one must be stopped first', async () => {
    const { container, token } = await fleet.started([aShip()]);

    const refused = await app.delete(`containers/${container.id}`);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'wrong-status',
      detail: `Cannot remove running container ${container.id} (status=RUNNING): must be stopped first`,
    });

    const ended = await fleet.tell(container.id, 'complete', { token });
    expect(await fleet.container(container.id, ended.body.position)).toMatchObject({ status: 'COMPLETED' });
    const removed = await app.delete(`containers/${container.id}`);
    expect(removed.status).toBe(200);
    const gone = await app.get(`containers/${container.id}?minPosition=${removed.body.position}`);
    expect(gone.status).toBe(404);
    expect(gone.body).toMatchObject({ code: 'unknown-container', detail: `Container ${container.id} not found` });
    expect((await app.get(`containers/${container.id}/history`)).body.events[0].type).toBe('ContainerRemoved');
  });

  it('[A031, A032] a quick one and a slow one run side by side, and ending the one leaves the other RUNNING', async () => {
    const quick = await fleet.started([aShip()]);
    const slow = await fleet.started([aShip()]);

    const ended = await fleet.tell(quick.container.id, 'complete', { token: quick.token });

    expect(await fleet.container(quick.container.id, ended.body.position)).toMatchObject({ status: 'COMPLETED' });
    expect(await fleet.container(slow.container.id, ended.body.position)).toMatchObject({ status: 'RUNNING' });
    const heard = await fleet.tell(slow.container.id, 'heartbeat', { token: slow.token, cursor: { lap: 1 } });
    expect(heard.body).toMatchObject({ stop: false, status: 'RUNNING', untilMs: expect.any(Number) });
  });

  it('[A035] the config is kept as it was given, and none is shared', async () => {
    const config = { command_type: 'navigate', params: { to: 'X1-A-1', list: [1, { deep: true }] } };
    const one = await fleet.started([aShip()], { config });
    const other = await fleet.started([aShip()], { config: { ...config, params: { to: 'X1-B-2' } } });

    expect(await fleet.container(one.container.id, other.position)).toMatchObject({ config });
    expect(await fleet.container(other.container.id, other.position)).toMatchObject({
      config: { params: { to: 'X1-B-2' } },
    });
  });

  it.each([
    ['one where nothing is said', {}, 1],
    ['one for 0', { iterations: 0 }, 1],
    ['three for 3', { iterations: 3 }, 3],
    ['those of the config', { config: { command_type: 'navigate', iterations: 4 } }, 4],
    ['no end for -1', { iterations: -1 }, -1],
  ])('[A036, A283] it runs %s', async (_how, more, maxIterations) => {
    const { container, token } = await fleet.started([aShip()], more);

    for (let i = 1; i <= (maxIterations === -1 ? 5 : maxIterations); i++) {
      const { body } = await fleet.tell(container.id, 'iterations', { token, report: { i } });
      expect(body.container).toMatchObject({ iteration: i, maxIterations });
    }
    const more_ = await fleet.tell(container.id, 'iterations', { token });
    if (maxIterations === -1) expect(more_.status).toBe(200);
    else expect(more_.body).toMatchObject({ status: 409, code: 'no-iteration-left' });
  });

  it('[A037] restart policies do what their names say', async () => {
    const after = async (restartPolicy: string, verb: string, body: object) => {
      const { container, token } = await fleet.started([aShip()], { restartPolicy });
      return (await fleet.tell(container.id, verb, { token, ...body })).body;
    };

    expect((await after('no', 'fail', { error: 'x' })).restart).toBeNull();
    expect((await after('on-failure', 'fail', { error: 'x' })).restart).toMatchObject({ attempt: 2, delayMs: 5_000 });
    expect((await after('on-failure', 'complete', {})).restart).toBeNull();
    expect((await after('always', 'complete', {})).restart).toMatchObject({ attempt: 2 });
    expect((await after('unless-stopped', 'complete', {})).restart).toMatchObject({ attempt: 2 });
    expect((await after('always', 'fail', { error: 'x', permanent: true })).restart).toBeNull();
  });

  it('[A037] three restarts are granted, each after a longer wait, and no fourth', async () => {
    const { container, token: first } = await fleet.started([aShip()]);
    let token = first;
    for (const delayMs of [5_000, 30_000, 120_000]) {
      const failed = await fleet.tell(container.id, 'fail', { token, error: 'again' });
      expect(failed.body.restart).toMatchObject({ delayMs });
      expect(failed.body.restart.notBeforeMs - failed.body.container.updatedAtMs).toBe(delayMs);
      const early = await fleet.tell(container.id, 'restart', { token });
      expect(early.body).toMatchObject({ status: 409, code: 'backing-off', retryable: true });
      expect(Number(early.headers.get('retry-after'))).toBeGreaterThanOrEqual(delayMs / 1_000 - 5);
      const restarted = await fleet.tell(container.id, 'restart', { token, immediately: true });
      expect(restarted.body.token).toBe(token + 1);
      token = restarted.body.token;
    }

    const last = await fleet.tell(container.id, 'fail', { token, error: 'again' });

    expect(last.body).toMatchObject({ restart: null, container: { status: 'FAILED' } });
    const once_more = await fleet.tell(container.id, 'restart', { token });
    expect(once_more.body).toMatchObject({
      status: 409,
      code: 'no-restart-left',
      detail: 'container cannot be restarted (restarts: 3/3)',
    });
  });

  it('[A038] a stop during the back-off cancels the restart and frees the ship', async () => {
    const ship = aShip();
    const { container, token } = await fleet.started([ship]);
    await fleet.tell(container.id, 'fail', { token, error: 'x' });

    const stopped = await fleet.tell(container.id, 'stop', { reason: 'no more' });

    expect(stopped.body.container).toMatchObject({ status: 'STOPPED', backOff: null });
    expect(await fleet.ship(ship, stopped.body.position)).toMatchObject({ status: 'idle' });
  });

  it('[A050, A052, A053] a stop of an ended one succeeds and changes nothing, also twice', async () => {
    const { container, token } = await fleet.started([aShip()]);
    await fleet.tell(container.id, 'complete', { token });

    for (const _ of [1, 2]) {
      const { status, body } = await fleet.tell(container.id, 'stop');
      expect({ status, now: body.container.status, already: body.already }).toEqual({
        status: 200,
        now: 'COMPLETED',
        already: true,
      });
    }
    const running = await fleet.started([aShip()]);
    const now = await fleet.tell(running.container.id, 'stop', { immediately: true });
    expect(now.body.container).toMatchObject({ status: 'STOPPED', stoppedAtMs: expect.any(Number) });
  });

  it('[A193a, A193b, A193c] the list shows live ones, and the ended ones when asked', async () => {
    const type = 'MINING_WORKER';
    const five = await Promise.all([1, 2, 3, 4, 5].map(() => fleet.started([aShip()], { type, restartPolicy: 'no' })));
    expect(new Set(five.map(({ container }) => container.id)).size).toBe(5);
    const [, second, third] = five;
    await fleet.tell(second?.container.id ?? '', 'complete', { token: second?.token });
    const last = await fleet.tell(third?.container.id ?? '', 'fail', { token: third?.token, error: 'x' });
    const list = async (query: string) => {
      const { body } = await app.get(`containers?type=${type}&minPosition=${last.body.position}&${query}`);
      return body.containers as { id: string; status: string; finished: boolean; startedAtMs: number }[];
    };

    expect((await list('')).map(({ status }) => status)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
    const ended = await list('status=COMPLETED,FAILED,STOPPED');
    expect(new Set(ended.map(({ id }) => id))).toEqual(new Set([second?.container.id, third?.container.id]));
    expect(await list('status=COMPLETED')).toMatchObject([{ status: 'COMPLETED', finished: true }]);
    expect(await list('all=true')).toHaveLength(5);
  });

  it('[A194a, A194b, A194c] player, type and metadata stay through a restart', async () => {
    const { body } = await app.post('containers', {
      player: 999_999,
      type: 'SCOUT_TOUR',
      ships: ['SHIP-1'],
      metadata: { ship_symbol: 'SHIP-1' },
    });
    const { id } = body.container;
    await fleet.tell(id, 'metadata', { entries: { phase: 'outbound' } });
    await fleet.tell(id, 'fail', { token: body.token, error: 'x' });
    const restarted = await fleet.tell(id, 'restart', { immediately: true });

    expect(restarted.body.container).toMatchObject({
      player: 999_999,
      type: 'SCOUT_TOUR',
      attempt: 2,
      metadata: { ship_symbol: 'SHIP-1', phase: 'outbound' },
    });
  });

  it('an attempt that is over can say nothing more', async () => {
    const { container, token } = await fleet.started([aShip()]);
    await fleet.tell(container.id, 'fail', { token, error: 'x' });
    await fleet.tell(container.id, 'restart', { token, immediately: true });

    for (const [verb, more] of [
      ['heartbeat', {}],
      ['iterations', {}],
      ['visits', { waypoint: 'X1-A-1' }],
      ['complete', {}],
      ['fail', { error: 'late' }],
      ['stop', {}],
    ] as const) {
      const { status, body } = await fleet.tell(container.id, verb, { token, ...more });
      expect({ verb, status, code: body.code, currentToken: body.currentToken }).toEqual({
        verb,
        status: 409,
        code: 'stale-token',
        currentToken: token + 1,
      });
    }
  });

  it('one that was never started is unknown to every door', async () => {
    const id = `nobody-${randomUUID()}`;
    for (const verb of ['heartbeat', 'complete']) {
      expect((await fleet.tell(id, verb, { token: 1 })).body).toMatchObject({ status: 404, code: 'unknown-container' });
    }
    expect((await app.get(`containers/${id}`)).status).toBe(404);
    expect((await app.get(`containers/${id}/history`)).status).toBe(404);
    expect((await app.delete(`containers/${id}`)).status).toBe(404);
  });
});
