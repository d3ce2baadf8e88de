import type { ContainerDescription } from '../container/events.js';
import type { Json } from '../kernel/json.js';
import { systemOf } from './system-of.js';
import type { Waypoint } from './system.js';

/** What a container that flies a scout tour was told. */
export interface TourPlan {
  readonly system: string;
  readonly ship: string;
  readonly markets: readonly string[];
}

const tourCommands = ['ScoutTourCommand', 'scout_tour'];

/** The tour a container flies; undefined when it flies none, or none that can be drawn: no market, no ship. */
export function tourPlanOf({
  containerType,
  commandType,
  config,
  ships,
}: Pick<ContainerDescription, 'containerType' | 'commandType' | 'config' | 'ships'>): TourPlan | undefined {
  if (containerType !== 'SCOUT_TOUR' && !tourCommands.includes(commandType)) return undefined;
  const said = paramsOf(config);
  const markets = textsOf(said['markets']);
  const ship = textOf(said['ship_symbol']) ?? ships[0];
  const system = textOf(said['system']) ?? systemOf(markets[0] ?? '');
  return ship !== undefined && system !== undefined && markets.length > 0 ? { system, ship, markets } : undefined;
}

/** The parameters in a container's config, which some callers give flat. */
export function paramsOf(config: ContainerDescription['config']): ContainerDescription['config'] {
  const { params } = config;
  if (typeof params === 'object' && params !== null && !Array.isArray(params)) {
    return params as ContainerDescription['config'];
  }
  const { command_type: _commandType, iterations: _iterations, params: _params, ...flat } = config;
  return flat;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Whose order it is: that of a lap as it was flown, or the configured one. The names are the bot API's. */
export type TourAlgorithm = 'ortools-vrp' | 'config-order';

/** The last complete lap's order when it visited exactly the configured markets, else the configured order. */
export function tourOrder(
  markets: readonly string[],
  lastLap: readonly string[] | null,
): { readonly order: readonly string[]; readonly algorithm: TourAlgorithm } {
  const complete = lastLap !== null && isPermutation(lastLap, markets);
  return complete
    ? { order: [...lastLap], algorithm: 'ortools-vrp' }
    : { order: [...markets], algorithm: 'config-order' };
}

function isPermutation(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  const sorted = [...other].sort();
  return [...one].sort().every((each, index) => each === sorted[index]);
}

/**
 * Length of the closed tour, in the map's units, rounded to 2 decimals: with the way back for 2 waypoints or more.
 * A waypoint that the chart does not have is flown past.
 */
export function tourDistance(order: readonly string[], waypoints: readonly Waypoint[]): number {
  const places = new Map(waypoints.map((waypoint) => [waypoint.symbol, waypoint]));
  const points = order.flatMap((symbol) => places.get(symbol) ?? []);
  const legs = points.map((point, index) => {
    const from = points.at(index - 1) ?? point;
    return Math.hypot(point.x - from.x, point.y - from.y);
  });
  const total = legs.reduce((sum, leg) => sum + leg, 0);
  return Math.round(total * 100) / 100;
}
