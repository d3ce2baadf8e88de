import { agentTasks } from './agent-tasks/agent-tasks.js';
import { fleet } from './fleet/fleet.js';
import { flows } from './flows/flows.js';
import { instances } from './instances/instances.js';
import { locks } from './locks/locks.js';
import { markets } from './markets/markets.js';
import { players } from './players/players.js';
import { systems } from './systems/systems.js';
import type { View } from './view.js';

/** Every view there is. A further kind of lease becomes a view of its own beside these. */
export const views: readonly View[] = [fleet, systems, players, markets, instances, locks, flows, agentTasks];

/** @throws Error naming the views there are */
export function viewNamed(name: string): View {
  const view = views.find((each) => each.name === name);
  if (!view) throw new Error(`there is no view ${name}; there are ${views.map((each) => each.name).join(', ')}`);
  return view;
}
