import { symbolForm } from '../../domain/ids.js';
import type { Json, JsonObject } from '../../domain/kernel/json.js';
import type { SystemChart, Waypoint } from '../../domain/system/system.js';

export interface UnreadableChart {
  readonly type: 'UnreadableChart';
  /** A sentence that names the place and the rule. */
  readonly reason: string;
}

export interface ReadChart {
  readonly type: 'Chart';
  readonly chart: SystemChart;
}

const mostWaypoints = 10_000;
const fuelTraits: ReadonlySet<string> = new Set(['MARKETPLACE', 'FUEL_STATION']);

class Fault extends Error {}

/**
 * The chart of a system from any of the forms it is kept in:
 * - `{system: {symbol, type}, waypoints: […]}`, as a recording has it
 * - `{data: […]}` or a bare list of waypoints, as the game's API answers
 * - `{waypoints: {SYMBOL: {type, x, y, traits, has_fuel}}}`, as graphs were stored; also inside `graph` or `graph_data`
 *
 * Traits may be words or objects with a `symbol`. Where a waypoint does not say whether it has fuel, a fuel station and
 * a marketplace do.
 * @param symbol the system's, where it is known; else the file must say it
 */
export function readChart(file: Json, symbol?: string): ReadChart | UnreadableChart {
  try {
    return { type: 'Chart', chart: chartOf(file, symbol) };
  } catch (fault) {
    if (fault instanceof Fault) return { type: 'UnreadableChart', reason: fault.message };
    throw fault;
  }
}

function chartOf(file: Json, expected: string | undefined): SystemChart {
  const graph = unwrapped(file);
  const waypoints = listOf(graph).map(([symbol, waypoint]) => waypointOf(waypoint, symbol));
  if (waypoints.length === 0) throw new Fault('there is no waypoint in it');
  if (waypoints.length > mostWaypoints) throw new Fault(`it has more than ${mostWaypoints} waypoints`);
  const about = isObject(graph) && isObject(graph['system']) ? graph['system'] : isObject(graph) ? graph : {};
  const said = about['symbol'] ?? about['system_symbol'] ?? systemOf(waypoints[0]?.symbol ?? '');
  const symbol = symbolOf(expected ?? said, 'system symbol');
  if (expected !== undefined && said !== undefined && said !== expected) {
    throw new Fault(`it is the chart of ${symbolOf(said, 'system symbol')}, not of ${expected}`);
  }
  if (new Set(waypoints.map((each) => each.symbol)).size < waypoints.length) throw new Fault('a waypoint stands twice');
  return { symbol, type: textOf(about['type']) ?? 'UNKNOWN', waypoints };
}

function unwrapped(file: Json): Json {
  if (!isObject(file)) return file;
  for (const wrapper of ['graph', 'graph_data']) {
    const inner = file[wrapper];
    if (isObject(inner)) return unwrapped({ ...withoutWrapper(file, wrapper), ...inner });
  }
  return file;
}

function withoutWrapper(file: JsonObject, wrapper: string): JsonObject {
  return Object.fromEntries(Object.entries(file).filter(([key]) => key !== wrapper));
}

/** Waypoints, each with the name that its place gives it. */
function listOf(graph: Json): readonly (readonly [string | undefined, Json])[] {
  const list = isObject(graph) ? (graph['waypoints'] ?? graph['data'] ?? null) : graph;
  if (isList(list)) return list.map((waypoint) => [undefined, waypoint]);
  if (isObject(list)) return Object.entries(list);
  throw new Fault('it has neither "waypoints" nor "data"');
}

function waypointOf(file: Json, name: string | undefined): Waypoint {
  if (!isObject(file)) throw new Fault(`waypoint ${name ?? ''} is not an object`);
  const symbol = symbolOf(file['symbol'] ?? name, 'waypoint symbol');
  const type = textOf(file['type']) ?? 'UNKNOWN';
  const traits = traitsOf(file['traits'] ?? [], symbol);
  const said = file['has_fuel'] ?? file['hasFuel'];
  const hasFuel =
    typeof said === 'boolean' ? said : type === 'FUEL_STATION' || traits.some((each) => fuelTraits.has(each));
  const orbits = file['orbits'];
  return {
    symbol,
    type,
    x: numberOf(file['x'], symbol, 'x'),
    y: numberOf(file['y'], symbol, 'y'),
    traits,
    hasFuel,
    orbits: typeof orbits === 'string' ? symbolOf(orbits, 'orbits') : null,
  };
}

function traitsOf(traits: Json, waypoint: string): readonly string[] {
  if (!isList(traits)) throw new Fault(`the traits of ${waypoint} are not a list`);
  return traits.map((trait) => symbolOf(isObject(trait) ? trait['symbol'] : trait, `trait of ${waypoint}`));
}

function numberOf(value: Json | undefined, waypoint: string, axis: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new Fault(`${axis} of ${waypoint} is not a number`);
}

function symbolOf(value: Json | undefined, what: string): string {
  if (typeof value === 'string' && symbolForm.test(value)) return value;
  throw new Fault(`a ${what} is missing, or not 1 to 64 of A-Z, 0-9, _ and -`);
}

function systemOf(waypoint: string): string | undefined {
  const parts = waypoint.split('-');
  return parts.length === 3 ? parts.slice(0, 2).join('-') : undefined;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && symbolForm.test(value) ? value : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
