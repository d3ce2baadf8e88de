import { named } from '../catalogue/wording.js';
import type { Universe, Waypoint } from '../model/universe.js';
import type { World } from '../state/world.js';

export function systemView({ system, waypoints }: Universe) {
  const { symbol, sectorSymbol, type, x, y, faction } = system;
  return {
    ...{ symbol, sectorSymbol, type, x, y },
    waypoints: waypoints.map((each) => ({
      ...{ symbol: each.symbol, type: each.type, x: each.x, y: each.y },
      ...around(each, waypoints),
    })),
    factions: [{ symbol: faction }],
  };
}

export function waypointView({ universe, state }: World, waypoint: Waypoint) {
  const { symbol, type, x, y } = waypoint;
  const { system, waypoints } = universe;
  const site = state.sites.get(symbol);
  return {
    ...{ symbol, type, systemSymbol: system.symbol, x, y },
    ...around(waypoint, waypoints),
    traits: waypoint.traits.map(named),
    modifiers: [],
    chart: { waypointSymbol: symbol, submittedBy: system.faction },
    faction: { symbol: system.faction },
    isUnderConstruction: site !== undefined && !isComplete(site),
  };
}

function around({ symbol, orbits }: Waypoint, waypoints: readonly Waypoint[]) {
  const orbitals = waypoints.filter((each) => each.orbits === symbol).map((each) => ({ symbol: each.symbol }));
  return { orbitals, ...(orbits !== undefined && { orbits }) };
}

interface Materials {
  readonly materials: readonly { readonly required: number; readonly fulfilled: number }[];
}

export const isComplete = ({ materials }: Materials): boolean =>
  materials.every(({ required, fulfilled }) => fulfilled >= required);

export function constructionView({ state }: World, symbol: string) {
  const site = state.sites.get(symbol) ?? { symbol, materials: [] };
  return { ...site, isComplete: isComplete(site) };
}
