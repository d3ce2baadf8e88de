import type { Assignment } from '../../../application/queries/assignments.js';
import type { ContainerRow } from '../../../application/queries/containers.js';
import type { SeenMarket } from '../../../application/queries/markets.js';
import type { SystemGraph } from '../../../application/queries/systems.js';
import type { Tour } from '../../../application/queries/tours.js';
import { paramsOf } from '../../../domain/system/tour.js';

const isoOrNull = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString());

export function botAssignment(assignment: Assignment) {
  const { player, ship, holder, containerId, container } = assignment;
  return {
    ship_symbol: ship,
    player_id: player,
    assigned_to: holder?.id ?? null,
    daemon_id: containerId,
    operation: assignment.operation,
    status: assignment.status,
    assigned_at: isoOrNull(assignment.assignedAtMs),
    released_at: isoOrNull(assignment.releasedAtMs),
    metadata: container ? paramsOf(container.config) : null,
  };
}

export function botDaemon({ containerId, player, config, startedAtMs, stoppedAtMs, status }: ContainerRow) {
  return {
    daemon_id: containerId,
    player_id: player,
    pid: null,
    command: config,
    started_at: isoOrNull(startedAtMs),
    stopped_at: isoOrNull(stoppedAtMs),
    status,
    log_file: null,
    err_file: null,
  };
}

export function botTour({ system, markets, algorithm, order, totalDistance, ...tour }: Tour) {
  return {
    system,
    markets,
    algorithm,
    start_waypoint: order[0] ?? null,
    tour_order: order,
    total_distance: totalDistance,
    calculated_at: isoOrNull(tour.assignedAtMs),
    ship_symbol: tour.ship,
    daemon_id: tour.containerId,
    player_id: tour.player,
  };
}

export function botGraph({ chart, lastUpdatedMs }: SystemGraph) {
  const waypoints = Object.fromEntries(
    chart.waypoints.map(({ symbol, type, x, y, traits, hasFuel }) => [
      symbol,
      { type, x, y, traits, has_fuel: hasFuel },
    ]),
  );
  return { system_symbol: chart.symbol, graph_data: { waypoints }, last_updated: isoOrNull(lastUpdatedMs) };
}

export function botMarket({ waypoint, goods, scannedAtMs }: SeenMarket) {
  return {
    waypoint_symbol: waypoint,
    last_updated: isoOrNull(scannedAtMs),
    goods: goods.map(({ good, supply, activity, purchasePrice, sellPrice, tradeVolume }) => ({
      good_symbol: good,
      supply,
      activity,
      purchase_price: purchasePrice,
      sell_price: sellPrice,
      trade_volume: tradeVolume,
    })),
  };
}
