import { InMemoryEventStore } from '../../src/infrastructure/eventstore/in-memory-event-store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { fleetOf } from '../support/fleet.js';

const key = (text: string) => ({ 'idempotency-key': text });

describe('an Idempotency-Key', () => {
  let store: InMemoryEventStore;
  let database: TestDatabase;
  let app: TestApp;
  let fleet: ReturnType<typeof fleetOf>;
  const open = async () => {
    app = await startTestApp({ store, databaseUrl: database.url });
    fleet = fleetOf(app);
  };
  beforeEach(async () => {
    store = new InMemoryEventStore();
    database = await createTestDatabase();
    await open();
  });
  afterEach(async () => {
    await app.stop();
    await store.close();
    await database.drop();
  });

  it('gives the same answer again, says so, and has one effect', async () => {
    const first = await fleet.start(['SHIP-1'], {}, key('k-1'));
    const events = await store.headPosition();

    const again = await fleet.start(['SHIP-1'], {}, key('k-1'));

    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await store.headPosition()).toBe(events);
  });

  it('gives those who ask at the same time one effect and one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => fleet.start(['SHIP-1'], {}, key('k-1'))));

    expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    const { body } = await app.get('players/1/ships/SHIP-1/history');
    expect(body.events).toHaveLength(1);
  });

  it('gives those who ask two instances at the same time one effect and one answer', async () => {
    const other = await startTestApp({ store, databaseUrl: database.url });
    for (let round = 1; round <= 10; round++) {
      const start = (at: TestApp) => fleetOf(at).start([`SHIP-${round}`], {}, key(`round-${round}`));
      const [one, two] = await Promise.all([start(app), start(other)]);

      expect(one).toMatchObject({ status: 201 });
      expect(two.body).toEqual(one.body);
      expect((await app.get(`players/1/ships/SHIP-${round}/history`)).body.events).toHaveLength(1);
    }
    await other.stop();
  });

  it('is refused for another body, another address and another method', async () => {
    await fleet.acquire('SHIP-1', 'agent-7', {}, key('k-1'));

    const others = [
      await fleet.acquire('SHIP-1', 'agent-8', {}, key('k-1')),
      await fleet.acquire('SHIP-2', 'agent-7', {}, key('k-1')),
      await app.delete('containers/nobody', undefined, key('k-1')),
    ];

    for (const { status, body } of others) {
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'idempotency-mismatch' });
    }
    expect((await fleet.why('SHIP-2')).body.hold).toBeNull();
  });

  it('keeps no refusal: what was refused can be had under the same key later', async () => {
    await fleet.acquire('SHIP-1', 'agent-7');
    expect((await fleet.acquire('SHIP-1', 'agent-8', {}, key('k-1'))).status).toBe(409);
    await fleet.lease('SHIP-1', 'release', { token: 1 });

    expect((await fleet.acquire('SHIP-1', 'agent-8', {}, key('k-1'))).body).toMatchObject({ token: 2 });
  });

  it('gives the same answer after a restart on the same log', async () => {
    const { container, token } = await fleet.started(['SHIP-1']);
    const first = await fleet.tell(container.id, 'fail', { token, error: 'x' }, key('k-1'));
    await app.stop();
    await open();

    const again = await fleet.tell(container.id, 'fail', { token, error: 'x' }, key('k-1'));

    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.body.restart).not.toBeNull();
  });

  it('answers alike when the effect was written and its answer was not', async () => {
    const { container, token } = await fleet.started(['SHIP-1']);
    const lostAnswer = () => {
      const real = store.append.bind(store);
      store.append = (stream, ...rest) =>
        stream.startsWith('request-') ? Promise.reject(new Error('cut')) : real(stream, ...rest);
      return () => (store.append = real);
    };
    const restore = lostAnswer();
    expect((await fleet.tell(container.id, 'iterations', { token }, key('k-1'))).status).toBe(500);
    restore();

    const again = await fleet.tell(container.id, 'iterations', { token }, key('k-1'));

    expect(again).toMatchObject({ status: 200, body: { container: { iteration: 1 } } });
    const { body } = await app.get(`containers/${container.id}/history`);
    expect(body.events.filter(({ type }: { type: string }) => type === 'ContainerIterationCompleted')).toHaveLength(1);
  });

  it('refuses a start, however often it is asked again, whose ship was taken before its write came through', async () => {
    const real = store.append.bind(store);
    store.append = async (stream, ...rest) => {
      if (!stream.startsWith('container-')) return real(stream, ...rest);
      store.append = real;
      const taken = await app.post('players/1/ships/SHIP-1/lease/break', {
        operator: 'ada',
        reason: 'needed elsewhere',
      });
      expect(taken.status).toBe(200);
      await real(stream, ...rest);
      throw new Error('cut');
    };
    expect((await fleet.start(['SHIP-1'], {}, key('k-1'))).status).toBe(500);

    for (let again = 0; again < 3; again++) {
      const { status, body } = await fleet.start(['SHIP-1'], {}, key('k-1'));
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'stale-token' });
    }
    expect((await fleet.why('SHIP-1')).body.hold).toBeNull();
  });

  it('must be 1 to 255 visible ASCII characters', async () => {
    for (const bad of ['', 'a b', 'x'.repeat(256)]) {
      const { status, body } = await fleet.acquire('SHIP-1', 'agent-7', {}, key(bad));
      expect({ bad, status, code: body.code }).toEqual({ bad, status: 422, code: 'idempotency-key' });
    }
    expect((await fleet.acquire('SHIP-1', 'agent-7', {}, key('x'.repeat(255)))).status).toBe(200);
  });

  it('is what the log knows the command by; without one every asking is its own', async () => {
    const correlated = { 'x-correlation-id': 'flow-17', ...key('k-1') };
    await fleet.acquire('SHIP-1', 'agent-7', {}, correlated);
    await fleet.lease('SHIP-1', 'release', { token: 1 });
    await fleet.acquire('SHIP-1', 'agent-7');

    const [again, , first] = (await app.get('players/1/ships/SHIP-1/history')).body.events;

    expect(first.metadata).toMatchObject({
      $correlationId: 'flow-17',
      actor: { key: 'anonymous', role: 'operator', player: null },
      via: 'http',
    });
    expect(first.metadata.$causationId).toBe(first.metadata.commandId);
    expect(again.metadata.commandId).not.toBe(first.metadata.commandId);
    expect(JSON.stringify(first)).not.toContain('k-1');
  });
});
