import type { CallWatch } from '../game/call-watch.js';
import type { Metrics } from './metrics.js';

export function countCalls({ gameRequests, gameWait }: Metrics): CallWatch {
  return {
    waited: (ms) => gameWait.observe(ms / 1_000),
    ended: (code) => gameRequests.inc({ code }),
  };
}
