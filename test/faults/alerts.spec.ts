import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Liveness } from '../../src/application/liveness/liveness.js';
import { RestartContainer } from '../../src/application/containers/restart-container.js';
import { StartContainer } from '../../src/application/containers/start-container.js';
import { RecordEffect } from '../../src/application/leases/record-effect.js';
import { StoreUnavailable, type EventStore } from '../../src/application/ports/event-store.js';
import { startEventStore, type RunningEventStore } from '../../src/embedded/eventstore/server.js';
import { InMemoryEventStore } from '../../src/infrastructure/eventstore/in-memory-event-store.js';
import { countShutdown } from '../../src/infrastructure/metrics/count-shutdown.js';
import { MeasuredEventStore } from '../../src/infrastructure/metrics/measured-event-store.js';
import { metricsAt } from '../../src/infrastructure/metrics/metrics-at.js';
import { createMetrics, type Metrics } from '../../src/infrastructure/metrics/metrics.js';
import { alertRules, groupedBy, selectorsOf } from '../support/alert-rules.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Custody, policy, ship, startOf } from '../support/custody.js';
import { DaemonInstance } from '../support/daemons.js';
import { eventually } from '../support/eventually.js';
import { examples } from '../support/examples.js';
import { samplesOf, valueOf, type Sample } from '../support/exposition.js';
import { fleetOf } from '../support/fleet.js';

const rules = alertRules();

/** What the one selector of this alert reads: a fault that does not move it would go unseen. */
function readBy(alert: string, samples: readonly Sample[]): number {
  const rule = rules.find((each) => each.alert === alert);
  if (!rule) throw new Error(`there is no alert ${alert}`);
  const [first] = selectorsOf(rule);
  if (!first) throw new Error(`${alert} reads nothing`);
  return valueOf(samples, first.metric, first.labels) ?? 0;
}

const scrape = async (app: TestApp): Promise<readonly Sample[]> =>
  samplesOf((await app.get('/metrics')).body as string);
const samplesIn = async ({ registry }: Metrics): Promise<readonly Sample[]> => samplesOf(await registry.metrics());

describe('the alert rules', () => {
  let directory: string;
  let eventStore: RunningEventStore;
  let app: TestApp;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'holdfast-alerts-'));
    eventStore = await startEventStore({ dataDir: directory });
    const metricsBeside = metricsAt(`http://127.0.0.1:${eventStore.port}/metrics`);
    app = await startTestApp({ parts: { metricsBeside } });
    const fleet = fleetOf(app);
    await fleet.started(['SHIP-1']);
    await fleet.start(['SHIP-1']);
  });
  afterAll(async () => {
    await app.close();
    await eventStore.stop();
    await rm(directory, { recursive: true });
  });

  it('are named once each, and say how bad it is and what is the matter', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations, for: lasting } of rules) {
      expect({ alert, severity: labels.severity }).toEqual({ alert, severity: expect.stringMatching(/^(page|warn)$/) });
      expect(annotations.summary.length).toBeGreaterThan(10);
      expect(lasting ?? '1m').toMatch(/^\d+[smh]$/);
    }
    expect(rules.length).toBeGreaterThan(15);
  });

  it('read only metrics that a running server has, by labels that they have', async () => {
    const samples = await eventually(async () => {
      const found = await scrape(app);
      expect(valueOf(found, 'fleet_projection_role', { role: 'projecting' })).toBeGreaterThan(0);
      return found;
    });
    const missing = rules.flatMap((rule) => {
      const read = selectorsOf(rule);
      expect(read.length).toBeGreaterThan(0);
      return read.flatMap(({ metric, labels, matches }) => {
        const series = samples.filter(({ name }) => name === metric);
        const isThere = valueOf(samples, metric, labels) !== undefined;
        const lacking = [...matches, ...groupedBy(rule)].filter((label) => !series.some((one) => label in one.labels));
        return isThere && lacking.length === 0 ? [] : [`${rule.alert}: ${metric} ${lacking.join()}`];
      });
    });
    expect(missing).toEqual([]);
  });

  it('are not all quiet about a name that does not exist', () => {
    const expr = 'sum by (le) (rate(fleet_nothing_bucket{kind="ship", code=~"a|b"}[5m])) > 1e9 and on (job) time() < 5';
    expect(selectorsOf({ expr })).toEqual([
      { metric: 'fleet_nothing_bucket', labels: { kind: 'ship' }, matches: ['kind', 'code'] },
    ]);
    expect(groupedBy({ expr: 'sum by (le, route) (x)' })).toEqual(['route']);
  });
});

