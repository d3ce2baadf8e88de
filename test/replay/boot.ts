import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { SweepRun } from '../../src/application/liveness/repair-sweep.js';
import { ListHeldLocks } from '../../src/application/queries/locks.js';
import { agentTaskOfStream, taskLock } from '../../src/domain/agent-task/agent-task.js';
import { isFinished } from '../../src/domain/container/container.js';
import { resourceOfStream } from '../../src/domain/lease/resource.js';
import { Custody, policy } from '../support/custody.js';
import { FakeClock } from '../support/fake-clock.js';
import type { InMemoryEventStore } from '../../src/infrastructure/eventstore/in-memory-event-store.js';

const anHour = 3_600_000;

export const prefixesOf = (events: readonly RecordedEvent[]) =>
  events.map((_event, index) => events.slice(0, index + 1));
const sameAppend = (one: RecordedEvent | undefined, next: RecordedEvent): boolean =>
  next.stream === one?.stream && next.metadata.commandId === one.metadata.commandId;
const sameCommand = (one: RecordedEvent | undefined, next: RecordedEvent): boolean =>
  next.metadata.$correlationId === one?.metadata.$correlationId;

/**
 * A log as a start can find it: each append is in it whole or not at all. Of a long history every tenth of these, and
 * each that ends between two appends of one command.
 */
export function findablePrefixesOf(events: readonly RecordedEvent[]) {
  return prefixesOf(events).filter((prefix, index) => {
    const next = events[prefix.length];
    if (!next) return true;
    if (sameAppend(prefix.at(-1), next)) return false;
    return events.length <= 100 || index % 10 === 0 || sameCommand(prefix.at(-1), next);
  });
}

export async function writeInto(log: InMemoryEventStore, events: readonly RecordedEvent[]): Promise<void> {
  for (const { stream, revision, id, type, data, metadata } of events) {
    const expected = revision === 0n ? 'none' : revision - 1n;
    const { type: result } = await log.append(stream, expected, [{ id, type, data, metadata }]);
    if (result !== 'Appended') throw new Error(`revision ${revision} of ${stream} does not follow`);
  }
}

/** A log as a start finds it an hour after its last event: every grace is over. */
export async function foundAtStart(events: readonly RecordedEvent[]): Promise<Custody> {
  const room = new Custody(new FakeClock(events.at(-1)?.createdMs ?? 0));
  await writeInto(room.log, events);
  room.clock.pass(anHour);
  return room;
}

export interface Boot {
  readonly room: Custody;
  readonly first: SweepRun;
  readonly second: SweepRun;
}

export async function boot(events: readonly RecordedEvent[]): Promise<Boot> {
  const room = await foundAtStart(events);
  const { sweep, locks } = await room.up();
  const look = async (): Promise<SweepRun> => {
    const ships = await sweep.run(true);
    const ofLocks = await locks.run();
    return {
      ...ships,
      repaired: [...ships.repaired, ...ofLocks.repaired],
      failed: [...ships.failed, ...ofLocks.failed],
    };
  };
  return { room, first: await look(), second: await look() };
}

/** Nobody renews: after the amnesty and the longest time to live the monitor has taken the leases of all that are silent. */
export async function outliveSilentHolders(room: Custody): Promise<void> {
  const { monitor } = room.instance();
  const held = [
    ...(await room.holds()).map(({ assignment }) => assignment),
    ...(await room.locks(new ListHeldLocks())),
  ];
  const longestTtlMs = Math.max(0, ...held.map((one) => one?.ttlMs ?? 0));
  await monitor.run();
  await room.lookOn(policy.amnestyMs + policy.shipTtlMs + longestTtlMs, monitor);
}

/** Where the lock of a task or a phase and the work under it do not say the same of each other. */
async function looseWork(room: Custody): Promise<readonly string[]> {
  const found: string[] = [];
  const { work } = room.instance();
  for (const stream of new Set((await room.events()).map((event) => event.stream))) {
    const named = agentTaskOfStream(stream);
    const resource = named ? taskLock(named.queue, named.taskId) : resourceOfStream(stream);
    if (!resource || resource.kind === 'ship') continue;
    const { hold } = await room.lease(resource);
    const under = await work.claimedUnder(resource);
    const isClaim = hold?.operation === 'claim';
    if (isClaim && under !== hold.token) found.push(`${stream} is held by ${hold.token}, and worked on by ${under}`);
    if (!isClaim && under !== null) found.push(`${stream} is worked on by ${under} without its lock`);
  }
  return found;
}

/** Where leases say something else than the containers, tasks and flows that they are for. */
export async function looseEnds(room: Custody): Promise<readonly string[]> {
  const found = [...(await looseWork(room))];
  for (const { assignment, container, ship } of await room.holds()) {
    if (!assignment) {
      const runs = container && ship !== null && container.status !== 'INTERRUPTED';
      if (runs) found.push(`${container.containerId} is ${container.status} without ${ship}`);
      continue;
    }
    if (assignment.holder?.kind !== 'container') continue;
    const holder = await room.container(assignment.holder.id);
    const known = holder?.leases.find((lease) => lease.ship === assignment.ship)?.token;
    if (!holder) found.push(`${assignment.ship} is held by nobody`);
    else if (isFinished(holder) && assignment.obligations.length === 0) {
      found.push(`${assignment.ship} is held by ${holder.containerId}, which is ${holder.status}`);
    } else if (!isFinished(holder) && known !== assignment.token) {
      found.push(`${assignment.ship} is held for an attempt that was never begun`);
    }
  }
  return found;
}
