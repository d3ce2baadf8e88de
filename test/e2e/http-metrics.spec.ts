import { Liveness } from '../../src/application/liveness/liveness.js';
import { startEventStore } from '../../src/embedded/eventstore/server.js';
import { metricsAt } from '../../src/infrastructure/metrics/metrics-at.js';
import { InMemoryEventStore } from '../../src/infrastructure/eventstore/in-memory-event-store.js';
import { OutcomeUnknown } from '../../src/application/ports/event-store.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { busy } from '../support/busy.js';
import { eventually } from '../support/eventually.js';
import { samplesOf, valueOf, type Sample } from '../support/exposition.js';
import { fleetOf } from '../support/fleet.js';

const scrape = async (app: TestApp): Promise<readonly Sample[]> =>
  samplesOf((await app.get('/metrics')).body as string);

describe('the metrics of a running application', () => {
  let app: TestApp;
  let store: InMemoryEventStore;
  const value = async (name: string, labels?: Record<string, string>) => valueOf(await scrape(app), name, labels);
  beforeAll(async () => {
    store = new InMemoryEventStore();
    app = await startTestApp({ store, policy: { monitorIntervalMs: 50, sweepIntervalMs: 50, staleAlertMs: 0 } });
  });
  afterAll(() => app.close());

  it('are Prometheus text, with help, and say what was built', async () => {
    const { status, headers, body } = await app.get('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4; charset=utf-8$/);
    expect(body).toMatch(/^# HELP fleet_lease_grants_total \S.*\n# TYPE fleet_lease_grants_total counter\n/m);
    expect(valueOf(samplesOf(body as string), 'fleet_build_info', { node: process.versions.node })).toBe(1);
  });

  it('count what the log was given: grants, releases by reason, restarts, iterations, and how long containers took', async () => {
    const fleet = fleetOf(app);
    const before = await scrape(app);
    const { container, token } = await fleet.started(['SHIP-1'], { type: 'SCOUT_TOUR', iterations: 1 });
    await fleet.tell(container.id, 'fail', { token, error: 'a storm' });
    const again = await fleet.tell(container.id, 'restart', { token, immediately: true });
    expect(again.status).toBe(200);
    const now = again.body.token as number;
    expect((await fleet.tell(container.id, 'iterations', { token: now })).status).toBe(200);
    expect((await fleet.tell(container.id, 'complete', { token: now })).status).toBe(200);

    await eventually(async () => {
      const after = await scrape(app);
      const moved = (name: string, labels?: Record<string, string>) =>
        (valueOf(after, name, labels) ?? 0) - (valueOf(before, name, labels) ?? 0);
      const labels = { player_id: '1', container_type: 'SCOUT_TOUR' };
      expect({
        grants: moved('fleet_lease_grants_total', { kind: 'ship' }),
        handedOver: moved('fleet_lease_releases_total', { kind: 'ship', reason: 'handed_over' }),
        completed: moved('fleet_lease_releases_total', { kind: 'ship', reason: 'completed' }),
        restarts: moved('spacetraders_daemon_container_restarts_total', labels),
        iterations: moved('spacetraders_daemon_container_iterations_total', labels),
        ended: moved('spacetraders_daemon_container_duration_seconds_count', labels),
        granted: moved('fleet_events_appended_total', { type: 'LeaseGranted' }),
      }).toEqual({ grants: 2, handedOver: 1, completed: 1, restarts: 1, iterations: 1, ended: 1, granted: 1 });
    });
  });

  it('tell from the views who holds how much, under the names of the bot’s daemon', async () => {
    const fleet = fleetOf(app);
    await fleet.started(['SHIP-2'], { type: 'MINING' });
    const { position } = (await fleet.acquire('SHIP-3', 'agent-1')).body;
    await fleet.ship('SHIP-3', position as string);

    const samples = await scrape(app);
    const mining = { player_id: '1', container_type: 'MINING' };
    expect(valueOf(samples, 'spacetraders_daemon_container_running_total', mining)).toBe(1);
    expect(valueOf(samples, 'spacetraders_daemon_container_total', { ...mining, status: 'RUNNING' })).toBe(1);
    expect(valueOf(samples, 'spacetraders_daemon_container_total', { status: 'COMPLETED' })).toBe(1);
    expect(valueOf(samples, 'fleet_lease_active', { kind: 'ship' })).toBe(2);
    expect(valueOf(samples, 'fleet_lease_oldest_age_seconds', { kind: 'ship' })).toBeGreaterThan(0);
    expect(valueOf(samples, 'fleet_projection_parked_events', { name: 'fleet' })).toBe(0);
    expect(valueOf(samples, 'fleet_projection_role', { name: 'fleet', role: 'projecting' })).toBe(1);
    expect(valueOf(samples, 'fleet_projection_position', { name: 'fleet' })).toBeGreaterThan(0);
  });

  it('count an effect as in doubt only when its deadline has passed', async () => {
    const fleet = fleetOf(app);
    const { token } = await fleet.started(['SHIP-4']);
    const path = 'players/1/ships/SHIP-4/effects';
    const effect = { token, action: 'sell' };
    await app.post(path, { ...effect, effectId: 'late', withinMs: 60_000 });
    await app.post(path, { ...effect, effectId: 'later', withinMs: 90_000 });
    const { status, body } = await app.post(path, { ...effect, effectId: 'soon', withinMs: 150 });
    expect(status).toBe(200);
    await fleet.ship('SHIP-4', body.position as string);
    await eventually(async () => expect(await value('fleet_tasks_in_doubt')).toBe(1));
    expect(await value('fleet_effects_open')).toBe(3);
  });

  it('time requests by the pattern of their route, and appends by how they ended', async () => {
    await app.get('/api/v1/containers/nobody-1');
    await app.get('/no/such/place');
    const samples = await scrape(app);
    const count = 'fleet_http_request_duration_seconds_count';
    expect(valueOf(samples, count, { route: '/api/v1/containers/:id', method: 'GET', status: '404' })).toBe(1);
    expect(valueOf(samples, count, { route: 'none', status: '404' })).toBe(1);
    expect(JSON.stringify(samples)).not.toMatch(/SHIP-|nobody-1|no\/such/);

    store.failNextAppend(new OutcomeUnknown('c'), { written: true });
    expect((await fleetOf(app).start(['SHIP-5'])).status).toBe(504);
    expect(await value('fleet_append_duration_seconds_count', { outcome: 'unknown' })).toBe(1);
    expect(await value('fleet_append_duration_seconds_count', { outcome: 'ok' })).toBeGreaterThan(5);
  });

  it('count refusals, and stale tokens among them', async () => {
    const fleet = fleetOf(app);
    expect(await value('fleet_refusals_total', { code: 'lease-held' })).toBe(0);
    expect((await fleet.start(['SHIP-2'])).status).toBe(409);
    expect((await fleet.lease('SHIP-2', 'release', { token: 77 })).status).toBe(409);
    expect(await value('fleet_refusals_total', { code: 'lease-held' })).toBe(1);
    expect(await value('fleet_lease_stale_writes_rejected_total')).toBe(1);
  });

  it('tell how the tasks of agents stand, by queue, and count refused claims, retries and what is tried no more', async () => {
    const queue = 'queues/orkestra/tasks';
    await app.post('agents', { name: 'claude' });
    for (const id of ['1', '2']) await app.post(queue, { id, title: 'a task', dependencies: id === '2' ? ['1'] : [] });
    expect((await app.post(`${queue}/2/claim`, { agent: 'claude' })).body).toMatchObject({
      word: 'DEPENDENCY_NOT_MET',
    });
    const { token } = (await app.post(`${queue}/1/claim`, { agent: 'claude' })).body;
    expect((await app.post(`${queue}/1/claim`, { agent: 'gpt' })).status).toBe(409);
    const failed = await app.post(`${queue}/1/fail`, { token, errorType: 'timeout' });
    expect(failed.status).toBe(200);

    await eventually(async () => {
      const samples = await scrape(app);
      const refused = (word: string) => valueOf(samples, 'fleet_agent_task_claims_refused_total', { word });
      const tasks = (status: string, of = 'orkestra') => valueOf(samples, 'fleet_agent_tasks', { queue: of, status });
      expect({
        pending: tasks('pending'),
        failed: tasks('failed'),
        poisoned: tasks('poisoned'),
        others: tasks('pending', 'other'),
        open: refused('DEPENDENCY_NOT_MET'),
        held: refused('HELD'),
        wrong: refused('ERROR'),
      }).toEqual({ pending: 1, failed: 1, poisoned: 0, others: 0, open: 1, held: 1, wrong: 0 });
    });
  });

  it('say when the monitor last could judge, and what moves no more', async () => {
    expect(await value('fleet_lease_monitor_last_run_timestamp_seconds')).toBe(0);
    const liveness = app.app.get(Liveness);
    liveness.start(() => undefined);
    try {
      await eventually(async () => {
        const at = await value('fleet_lease_monitor_last_run_timestamp_seconds');
        expect(Math.abs(Date.now() / 1_000 - (at ?? 0))).toBeLessThan(60);
        expect(await value('fleet_lease_stale')).toBeGreaterThan(0);
      });
    } finally {
      await liveness.stop();
    }
  });

  it('are one application’s own', async () => {
    const other = await startTestApp();
    try {
      expect(valueOf(await scrape(other), 'fleet_lease_grants_total', { kind: 'ship' })).toBe(0);
      expect(await value('fleet_lease_grants_total', { kind: 'ship' })).toBeGreaterThan(3);
    } finally {
      await other.close();
    }
  });
});

describe('the metrics of the event store beside it', () => {
  it('are in the same answer; without them the others are there, and it says so', async () => {
    const eventStore = await startEventStore({ memory: true });
    const metricsBeside = metricsAt(`http://127.0.0.1:${eventStore.port}/metrics`);
    const app = await startTestApp({ parts: { metricsBeside } });
    try {
      expect(valueOf(await scrape(app), 'fleet_store_bytes')).toBeGreaterThan(0);
      await eventStore.stop();
      const alone = await scrape(app);
      expect(valueOf(alone, 'fleet_store_bytes')).toBeUndefined();
      expect(valueOf(alone, 'fleet_scrape_errors_total', { source: 'event_store' })).toBe(1);
      expect(valueOf(alone, 'fleet_lease_active', { kind: 'ship' })).toBe(0);
    } finally {
      await app.close();
    }
  });

  it('are not waited for when it says nothing', async () => {
    const left: AbortSignal[] = [];
    const metricsBeside = (signal: AbortSignal) => new Promise<string>(() => left.push(signal));
    const app = await startTestApp({ parts: { metricsBeside } });
    try {
      const askedAt = performance.now();
      const samples = await scrape(app);
      expect(performance.now() - askedAt).toBeLessThan(3_000 * busy());
      expect(valueOf(samples, 'fleet_scrape_errors_total', { source: 'event_store' })).toBe(1);
      expect(left.map(({ aborted }) => aborted)).toEqual([true]);
    } finally {
      await app.close();
    }
  });
});

describe('a scrape', () => {
  it('answers in time without a database that is away, leaves out what only that knows, and says so', async () => {
    const app = await startTestApp();
    try {
      const before = await scrape(app);
      await app.database.close();
      const askedAt = performance.now();
      const after = await scrape(app);
      expect(performance.now() - askedAt).toBeLessThan(3_000 * busy());
      const missed = (samples: readonly Sample[]) => valueOf(samples, 'fleet_scrape_errors_total', { source: 'views' });
      expect([missed(before), missed(after)]).toEqual([0, 1]);
      expect(valueOf(before, 'fleet_lease_active', { kind: 'ship' })).toBe(0);
      expect(valueOf(after, 'fleet_lease_active')).toBeUndefined();
      expect(valueOf(after, 'fleet_effects_open')).toBeUndefined();
      expect(valueOf(after, 'fleet_lease_grants_total', { kind: 'ship' })).toBe(0);
    } finally {
      await app.close();
    }
  });
});
