import type { Door } from './asking.js';
import { everyoneMoves, shipsOf } from './everyone.js';
import { Fleet } from './fleet.js';
import { planFor, type FleetPlan } from './plan.js';
import { setStage, type Stage } from './stage.js';
import { Servers } from './storm.js';
import type { Universe } from './universe.js';

export interface Airborne {
  readonly plan: FleetPlan;
  readonly fleet: Fleet;
}

/** Gives every ship of this universe something to do, and sees each of them do it. */
export async function setOut(door: Door, universe: Universe): Promise<Airborne> {
  const plan = await planFor(universe);
  const fleet = new Fleet(door, plan);
  await fleet.begin();
  await everyoneMoves(universe, shipsOf(plan), 20_000);
  return { plan, fleet };
}

/** Twenty ships under way, flown by one server after the other. */
export interface OneServerFleet extends Airborne {
  readonly stage: Stage;
  readonly servers: Servers;
  end(): Promise<void>;
}

export async function flyTwentyShips(): Promise<OneServerFleet> {
  const stage = await setStage(400);
  const servers = new Servers(stage.dataDir, stage.settings);
  await servers.start();
  const airborne = await setOut(servers, stage.universe);
  return {
    ...airborne,
    stage,
    servers,
    async end() {
      await servers.stop();
      await stage.remove();
    },
  };
}
