import type { Answer } from '../../../application/answer.js';
import type { ContainerRenewed } from '../../../application/liveness/renew-container.js';
import type { Policy } from '../../../application/policy.js';
import { containerToken, isFinished } from '../../../domain/container/container.js';

/** What a worker needs to know after a renewal: whether to go on, and until when it is taken for alive. */
export function renewedContainerBody(
  { outcome: { container, heartbeat }, position }: Answer<ContainerRenewed>,
  quietForMs: number,
  { shipTtlMs, shipRenewMs }: Policy,
) {
  const { status, attempt, stopReason } = container;
  return {
    status,
    attempt,
    token: containerToken(container),
    stop: status === 'STOPPING' || status === 'INTERRUPTED' || isFinished(container),
    stopReason,
    untilMs: heartbeat && heartbeat.atMs + shipTtlMs + quietForMs,
    ttlMs: shipTtlMs,
    renewMs: shipRenewMs,
    position: String(position),
  };
}
