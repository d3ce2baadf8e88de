import { streamPrefix } from '../../domain/streams.js';
import { systemStream, type SystemChart, type Waypoint } from '../../domain/system/system.js';
import { table } from '../rows/table.js';
import { Misplaced, type View } from '../view.js';

export type SystemGraphRow = {
  readonly system_symbol: string;
  /** `{"waypoints": {SYMBOL: {type, x, y, traits, has_fuel, orbits}}}` */
  readonly graph_data: string;
  readonly last_updated: number;
  readonly system_type: string;
  readonly waypoint_count: number;
  readonly revision: string;
  readonly position: string;
};

export const systemGraphs = table<SystemGraphRow>({
  name: 'system_graphs',
  key: ['system_symbol'],
  columns: {
    system_symbol: 'text',
    graph_data: 'json',
    last_updated: 'time',
    system_type: 'text',
    waypoint_count: 'integer',
    revision: 'position',
    position: 'position',
  },
});

/** The newest chart of every system. */
export const systems: View = {
  name: 'systems',
  streamPrefixes: [streamPrefix('system')],
  tables: [systemGraphs],

  rowsTouchedBy: () => [],
  streamOf: (_table, row) => systemStream(String(row['system_symbol'])),

  apply({ stream, event, revision, position }, rows) {
    if (event.type !== 'SystemCharted') throw new Misplaced(`${stream} holds a ${event.type}`);
    const { chart, atMs } = event;
    if (stream !== systemStream(chart.symbol)) throw new Misplaced(`${stream} holds a chart of another system`);
    rows.put(systemGraphs, {
      system_symbol: chart.symbol,
      graph_data: JSON.stringify({ waypoints: Object.fromEntries(chart.waypoints.map(toStored)) }),
      last_updated: atMs,
      system_type: chart.type,
      waypoint_count: chart.waypoints.length,
      revision: String(revision),
      position: String(position),
    });
  },
};

type StoredWaypoint = Omit<Waypoint, 'symbol' | 'hasFuel'> & { readonly has_fuel: boolean };

function toStored({ symbol, type, x, y, traits, hasFuel, orbits }: Waypoint): readonly [string, StoredWaypoint] {
  return [symbol, { type, x, y, traits, has_fuel: hasFuel, orbits }];
}

export function chartOf(row: SystemGraphRow): SystemChart {
  const { waypoints } = JSON.parse(row.graph_data) as { waypoints: Record<string, StoredWaypoint> };
  return {
    symbol: row.system_symbol,
    type: row.system_type,
    waypoints: Object.entries(waypoints).map(([symbol, { has_fuel, ...rest }]) => ({
      symbol,
      ...rest,
      hasFuel: has_fuel,
    })),
  };
}
