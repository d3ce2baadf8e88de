import { EndContainer } from '../../../src/application/containers/end-container.js';
import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import { Liveness } from '../../../src/application/liveness/liveness.js';
import { Custody, policy, ship } from '../../support/custody.js';
import { eventually } from '../../support/eventually.js';

describe('the two loops over custody', () => {
  const room = new Custody();
  const here = room.instance();
  const said = { info: [] as string[], warn: [] as string[], error: [] as string[], debug: [] as string[] };
  const liveness = new Liveness(here.monitor, here.sweep, here.locks, room.clock, policy);
  afterAll(() => liveness.stop());

  it('[A071, A075] sweep every minute, name ship and container in a warning, and count in a line', async () => {
    const token = await here.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const stop = { containerId: 'c-1', reason: 'enough', token: null, immediately: false };
    await here.execute(new StopContainer(here.context(), stop));
    const laden = await here.started({ containerId: 'c-2', ships: ['SHIP-2'], containerType: 'PURCHASE' });
    const incur = { type: 'incur', token: laden, obligationId: 'o', good: 'FUEL', units: 3 } as const;
    await here.execute(new RecordEffect(here.context(), ship('SHIP-2'), incur));
    await here.execute(new EndContainer(here.context(), 'c-2', laden, { type: 'completed' }));
    expect(token).toBe(1);

    liveness.start((sentence, { level = 'info' }) => said[level].push(sentence));
    await eventually(() => expect(said.info).toContain('The sweep repaired 1'));

    expect(said.warn).toContain('Repaired: FinishStop c-1: enough (did not answer the stop)');
    expect(said.warn).toContain(
      'ORPHANED_SHIP: ship=SHIP-2 container=c-2 reason=completed Kept: Ship SHIP-2 still owes 3 FUEL',
    );
    await eventually(() => expect(liveness.status.sweep.runs).toBeGreaterThan(3));
    expect(liveness.status).toMatchObject({ sweep: { lastError: null }, monitor: { lastError: null } });
  });

  it('go on after a run that failed, and say why it did, once', async () => {
    room.postgresDown = true;
    await eventually(() => expect(liveness.status.sweep.lastError).toBe('the view cannot be reached'));
    const told = 'The monitor could not run: the heartbeats cannot be reached';
    const { runs } = liveness.status.monitor;
    await eventually(() => expect(liveness.status.monitor.runs).toBeGreaterThan(runs + 3));
    expect(said.warn.filter((sentence) => sentence === told)).toHaveLength(1);
    room.postgresDown = false;
    await eventually(() =>
      expect(liveness.status).toMatchObject({ sweep: { lastError: null }, monitor: { lastError: null } }),
    );
  });

  it('end with the run under way', async () => {
    await liveness.stop();
    const { runs } = liveness.status.monitor;
    await new Promise((resolve) => setImmediate(resolve));
    expect(liveness.status.monitor.runs).toBe(runs);
  });
});
