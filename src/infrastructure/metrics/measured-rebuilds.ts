import type { Rebuilds } from '../http/projections/rebuilds.js';
import type { Metrics } from './metrics.js';

const finished = new Set(['Rebuilt', 'Verified', 'Differs']);

/** Rebuilds whose time is taken. A difference that nothing explains is a broken promise. */
export function measuredRebuilds(rebuilds: Rebuilds, metrics: Metrics): Rebuilds {
  return {
    views: rebuilds.views,
    async rebuild(view, ask) {
      const began = performance.now();
      const outcome = await rebuilds.rebuild(view, ask);
      if (finished.has(outcome.type)) {
        metrics.projectionRebuild.observe({ name: view }, (performance.now() - began) / 1_000);
      }
      if (outcome.type === 'Differs') metrics.invariantViolations.inc({ id: 'view_differs' });
      return outcome;
    },
  };
}