describe('a fault moves what its alert reads:', () => {
  describe('on a server', () => {
    let app: TestApp;
    let store: InMemoryEventStore;
    const read = async (alert: string) => readBy(alert, await scrape(app));
    beforeEach(async () => {
      store = new InMemoryEventStore();
      const quick = { monitorIntervalMs: 20, sweepIntervalMs: 20, staleAlertMs: 0 };
      app = await startTestApp({ store, policy: quick });
    });
    afterEach(() => app.close());

    it('an event that cannot be read parks its stream', async () => {
      expect(await read('ProjectionParked')).toBe(0);
      await store.append('ship-1.SHIP-9', 'none', [
        { ...examples.newEvent(examples.lease.granted()), id: randomUUID(), type: 'LeaseTeleported' },
      ]);
      await eventually(async () => expect(await read('ProjectionParked')).toBe(1));
    });

    it('a monitor that cannot look any more leaves its time behind', async () => {
      const liveness = app.app.get(Liveness);
      liveness.start(() => undefined);
      await eventually(async () => expect(await read('MonitorDead')).toBeGreaterThan(1e9));
      await app.database.close();
      await eventually(() => expect(liveness.status.monitor.lastError).not.toBeNull());
      const stood = await read('MonitorDead');
      const { runs } = liveness.status.monitor;
      await eventually(() => expect(liveness.status.monitor.runs).toBeGreaterThan(runs + 3));
      expect(await read('MonitorDead')).toBe(stood);
      await liveness.stop();
    });

    it('[A015] a ship that is held where nothing moves is counted', async () => {
      const liveness = app.app.get(Liveness);
      await fleetOf(app).started(['SHIP-1']);
      liveness.start(() => undefined);
      await eventually(async () => expect(await read('StuckLease')).toBe(1));
      await liveness.stop();
    });

    it('[A015] a refused claim is counted, and so is a write under an old token', async () => {
      const fleet = fleetOf(app);
      await fleet.started(['SHIP-1']);
      await fleet.start(['SHIP-1']);
      await fleet.lease('SHIP-1', 'release', { token: 99 });
      expect(await read('BlockedSurge')).toBe(1);
      expect(await read('StaleWriter')).toBe(1);
    });

    it('a row that is not what the log says is found by a verification', async () => {
      const { position } = await fleetOf(app).started(['SHIP-1']);
      await fleetOf(app).ship('SHIP-1', position);
      const verify = async () => {
        const body = JSON.stringify({ view: 'fleet', verifyOnly: true });
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${app.url}/api/v1/projections/rebuild`, { method: 'POST', headers, body });
        expect(await answer.text()).toContain('"Done"');
      };
      await verify();
      expect(await read('InvariantViolated')).toBe(0);
      await app.database.query("UPDATE ship_assignments SET operation = 'piracy'");
      await verify();
      expect(await read('InvariantViolated')).toBe(1);
    });

    it('a store that does not answer is counted under its outcome', async () => {
      store.failNextAppend(new StoreUnavailable('gone'));
      expect((await fleetOf(app).start(['SHIP-1'])).status).toBe(503);
      const failed = valueOf(await scrape(app), 'fleet_append_duration_seconds_count', { outcome: 'error' });
      expect(failed).toBe(1);
    });
  });

  describe('in custody', () => {
    let room: Custody;
    let metrics: Metrics;
    let store: EventStore;
    const read = async (alert: string) => readBy(alert, await samplesIn(metrics));
    beforeEach(() => {
      room = new Custody();
      metrics = createMetrics();
      store = new MeasuredEventStore(room.log, metrics);
    });

    it('a worker that falls silent is expired', async () => {
      const here = room.instance({ store });
      await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
      expect(await read('SilentHolder')).toBe(0);
      await room.lookOn(policy.amnestyMs + 2 * policy.shipTtlMs, here.monitor);
      expect(await read('SilentHolder')).toBe(1);
    });

    it('[A339] a container whose ship somebody else has by now is lost at the recovery', async () => {
      const one = await new DaemonInstance(room, 'one').up();
      const ask = startOf({ containerId: 'c-1', ships: ['SHIP-1'], runner: 'daemon' });
      await one.instance.outcome(new StartContainer(one.instance.context(), ask));
      one.vanish();
      await room.lookOn(policy.amnestyMs + 3 * policy.daemonTtlMs, one.instance.monitor);
      expect(await room.container('c-1')).toMatchObject({ status: 'INTERRUPTED' });
      await one.instance.started({ containerId: 'c-2', ships: ['SHIP-1'] });

      const other = await new DaemonInstance(room, 'other', { store }).up();
      expect(await read('WorkerNotRestarted')).toBe(0);
      expect(await other.look()).toMatchObject({ lost: [{ containerId: 'c-1' }] });
      expect(await read('WorkerNotRestarted')).toBe(1);
    });

    it('[A339] a container that is taken over is counted as restarted', async () => {
      const one = await new DaemonInstance(room, 'one').up();
      const ask = startOf({ containerId: 'c-1', ships: ['SHIP-1'], runner: 'daemon' });
      await one.instance.outcome(new StartContainer(one.instance.context(), ask));
      one.vanish();
      const other = await new DaemonInstance(room, 'other', { store, look: () => 'dead' }).up();
      await other.look();
      expect(
        valueOf(await samplesIn(metrics), 'spacetraders_daemon_tasks_recovered_total', { status: 'restarted' }),
      ).toBe(1);
    });

    it('[A339] an effect that the next holder learns the end of is counted as reconciled, and its own is not', async () => {
      const here = room.instance({ store });
      const reconciled = async () =>
        valueOf(await samplesIn(metrics), 'spacetraders_daemon_tasks_recovered_total', { status: 'reconciled' });
      const intend = async (token: number, effectId: string) => {
        const effect = { type: 'intend', effectId, action: 'sell', withinMs: 60_000, probe: {}, token } as const;
        expect(await here.outcome(new RecordEffect(here.context(), ship('SHIP-1'), effect))).toMatchObject({
          type: 'Recorded',
        });
      };
      const observe = async (token: number, effectId: string) => {
        const seen = { type: 'observe', effectId, result: 'happened', evidence: {}, token } as const;
        await here.outcome(new RecordEffect(here.context(), ship('SHIP-1'), seen));
      };
      const first = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
      await intend(first, 'own');
      await observe(first, 'own');
      expect(await reconciled()).toBe(0);
      await intend(first, 'left-open');
      const restart = { containerId: 'c-1', token: first, immediately: true };
      const outcome = await here.outcome(new RestartContainer(here.context(), restart));
      expect(outcome).toMatchObject({ type: 'Started' });
      await observe(first + 1, 'left-open');
      expect(await reconciled()).toBe(1);
    });

    it('[A339] a shutdown that cannot write what became of a container is counted, with how long it took', async () => {
      const mortal = new SuddenlyDeaf(room.log);
      const daemon = await new DaemonInstance(room, 'one', { store: mortal }).up();
      const ask = startOf({ containerId: 'c-1', ships: ['SHIP-1'], runner: 'daemon' });
      await daemon.instance.outcome(new StartContainer(daemon.instance.context(), ask));
      await daemon.supervisor.takeUp('c-1');
      await eventually(() => expect(daemon.operations.running).toHaveLength(1));
      mortal.deaf = true;
      const manifest = await daemon.supervisor.drain();
      expect(manifest).toMatchObject({ cut: ['c-1'], unwritten: ['c-1'] });

      expect(await read('ShutdownCutsWrites')).toBe(0);
      countShutdown(metrics, 3_000, manifest);
      expect(await read('ShutdownCutsWrites')).toBe(1);
      const samples = await samplesIn(metrics);
      const duration = 'spacetraders_daemon_graceful_shutdown_duration_seconds';
      expect([valueOf(samples, `${duration}_sum`), valueOf(samples, `${duration}_bucket`, { le: '2.5' })]).toEqual([
        3, 0,
      ]);
    });

    it('a receipt that does not add up breaks an invariant', async () => {
      const receipt = examples.instance.recovered();
      await store.append('daemon-one', 'none', [{ ...examples.newEvent(receipt), id: randomUUID() }]);
      const before = await read('InvariantViolated');
      const wrong = { ...receipt, receipt: { ...receipt.receipt, leases: receipt.receipt.leases + 1 } };
      await store.append('daemon-one', 0n, [{ ...examples.newEvent(wrong), id: randomUUID() }]);
      expect([before, await read('InvariantViolated')]).toEqual([0, 1]);
    });
  });
});

class SuddenlyDeaf extends MeasuredEventStore {
  deaf = false;

  constructor(log: EventStore) {
    super(log, createMetrics());
  }

  override append(...of: Parameters<EventStore['append']>) {
    return this.deaf ? Promise.reject(new StoreUnavailable('deaf')) : super.append(...of);
  }
}
