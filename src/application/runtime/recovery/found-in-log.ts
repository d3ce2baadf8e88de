import { container, containerStream } from '../../../domain/container/container.js';
import type { ContainerSnapshot } from '../../../domain/container/events.js';
import { messageOf } from '../../../domain/kernel/message-of.js';
import { noOlderThan, lease } from '../../../domain/lease/lease.js';
import { leaseStream, shipResource, type Resource } from '../../../domain/lease/resource.js';
import type { RecoveredLease } from '../../../domain/recovery/recovery.js';
import type { Decisions } from '../../decide-and-append.js';
import type { HoldPair } from '../../queries/assignments.js';
import { forEach } from '../for-each.js';

const atOnce = 16;

export interface Unsettled {
  readonly subject: string;
  readonly message: string;
}

export interface Found {
  readonly leases: readonly RecoveredLease[];
  readonly containers: readonly ContainerSnapshot[];
  /** What could not be read; a lease whose holder is among them is left out. */
  readonly failed: readonly Unsettled[];
}

/** The containers and leases that the views name, every ship of such a container, and whoever holds one: as the log has them. */
export async function foundInLog(decisions: Decisions, pairs: readonly HoldPair[], nowMs: number): Promise<Found> {
  const failed: Unsettled[] = [];
  const containers = new Map<string, ContainerSnapshot>();
  const leases = new Map<string, RecoveredLease>();

  const readAll = <T>(of: ReadonlyMap<string, T>, read: (stream: string, one: T) => Promise<void>) =>
    forEach(of, atOnce, async ([stream, one]) => {
      try {
        await read(stream, one);
      } catch (error) {
        failed.push({ subject: stream, message: messageOf(error) });
      }
    });
  const readContainers = (ids: Iterable<string>) =>
    readAll(new Map([...ids].map((id) => [containerStream(id), id])), async (stream, id) => {
      const { state } = await decisions.current(container, stream);
      if (state) containers.set(id, state);
    });

  await readContainers(
    pairs.flatMap(({ assignment, container }) => [assignment?.containerId, container?.containerId]).filter(isNamed),
  );
  const resources = new Map<string, Resource>();
  const add = (player: number, ship: string) => {
    const resource = shipResource(player, ship);
    resources.set(leaseStream(resource), resource);
  };
  for (const { assignment } of pairs) if (assignment) add(assignment.player, assignment.ship);
  for (const { player, ships } of containers.values()) for (const ship of ships) add(player, ship);
  await readAll(resources, async (stream, resource) => {
    const { state, unchangedForMs } = await decisions.withAge(lease, stream);
    const { hold, obligations, freeFromMs, workedUnder } = state;
    const aged = hold && noOlderThan(hold, unchangedForMs, nowMs);
    leases.set(stream, { resource, hold: aged, obligations, freeFromMs, workedUnder });
  });
  const holders = [...leases.values()].flatMap(({ hold }) =>
    hold?.holder.kind === 'container' ? [hold.holder.id] : [],
  );
  const unread = new Set(failed.map(({ subject }) => subject));
  await readContainers(new Set(holders.filter((id) => !containers.has(id) && !unread.has(containerStream(id)))));

  // One whose holder cannot be read must not be taken for one that does not exist.
  const unknown = new Set(failed.map(({ subject }) => subject));
  const known = [...leases.values()].filter(({ hold }) => !hold || !unknown.has(containerStream(hold.holder.id)));
  return { leases: known, containers: [...containers.values()], failed };
}

function isNamed(id: string | null | undefined): id is string {
  return id !== null && id !== undefined;
}
