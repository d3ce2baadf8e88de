import { containerStream } from '../../domain/container/container.js';
import { leaseStream } from '../../domain/lease/resource.js';
import { streamPrefix } from '../../domain/streams.js';
import { isContainerEvent, isLeaseEvent } from '../event-family.js';
import { Misplaced, type View } from '../view.js';
import { containers, evolveContainer } from './containers.js';
import { evolveTour, tours } from './tours.js';
import { evolveAssignment, shipAssignments, shipOf } from './ship-assignments.js';

const containerPrefix = streamPrefix('container');
const containerIdOf = (stream: string): string => stream.slice(containerPrefix.length);

/** Who holds which ship, what the holders do, and where their tours are: one view, so that these move together. */
export const fleet: View = {
  name: 'fleet',
  streamPrefixes: [streamPrefix('ship'), containerPrefix],
  tables: [containers, shipAssignments, tours],

  rowsTouchedBy({ stream }) {
    if (stream.startsWith(containerPrefix)) {
      const key = [containerIdOf(stream)];
      return [
        { table: containers, key },
        { table: tours, key },
      ];
    }
    const { scope, name } = shipOf({ stream });
    return [{ table: shipAssignments, key: [Number(scope), name] }];
  },

  streamOf(table, row) {
    if (table !== shipAssignments) return containerStream(String(row['container_id']));
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
    if (!next || event.type === 'ContainerRemoved') {
      rows.delete(containers, containerId);
      rows.delete(tours, containerId);
      return;
    }
    rows.put(containers, next);
    const tour = evolveTour(rows.get(tours, containerId), event, fact);
    if (tour) rows.put(tours, tour);
  },
};
