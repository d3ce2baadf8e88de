import type { Answer } from '../../../application/answer.js';
import type { ContainerHeard } from '../../../application/liveness/keep-alive.js';
import type { Policy } from '../../../application/policy.js';
import { containerToken, isFinished } from '../../../domain/container/container.js';

/** What a worker needs to know after a sign of life: whether to go on, and until when it is taken for alive. */
export function heardBody(
  { outcome: { container, beat }, position }: Answer<ContainerHeard>,
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
    untilMs: beat && beat.atMs + shipTtlMs + quietForMs,
    ttlMs: shipTtlMs,
    renewMs: shipRenewMs,
    position: String(position),
  };
}
