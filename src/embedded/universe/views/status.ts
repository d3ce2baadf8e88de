import type { World } from '../state/world.js';
import { iso } from './moment.js';

const dayMs = 86_400_000;
const eraDays = 14;

/** What the root of the API tells about the server and its era. */
export function statusView(world: World) {
  const { state, universe } = world;
  const { agents, ships, resetDate } = state;
  const richest = [...agents.values()].sort((a, b) => b.credits - a.credits).slice(0, 15);
  return {
    status: 'SpaceTraders is currently online and available to play',
    version: 'v2.3.0',
    resetDate,
    description: 'A universe on this machine.',
    stats: { agents: agents.size, ships: ships.size, systems: 1, waypoints: universe.waypoints.length },
    health: { lastMarketUpdate: iso(world.now()) },
    leaderboards: {
      mostCredits: richest.map(({ symbol, credits }) => ({ agentSymbol: symbol, credits })),
      mostSubmittedCharts: [],
    },
    serverResets: { next: iso(Date.parse(resetDate) + eraDays * dayMs), frequency: 'fortnightly' },
    announcements: [],
    links: [],
  };
}
