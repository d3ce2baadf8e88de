import type { INestApplicationContext } from '@nestjs/common';
import { PruneContainers } from '../application/containers/prune-containers.js';
import { TellPhaseLocks } from '../application/flows/tell-phase-locks.js';
import { HealthWatch } from '../application/health/health-watch.js';
import { Liveness } from '../application/liveness/liveness.js';
import type { Opening } from './opening.js';

/** What looks again and again, for as long as the program runs. Gives what judges holders: it has to end first. */
export function startWatches(opening: Opening, app: INestApplicationContext): Liveness {
  app.get(TellPhaseLocks).say = opening.say('flows');

  const liveness = app.get(Liveness);
  liveness.start(opening.say('custody'));
  opening.opened('monitor and sweep', () => liveness.stop());

  const health = app.get(HealthWatch);
  health.start(opening.say('health'));
  opening.opened('watch over the fleet', () => health.stop());

  const retention = app.get(PruneContainers);
  retention.start(opening.say('retention'));
  opening.opened('retention', () => retention.stop());
  return liveness;
}
