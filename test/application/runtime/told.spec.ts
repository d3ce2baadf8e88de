import { StartContainer } from '../../../src/application/containers/start-container.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import type { About } from '../../../src/application/ports/log.js';
import { StopContainer } from '../../../src/application/containers/stop-container.js';
import type { SubscriptionOptions } from '../../../src/application/ports/event-store.js';
import { MortalStore } from '../../support/mortal-store.js';
import { Custody, policy, ship, startOf } from '../../support/custody.js';
import { DaemonInstance } from '../../support/daemons.js';
import { eventually } from '../../support/eventually.js';

interface Told extends About {
  readonly sentence: string;
}

describe('what a start says of what it found', () => {
  let room: Custody;
  let one: DaemonInstance;
  let said: Told[];
  const say = (sentence: string, about: About) => void said.push({ sentence, ...about });
  const told = (event: About['event']) => said.filter((each) => each.event === event);
  beforeEach(async () => {
    room = new Custody();
    said = [];
    one = await new DaemonInstance(room, 'one').up();
  });

  const started = async (containerId: string, symbol: string): Promise<void> => {
    const ask = startOf({ containerId, ships: [symbol], runner: 'daemon' });
    await one.instance.outcome(new StartContainer(one.instance.context(), ask));
  };

  it('says once that something is not taken over, and again when it fails again, whatever else fails meanwhile', async () => {
    let failing = ['a', 'b'];
    let looks = 0;
    one.recovery.runDaemons = () => {
      looks += 1;
      const failed = failing.map((subject) => ({ subject, message: 'no' }));
      return Promise.resolve({ fates: [], done: [], lost: [], failed });
    };
    const looked = async () => {
      const before = looks;
      await eventually(() => {
        room.clock.pass(policy.monitorIntervalMs);
        expect(looks).toBeGreaterThan(before + 1);
      });
    };
    const times = (subject: string) =>
      told('worker_not_restarted').filter(({ container }) => container === subject).length;
    await one.daemon.start('one', say);
    await one.daemon.recover();
    await looked();
    failing = ['b'];
    await looked();
    failing = ['a', 'b'];
    await looked();
    await one.daemon.shutDown();
    expect([times('a'), times('b')]).toEqual([2, 1]);
  });

  it('listens to the log again from where it was when its listening failed, and says so', async () => {
    const asked: SubscriptionOptions[] = [];
    const store = new MortalStore(room.log);
    store.subscribe = (options) => {
      asked.push(options);
      return { position: asked.length === 1 ? 7n : undefined, alive: true, stop: () => Promise.resolve() };
    };
    const deaf = new DaemonInstance(room, 'deaf', { store });
    await deaf.daemon.start('deaf', say);
    asked[0]?.onFailed(new Error('a bug'));
    await eventually(() => {
      room.clock.pass(5_000);
      expect(asked).toHaveLength(2);
    });
    expect(asked[1]?.from).toBe(7n);
    expect(told('log_not_heard')).toHaveLength(1);
    asked[1]?.onFailed(new Error('a bug'));
    await deaf.daemon.shutDown();
    room.clock.pass(5_000);
    expect(asked).toHaveLength(2);
  });

  it('counts the recovered and names the lost, in the words that operators of the bot search for', async () => {
    await started('c-1', 'SHIP-1');
    await room.lookOn(policy.amnestyMs + 3 * policy.daemonTtlMs, one.instance.monitor);
    await one.instance.started({ containerId: 'c-2', ships: ['SHIP-1'] });
    await started('c-3', 'SHIP-3');
    one.vanish();

    const other = await new DaemonInstance(room, 'other', { look: () => 'dead' }).up();
    await other.boot.run(say);

    const reason = 'assignment_conflict: SHIP-1 is held by c-2';
    expect(told('container_lost')).toEqual([
      {
        event: 'container_lost',
        level: 'error',
        container: 'c-1',
        sentence: `CONTAINER LOST at recovery: c-1 [SCOUT_TOUR] - ${reason}`,
      },
    ]);
    expect(told('worker_not_restarted')).toMatchObject([
      { level: 'error', container: 'c-1', sentence: `Failed to restart worker c-1: ${reason}` },
    ]);
    expect(told('recovery_complete')).toMatchObject([
      {
        outcome: 'lost',
        durationMs: expect.any(Number),
        sentence:
          'Container recovery complete: 1 recovered, 1 lost (c-1), leases found: 2 (1 adopted, 1 awaiting their worker)',
      },
    ]);
  });

  it('says of a ship that it keeps although its holder is over, and why', async () => {
    const token = await one.instance.started({ containerId: 'c-1', ships: ['SHIP-1'] });
    const incur = { type: 'incur', token, obligationId: 'o', good: 'FUEL', units: 3 } as const;
    await one.instance.execute(new RecordEffect(one.instance.context(), ship('SHIP-1'), incur));
    const stop = { containerId: 'c-1', reason: 'enough', token, immediately: true };
    await one.instance.execute(new StopContainer(one.instance.context(), stop));

    room.clock.pass(policy.repairGraceMs + 1);
    const other = await new DaemonInstance(room, 'other').up();
    await other.boot.run(say);
    expect(told('ship_kept')).toEqual([
      {
        event: 'ship_kept',
        player: 1,
        ship: 'SHIP-1',
        container: 'c-1',
        token,
        outcome: 'laden',
        sentence: 'Preserving ship SHIP-1 assignment: c-1 is over, and it owes what is aboard',
      },
    ]);
    expect(told('recovery_complete')).toMatchObject([
      {
        outcome: 'balanced',
        sentence: 'Container recovery complete: 0 recovered, 0 lost, leases found: 1 (1 kept laden)',
      },
    ]);
  });
});
