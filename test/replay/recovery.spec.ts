import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { isFinished } from '../../src/domain/container/container.js';
import { violationsOf } from '../support/invariants.js';
import { DaemonInstance } from '../support/daemons.js';
import { findablePrefixesOf, foundAtStart } from './boot.js';
import { histories, recordedIn, textOf } from './history.js';

/** The same history, had a daemon run its containers instead of workers. */
function runByDaemon(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  return events.map((event) => {
    if (event.type === 'ContainerCreated') return { ...event, data: { ...event.data, runner: 'daemon' } };
    if (event.type === 'ContainerStarted') return { ...event, data: { ...event.data, daemon: 'the-one-that-died' } };
    if (event.type !== 'ContainerChapterOpened') return event;
    const state = event.data['state'] as object;
    return { ...event, data: { ...event.data, state: { ...state, runner: 'daemon', daemon: 'the-one-that-died' } } };
  });
}

/** A start finds this log: a new daemon recovers, twice. */
async function recover(events: readonly RecordedEvent[]) {
  const room = await foundAtStart(events);
  const daemon = await new DaemonInstance(room, 'the-next', { look: () => 'dead' }).up();
  await dead(daemon);
  const first = await daemon.recovery.runAll({});
  const eventsThen = await room.events();
  const second = await daemon.recovery.runAll({});
  if (!first || !second) throw new Error('the views answer in this room');
  return { room, daemon, first, second, eventsThen, eventsNow: await room.events() };
}

/** The daemon of the history came up, and died. */
async function dead({ instance, record }: DaemonInstance): Promise<void> {
  const process = { machine: 'here', began: '0' };
  await record.started({ instance: 'the-one-that-died', version: '0', host: 'here', pid: 1, process });
  expect(instance.identity.name).toBe('the-next');
}

describe.each(histories)('a daemon that starts on the history "%s"', (name) => {
  const events = recordedIn(textOf(name));

  it.each([
    ['as workers made it', events],
    ['as a daemon would have made it', runByDaemon(events)],
  ])(
    'accounts for every lease once and finds nothing to do the second time, at every point of it, %s',
    async (_which, history) => {
      for (const prefix of findablePrefixesOf(history)) {
        const at = `after ${prefix.length} events`;
        const { room, first, second, eventsThen, eventsNow } = await recover(prefix);
        expect({ at, failed: [...first.failed, ...second.failed] }).toEqual({ at, failed: [] });
        expect({ at, again: second.done }).toEqual({ at, again: [] });
        expect({ at, written: eventsNow.length }).toEqual({ at, written: eventsThen.length });
        expect({ at, broken: violationsOf(eventsNow) }).toEqual({ at, broken: [] });
        expect({ at, ofLocks: ofLocks(eventsNow) }).toEqual({ at, ofLocks: ofLocks(prefix) });
        const held = (await room.holds()).filter(({ assignment }) => assignment !== null);
        expect({ at, accounted: second.fates.length }).toEqual({ at, accounted: held.length });
      }
    },
  );

  it('runs every container that can go on, once, and leaves no ship with one that is over, at every point of it', async () => {
    for (const prefix of findablePrefixesOf(runByDaemon(events))) {
      const at = `after ${prefix.length} events`;
      const { room, daemon, second } = await recover(prefix);
      const live = (await room.holds()).flatMap(({ container }) =>
        container && !isFinished(container) ? [container] : [],
      );
      const waiting = live
        .filter(({ containerId }) => !daemon.supervisor.has(containerId))
        .map(({ containerId }) => containerId);
      for (const id of waiting) {
        // Only a ship that somebody else keeps, or that is not free yet, holds one up.
        const container = await room.container(id);
        const blocked = await Promise.all(
          (container?.ships ?? []).map((ship) => room.lease(shipOf(container?.player, ship))),
        );
        const isBlocked = blocked.some(
          ({ hold, freeFromMs }) => (hold && hold.holder.id !== id) ?? freeFromMs > room.clock.nowMs(),
        );
        expect({ at, id, isBlocked }).toEqual({ at, id, isBlocked: true });
      }
      expect({ at, released: second.fates.filter(({ fate }) => fate === 'released') }).toEqual({
        at,
        released: [],
      });
    }
  });
});

/** Sessions outlive a restart: what they lock and work on is no business of a recovery. */
function ofLocks(events: readonly RecordedEvent[]): number {
  return events.filter(({ stream }) => /^(tasklock|phase|agenttask|flow)-/.test(stream)).length;
}

function shipOf(player: number | undefined, name: string) {
  return { kind: 'ship', scope: String(player), name } as const;
}
