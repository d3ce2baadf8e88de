import { Custody } from '../../support/custody.js';
import { DaemonInstance } from '../../support/daemons.js';
import { lockOfPhase, lockOfTask, workOf } from '../../support/locked-work.js';

it('a restart leaves the locks of tasks and phases as they are, and its receipt counts the leases of ships alone', async () => {
  const room = new Custody();
  const before = room.instance();
  const work = workOf(before);
  await work.declare('one');
  const held = [lockOfPhase('one'), ...Array.from({ length: 10 }, (_, index) => lockOfTask(String(index)))];
  for (const lock of held) {
    if (lock.kind === 'task') await work.queue(lock.name);
    expect(await work.claim(lock, 'session-1')).toBe(1);
  }
  await before.acquired('SHIP-1', 'agent-1');
  const locksOf = async () =>
    (await room.events()).filter(({ stream }) => /^(tasklock|phase|agenttask|flow)-/.test(stream)).length;
  const written = await locksOf();

  const next = await new DaemonInstance(room, 'the-next', { look: () => 'dead' }).up();
  const run = await next.recovery.runAll({});

  expect(run?.fates).toMatchObject([{ resource: { kind: 'ship', name: 'SHIP-1' }, fate: 'session' }]);
  expect(run?.failed).toEqual([]);
  expect(await locksOf()).toBe(written);
  for (const lock of held) {
    expect((await room.lease(lock)).hold).toMatchObject({ token: 1 });
    expect(await next.instance.work.claimedUnder(lock)).toBe(1);
  }
});
