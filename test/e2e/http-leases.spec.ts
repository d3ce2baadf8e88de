import { startTestApp, type TestApp } from '../support/app.js';
import { fleetOf, player } from '../support/fleet.js';

describe('leases, over HTTP', () => {
  let app: TestApp;
  let fleet: ReturnType<typeof fleetOf>;
  let ships = 0;
  const aShip = () => `TEST-${++ships}`;
  beforeAll(async () => {
    app = await startTestApp();
    fleet = fleetOf(app);
  });
  afterAll(() => app.close());

  it('[A007, A010, A208, A209] one holder has a ship, another learns who, and has it once it is free', async () => {
    const ship = aShip();

    const first = await fleet.acquire(ship, 'container-123', { operation: 'navigate' });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ token: 1, ttlMs: 30_000, renewMs: 10_000, already: false });
    const second = await fleet.acquire(ship, 'container-456');
    expect(second.body).toMatchObject({
      status: 409,
      code: 'lease-held',
      currentHolder: { kind: 'agent', id: 'container-123' },
      why: {
        hold: { operation: 'navigate' },
        nextSteps: expect.arrayContaining([expect.objectContaining({ step: 'wait' })]),
      },
    });
    const freed = await fleet.lease(ship, 'release', { token: 1, holder: 'container-123', reason: 'task_complete' });
    expect(freed.body).toMatchObject({ freed: { reason: 'completed' }, already: false });

    expect((await fleet.acquire(ship, 'container-456')).body).toMatchObject({ token: 2 });
  });

  it('[A232] the holder that asks again has the same token, and nothing is written', async () => {
    const ship = aShip();
    const first = await fleet.acquire(ship, 'agent-7');

    const again = await fleet.acquire(ship, 'agent-7');

    expect(again.body).toEqual({ ...first.body, already: true });
    expect((await app.get(`players/1/ships/${ship}/history`)).body.events).toHaveLength(1);
  });

  it('[A011] a second release changes nothing: the first reason and time stay', async () => {
    const ship = aShip();
    await fleet.acquire(ship, 'agent-7');
    const first = await fleet.lease(ship, 'release', { token: 1, reason: 'completed' });

    const second = await fleet.lease(ship, 'release', { token: 1, reason: 'failed' });

    expect(second.body).toEqual({ ...first.body, already: true });
  });

  it('[A212] a release of a ship that nobody ever held is unknown', async () => {
    const { body } = await fleet.lease('GHOST-SHIP', 'release', { token: 1 });

    expect(body).toMatchObject({ status: 404, detail: 'no assignment found for ship GHOST-SHIP' });
    expect((await app.get('players/1/ships/GHOST-SHIP')).status).toBe(404);
  });

  it('a release needs the token and, where a holder is named, that holder', async () => {
    const ship = aShip();
    await fleet.acquire(ship, 'agent-7');

    for (const ask of [{ token: 2 }, { token: 0 }, { token: 1, holder: 'agent-8' }]) {
      expect((await fleet.lease(ship, 'release', ask)).body).toMatchObject({
        status: 409,
        code: 'stale-token',
        currentToken: 1,
      });
    }
    expect((await fleet.lease(ship, 'release', { token: 1, reason: 'because' })).body).toMatchObject({
      status: 422,
      errors: [{ in: 'body', pointer: '/reason' }],
    });
  });

  it('a release by the token of a container ends that container', async () => {
    const ship = aShip();
    const { container, token } = await fleet.started([ship]);

    const { body } = await fleet.lease(ship, 'release', { token, reason: 'stopped' });

    expect(body).toMatchObject({ freed: { holder: { kind: 'container', id: container.id }, reason: 'stopped' } });
    expect(await fleet.container(container.id, body.position)).toMatchObject({ status: 'STOPPED' });
  });

  it('a renewal says until when the holder is taken for alive, and is refused under an old token', async () => {
    const ship = aShip();
    await fleet.acquire(ship, 'agent-7', { ttlMs: 3_000 });

    const before = Date.now();
    const { body } = await fleet.lease(ship, 'renew', { token: 1, cursor: { page: 4 }, quietForMs: 60_000 });

    expect(body).toMatchObject({ token: 1, ttlMs: 3_000, renewMs: 1_000 });
    expect(body.untilMs).toBeGreaterThanOrEqual(before + 63_000);
    expect((await fleet.why(ship)).body.evidence.lastBeat).toMatchObject({ cursor: { page: 4 } });
    expect((await fleet.lease(ship, 'renew', { token: 7 })).body).toMatchObject({ status: 409, code: 'stale-token' });
  });

  it('[A223] a command on a ship that a container holds is refused, naming the container', async () => {
    const id = 'nav-container-1';
    await fleet.started(['TEST-SHIP-1'], { id });

    const { body } = await fleet.acquire('TEST-SHIP-1', 'somebody', { operation: 'navigate' });

    expect(body).toMatchObject({
      status: 409,
      detail: `Ship TEST-SHIP-1 already assigned to ${id}`,
      currentHolder: { id },
    });
  });

  it('[A224] asking about a held ship is never blocked', async () => {
    const { position } = await fleet.started(['TEST-SHIP-2'], { id: 'nav-container-2' });

    expect(await fleet.ship('TEST-SHIP-2', position)).toMatchObject({
      status: 'active',
      container: 'nav-container-2',
      containerStatus: 'RUNNING',
    });
  });

  it('[A222] a container of one player never gets another player’s ship', async () => {
    const theirs = await app.post('containers', { player: 2, ships: ['OTHER-SHIP-1'] });
    await fleet.started(['OTHER-SHIP-1']);

    expect(await fleet.ship('OTHER-SHIP-1', theirs.body.position, 2)).toMatchObject({
      container: theirs.body.container.id,
    });
    const taken = await fleet.start(['OTHER-SHIP-2'], { takeover: { container: theirs.body.container.id } });
    expect(taken.body).toMatchObject({ status: 409, code: 'player-mismatch' });
    expect(taken.body.detail).toContain('ship player_id mismatch');
  });

  it('[A226] a third party hands nothing over, the holder does, without an idle gap', async () => {
    const ship = aShip();
    await fleet.acquire(ship, 'agent-7');

    const refused = await fleet.lease(ship, 'hand-over', { token: 1, from: 'agent-9', to: 'agent-8' });
    expect(refused.body).toMatchObject({ status: 409, code: 'lease-held', currentHolder: { id: 'agent-7' } });
    const given = await fleet.lease(ship, 'hand-over', { token: 1, from: 'agent-7', to: 'agent-8' });

    expect(given.body).toMatchObject({ token: 2, hold: { holder: { id: 'agent-8' } } });
    const { body } = await app.get(`players/1/ships/${ship}/history`);
    expect(body.events.map(({ type }: { type: string }) => type)).toEqual(['LeaseHandedOver', 'LeaseGranted']);
  });

  it('[A231, A235] a reservation keeps everybody out, at once and without retry, until it is lifted', async () => {
    const ship = aShip();
    const reserved = await fleet.lease(ship, 'reserve', { operator: 'ada', reason: 'under repair' });
    expect(reserved.body).toMatchObject({ displaced: null, already: false });

    const refused = await fleet.start([ship]);
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'lease-reserved',
      retryable: false,
      detail: `Ship ${ship} is reserved by operator ada: under repair`,
    });
    expect(await fleet.ship(ship, reserved.body.position)).toMatchObject({
      status: 'reserved',
      reservationReason: 'under repair',
    });
    expect((await fleet.lease(ship, 'lift', { operator: 'ada', reason: 'mended' })).body).toMatchObject({
      freed: { reason: 'manual', detail: 'mended' },
    });
    expect((await fleet.lease(ship, 'lift', { operator: 'ada', reason: 'mended' })).body).toMatchObject({
      freed: null,
      nothingToDo: 'not-reserved',
    });
    expect((await fleet.start([ship])).status).toBe(201);
  });

  it('[A230] what is done for one player leaves the other player’s ship of the same name alone', async () => {
    const ship = aShip();
    const mine = await fleet.acquire(ship, 'agent-7');
    await app.post(`players/2/ships/${ship}/lease`, { holder: 'agent-8' });

    const freed = await fleet.lease(ship, 'release', { token: mine.body.token });

    expect(await fleet.ship(ship, freed.body.position)).toMatchObject({ status: 'idle' });
    expect(await fleet.ship(ship, freed.body.position, 2)).toMatchObject({
      status: 'active',
      holder: { id: 'agent-8' },
    });
  });

  it('[A241, A242] a late release frees the ship only while the releaser still is its holder', async () => {
    const ship = aShip();
    const old = await fleet.started([ship]);
    await fleet.lease(ship, 'break', { operator: 'ada', reason: 'hung' });
    const next = await fleet.started([ship]);

    const late = await fleet.lease(ship, 'release', { token: old.token, holder: old.container.id });
    expect(late.body).toMatchObject({ status: 409, code: 'stale-token', currentHolder: { id: next.container.id } });
    const own = await fleet.lease(ship, 'release', { token: next.token, holder: next.container.id });
    expect(own.body).toMatchObject({ freed: { token: next.token } });
  });

  it('[A243] a break returns the ship and ends the container that had it; a preview only says so', async () => {
    const ship = aShip();
    const { container, position } = await fleet.started([ship]);

    const preview = await fleet.lease(ship, 'break', { operator: 'ada', reason: 'hung', preview: true });
    expect(preview.body).toMatchObject({ preview: true, wouldBreak: true, loser: { id: container.id } });
    expect(await fleet.container(container.id, position)).toMatchObject({ status: 'RUNNING' });
    const broken = await fleet.lease(ship, 'break', { operator: 'ada', reason: 'hung' });

    expect(broken.body).toMatchObject({ freed: { holder: { id: container.id }, detail: 'hung' }, nothingToDo: null });
    expect(await fleet.ship(ship, broken.body.position)).toMatchObject({ status: 'idle', releaseReason: 'manual' });
    expect(await fleet.container(container.id, broken.body.position)).toMatchObject({
      status: 'STOPPED',
      exitReason: 'hung',
    });
  });

  it('[A243, A246] what a preview said can be held to: whoever has the ship by then keeps it', async () => {
    const ship = aShip();
    const first = await fleet.started([ship]);
    const ask = { operator: 'ada', reason: 'hung' };
    const said = await fleet.lease(ship, 'break', { ...ask, preview: true });
    expect(said.body).toMatchObject({ expectedToken: first.token, why: { hold: { token: first.token } } });
    const { expectedToken } = said.body;
    await fleet.lease(ship, 'break', { ...ask, expectedToken });
    const next = await fleet.started([ship]);

    const broken = await fleet.lease(ship, 'break', { ...ask, expectedToken });
    expect(broken.body).toMatchObject({ freed: null, nothingToDo: 'held-under-another-token' });
    const late = await fleet.lease(ship, 'break', { ...ask, expectedToken, preview: true });
    expect(late.body).toMatchObject({ wouldBreak: false, loser: null, expectedToken: next.token });
    const reserved = await fleet.lease(ship, 'reserve', { ...ask, expectedToken, displace: true });
    expect(reserved.body).toMatchObject({ status: 409, code: 'lease-held', currentHolder: { id: next.container.id } });
    expect(await fleet.container(next.container.id, next.position)).toMatchObject({ status: 'RUNNING' });

    const would = await fleet.lease(ship, 'reserve', { ...ask, displace: true, preview: true });
    expect(would.body).toMatchObject({ wouldReserve: true, loser: { id: next.container.id } });
    const taken = await fleet.lease(ship, 'reserve', {
      ...ask,
      displace: true,
      expectedToken: would.body.expectedToken,
    });
    expect(taken.body).toMatchObject({ displaced: { holder: { id: next.container.id } } });

    const lifting = await fleet.lease(ship, 'lift', { ...ask, preview: true });
    expect(lifting.body).toMatchObject({ wouldLift: true, expectedToken: taken.body.hold.token });
    const wrong = await fleet.lease(ship, 'lift', { ...ask, expectedToken: next.token });
    expect(wrong.body).toMatchObject({ freed: null, nothingToDo: 'held-under-another-token' });
    const lifted = await fleet.lease(ship, 'lift', { ...ask, expectedToken: lifting.body.expectedToken });
    expect(lifted.body).toMatchObject({ freed: { token: taken.body.hold.token } });
  });

  it('[A244, A245] breaking the lease of an idle or a reserved ship does nothing', async () => {
    const [idle, reserved] = [aShip(), aShip()];
    await fleet.lease(reserved, 'reserve', { operator: 'ada', reason: 'mine' });

    const ask = { operator: 'bob', reason: 'now' };
    expect((await fleet.lease(idle, 'break', ask)).body).toMatchObject({ freed: null, nothingToDo: 'idle' });
    expect((await fleet.lease(reserved, 'break', ask)).body).toMatchObject({ freed: null, nothingToDo: 'reserved' });
    expect((await fleet.why(reserved)).body.hold).toMatchObject({ holder: { kind: 'operator', id: 'ada' } });
  });

  it('[A246] a forced reservation names whom it displaced, and of those who claim at the same time one has it', async () => {
    const ship = aShip();
    const { container } = await fleet.started([ship]);

    const plain = await fleet.lease(ship, 'reserve', { operator: 'ada', reason: 'mine' });
    expect(plain.body).toMatchObject({ status: 409, code: 'lease-held' });
    const [forced, ...claims] = await Promise.all([
      fleet.lease(ship, 'reserve', { operator: 'ada', reason: 'mine', displace: true }),
      ...['a', 'b', 'c'].map((holder) => fleet.acquire(ship, holder)),
    ]);

    expect(claims.filter(({ status }) => status === 200)).toHaveLength(forced?.status === 200 ? 0 : 1);
    expect(forced?.body).toMatchObject({ displaced: { holder: { id: container.id } } });
    expect((await fleet.why(ship)).body.hold.holder).toMatchObject({ kind: 'operator', id: 'ada' });
    expect((await fleet.tell(container.id, 'heartbeat', { token: 1 })).body).toMatchObject({ stop: true });
  });

  it('an effect is declared before and recorded after, and a stale holder is refused before it spends', async () => {
    const ship = aShip();
    const { token } = await fleet.started([ship]);
    const at = `players/1/ships/${ship}`;
    const intent = { effectId: 'buy-1', action: 'purchase', withinMs: 30_000, probe: { look: 'cargo' } };

    expect((await app.post(`${at}/effects`, { ...intent, token: token + 1 })).body).toMatchObject({
      code: 'stale-token',
    });
    expect((await app.post(`${at}/effects`, { ...intent, token })).body).toMatchObject({ already: false });
    expect((await app.post(`${at}/effects`, { ...intent, token })).body).toMatchObject({ already: true });
    expect((await fleet.why(ship)).body.effects).toMatchObject([{ effectId: 'buy-1', action: 'purchase', token }]);
    const seen = { token, result: 'happened', evidence: { unitsAfter: 40 } };
    expect((await app.post(`${at}/effects/buy-1/observation`, seen)).status).toBe(200);
    expect((await app.post(`${at}/effects/buy-2/observation`, seen)).body).toMatchObject({
      status: 404,
      code: 'unknown-effect',
    });
  });

  it('a laden ship is not given back before what it owes is settled, or written off by an operator', async () => {
    const ship = aShip();
    await fleet.acquire(ship, 'agent-7');
    const at = `players/1/ships/${ship}/obligations`;
    for (const obligationId of ['iron', 'fuel']) {
      const owed = { token: 1, obligationId, good: obligationId.toUpperCase(), units: 40 };
      expect((await app.post(at, owed)).status).toBe(200);
    }

    const refused = await fleet.lease(ship, 'release', { token: 1 });
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'lease-laden',
      detail: `Ship ${ship} still owes 40 IRON, 40 FUEL`,
    });
    expect((await app.post(`${at}/iron/settlement`, { token: 1, how: 'sold' })).status).toBe(200);
    expect((await app.post(`${at}/fuel/settlement`, { how: 'sold', operator: 'ada' })).status).toBe(422);
    expect((await app.post(`${at}/fuel/settlement`, { how: 'written-off', operator: 'ada' })).status).toBe(200);

    expect((await fleet.lease(ship, 'release', { token: 1 })).status).toBe(200);
    const { body } = await app.get(`players/1/ships/${ship}/history`);
    expect(body.events.filter(({ type }: { type: string }) => type === 'ObligationSettled')).toMatchObject([
      { data: { how: 'written-off', by: { kind: 'operator', id: 'ada' } } },
      { data: { how: 'sold', by: { kind: 'holder', id: 'agent-7' } } },
    ]);
  });

  it('a refused claim writes nothing', async () => {
    const ship = aShip();
    await fleet.acquire(ship, 'agent-7');
    const before = await app.store.headPosition();

    await fleet.acquire(ship, 'agent-8');
    await fleet.start([ship]);
    await fleet.start([ship], {}, { 'idempotency-key': 'refused-claim' });

    expect(await app.store.headPosition()).toBe(before);
  });

  describe('released in bulk', () => {
    const release = (more: object) =>
      app.post('leases/release', { player: 7, operator: 'ada', reason: 'manual_cleanup', ...more });
    const hold = async (ship: string, of = 7) => (await app.post('containers', { player: of, ships: [ship] })).body;

    it('[A012, A213, A214] every chosen lease of one player goes, its container ends, and the number is told', async () => {
      const [one, two] = [await hold('BULK-1'), await hold('BULK-2')];
      const other = await hold('BULK-1', 8);
      const reserved = await app.post('players/7/ships/BULK-3/lease/reserve', { operator: 'bob', reason: 'mine' });
      await app.get(`containers/${other.container.id}?minPosition=${reserved.body.position}`);

      const preview = await release({ all: true, preview: true });
      expect(preview.body).toMatchObject({
        preview: true,
        selected: 3,
        released: 2,
        leases: [
          { ship: 'BULK-1', released: true, why: `container ${one.container.id} (RUNNING) is ended` },
          { ship: 'BULK-2', released: true },
          { ship: 'BULK-3', released: false, why: 'Ship BULK-3 is reserved by operator bob: mine' },
        ],
      });
      expect((await app.get('players/7/ships/BULK-1/why')).body.hold).not.toBeNull();
      const done = await release({ ships: ['BULK-1', 'BULK-2', 'BULK-3'] });

      expect(done.body).toMatchObject({ preview: false, selected: 3, released: 2 });
      const seen = (await app.get(`players/7/ships/BULK-1?minPosition=${done.body.position}`)).body.ship;
      expect(seen).toMatchObject({ status: 'idle', releaseReason: 'manual', previous: { detail: 'manual_cleanup' } });
      for (const { container } of [one, two]) {
        expect((await app.get(`containers/${container.id}`)).body.container).toMatchObject({ status: 'STOPPED' });
      }
      expect((await app.get('players/8/ships/BULK-1/why')).body.hold.holder.id).toBe(other.container.id);
    });

    it('a selector without a mark, or with a larger selection than allowed, is refused whole', async () => {
      await hold('BULK-4');
      const last = await hold('BULK-5');
      await app.get(`containers/${last.container.id}?minPosition=${last.position}`);

      expect((await release({})).status).toBe(422);
      expect((await release({ ships: ['BULK-4', 'BULK-5'], max: 1 })).body).toMatchObject({
        status: 422,
        code: 'too-many',
        selected: 2,
      });
      expect((await release({ olderThanMs: 3_600_000 })).body).toMatchObject({ selected: 0, released: 0 });
      expect((await release({ container: last.container.id })).body).toMatchObject({ released: 1 });
    });
  });

  it('a ship is found by its symbol, of whatever player', async () => {
    const ship = aShip();
    await fleet.acquire(ship, 'agent-7');
    const { body } = await app.post(`players/3/ships/${ship}/lease`, { holder: 'agent-8' });

    const found = await app.get(`ships?symbol=${ship}&minPosition=${body.position}`);

    expect(found.body.ships.map(({ player }: { player: number }) => player)).toEqual([player, 3]);
  });
});
