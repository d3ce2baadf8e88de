import type { INestApplicationContext } from '@nestjs/common';
import { PruneContainers } from '../application/containers/prune-containers.js';
import { FleetHealth } from '../application/health/fleet-health.js';
import { Liveness } from '../application/liveness/liveness.js';
import type { Opening } from './opening.js';

/** What looks again and again, for as long as the program runs. */
export function startWatches(opening: Opening, app: INestApplicationContext): void {
  const liveness = app.get(Liveness);
  liveness.start();
  opening.opened('monitor and sweep', () => liveness.stop());

  const say = opening.say('health');
  const health = app.get(FleetHealth);
  health.start({
    warn: (text) => say(text, { event: 'fleet_warned', level: 'warn' }),
    critical: (text) => say(`CRITICAL: ${text}`, { event: 'fleet_critical', level: 'error' }),
  });
  opening.opened('watch over the fleet', () => health.stop());

  const retention = app.get(PruneContainers);
  retention.start(opening.say('retention'));
  opening.opened('retention', () => retention.stop());
}
