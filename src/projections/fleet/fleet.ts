import { containerStream } from '../../domain/container/container.js';
import { leaseStream } from '../../domain/lease/resource.js';
import { isContainerEvent, isLeaseEvent } from '../event-family.js';
import { Misplaced, type View } from '../view.js';
import { containers, evolveContainer } from './containers.js';
import { evolveAssignment, shipAssignments, shipOf } from './ship-assignments.js';

const containerPrefix = 'container-';
const containerIdOf = (stream: string): string => stream.slice(containerPrefix.length);

/** Who holds which ship, and what the holders do: one view, so that the pair moves together. */
export const fleet: View = {
  name: 'fleet',
  streamPrefixes: ['ship-', containerPrefix],
  tables: [containers, shipAssignments],

  rowsTouchedBy({ stream }) {
    if (stream.startsWith(containerPrefix)) return [{ table: containers, key: [containerIdOf(stream)] }];
    const { scope, name } = shipOf({ stream });
    return [{ table: shipAssignments, key: [Number(scope), name] }];
  },

  streamOf(table, row) {
    if (table === containers) return containerStream(String(row['container_id']));
    return leaseStream({ kind: 'ship', scope: String(row['player_id']), name: String(row['ship_symbol']) });
  },

  apply(fact, rows) {
    const { stream, event } = fact;
    if (isLeaseEvent(event)) {
      const { scope, name } = shipOf(fact);
      rows.put(shipAssignments, evolveAssignment(rows.get(shipAssignments, Number(scope), name), event, fact));
      return;
    }
    if (!isContainerEvent(event)) throw new Misplaced(`${stream} holds a ${event.type}`);
    const containerId = containerIdOf(stream);
    const next = evolveContainer(rows.get(containers, containerId), event, fact);
    if (next) rows.put(containers, next);
    else rows.delete(containers, containerId);
  },
};
