import { StartContainer } from '../../../src/application/containers/start-container.js';
import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { ReserveLease } from '../../../src/application/leases/operator-acts.js';
import { ReportProgress } from '../../../src/application/containers/report-progress.js';
import { Custody, operator, ship, startOf } from '../../support/custody.js';
import { FakeClock } from '../../support/fake-clock.js';

/** Tells of every sleep before it lets it pass. */
class WatchedClock extends FakeClock {
  readonly sleeps: number[] = [];
  onSleep: (count: number) => Promise<void> = async () => undefined;

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    await this.onSleep(this.sleeps.length);
    await super.sleep(ms, signal);
  }
}

describe('a claim that meets another holder', () => {
  const clock = new WatchedClock();
  const room = new Custody(clock);
  const here = room.instance();
  const claim = (containerId: string) =>
    here.outcome(new StartContainer(here.context(), startOf({ containerId, ships: ['MINER-1'] })));
  const stop = (containerId: string, token: number | null) =>
    here.execute(new StopContainer(here.context(), { containerId, reason: 'shift ends', token, immediately: false }));

  it('[A233] waits a little for a container that was asked to stop, and then has its ship', async () => {
    const token = await here.started({ containerId: 'early', ships: ['MINER-1'] });
    await stop('early', null);
    clock.onSleep = async (count) => {
      if (count === 3) await stop('early', token);
    };
    expect(await claim('late')).toMatchObject({ type: 'Started', container: { leases: [{ token: token + 1 }] } });
    expect(clock.sleeps).toEqual([200, 300, 500]);
  });

  it('[A234] gives up after seven tries more, and leaves nothing behind', async () => {
    await stop('late', null);
    clock.sleeps.length = 0;
    clock.onSleep = async () => undefined;
    expect(await claim('later')).toMatchObject({ type: 'HeldByAnother', hold: { holder: { id: 'late' } } });
    expect(clock.sleeps).toEqual([200, 300, 500, 800, 1_200, 2_000, 3_000]);
    expect(await room.container('later')).toBeNull();
  });

  it('[A235] does not wait for an operator, nor for a container that runs', async () => {
    await stop('late', (await room.lease(ship('MINER-1'))).lastToken);
    await here.started({ containerId: 'busy', ships: ['MINER-1'] });
    await here.execute(
      new ReserveLease(here.context(), { resource: ship('MINER-2'), operator, reason: 'survey', displaces: false }),
    );
    clock.sleeps.length = 0;
    expect(await claim('eager')).toMatchObject({ type: 'HeldByAnother', hold: { holder: { id: 'busy' } } });
    const reserved = new StartContainer(here.context(), startOf({ containerId: 'eager', ships: ['MINER-2'] }));
    expect(await here.outcome(reserved)).toMatchObject({ type: 'ReservedByOperator' });
    expect(clock.sleeps).toEqual([]);
  });
});

describe('an instance that remembers an older state', () => {
  const claimed = (containerId: string) => startOf({ containerId, ships: ['MINER-1'], containerType: 'NAVIGATE' });

  it('[A221, A236] finds out before it writes, and refuses loudly', async () => {
    const room = new Custody();
    const [one, other] = [room.instance(), room.instance()];
    const token = await one.started({ ...claimed('nav-container-1') });
    await one.execute(
      new StopContainer(one.context(), { containerId: 'nav-container-1', reason: 'done', token, immediately: false }),
    );
    await other.started(claimed('nav-container-2'));
    expect(await one.outcome(new StartContainer(one.context(), claimed('nav-container-3')))).toMatchObject({
      type: 'HeldByAnother',
      hold: { holder: { kind: 'container', id: 'nav-container-2' }, operation: 'NAVIGATE', token: 2 },
    });
    expect((await room.lease(ship('MINER-1'))).hold).toMatchObject({ sinceMs: room.clock.nowMs(), token: 2 });
  });

  it('[A237, A238, A239] neither revives a lease that was released nor erases one that was claimed', async () => {
    const room = new Custody();
    const [one, other] = [room.instance(), room.instance()];
    const token = await one.started(claimed('first'));
    await other.execute(
      new StopContainer(other.context(), { containerId: 'first', reason: 'done', token, immediately: true }),
    );
    const late = new ReportProgress(one.context(), 'first', { type: 'visit', token, waypoint: 'X1-A1' });
    expect(await one.outcome(late)).toMatchObject({ type: 'WrongStatus', status: 'STOPPED' });
    expect((await room.lease(ship('MINER-1'))).hold).toBeNull();

    await other.started(claimed('second'));
    await one.execute(
      new StopContainer(one.context(), { containerId: 'first', reason: 'again', token: null, immediately: true }),
    );
    expect((await room.lease(ship('MINER-1'))).hold).toMatchObject({ holder: { id: 'second' }, token: 2 });
  });

  it('[A240] applies its change to what the other one wrote: none of three at once is lost', async () => {
    const room = new Custody();
    const instances = [room.instance(), room.instance(), room.instance()];
    await instances[0]?.started(claimed('shared'));
    await Promise.all(
      instances.map((each, index) =>
        each.execute(
          new ReportProgress(each.context(), 'shared', { type: 'metadata', entries: { [`key${index}`]: index } }),
        ),
      ),
    );
    expect((await room.container('shared'))?.metadata).toEqual({ key0: 0, key1: 1, key2: 2 });
  });
});
