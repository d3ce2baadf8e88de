import type { Answer } from '../../../application/answer.js';
import type { ContainerChanged } from '../../../application/containers/container-answer.js';
import type { ContainerStartedAnswer } from '../../../application/containers/start-container.js';
import type { Policy } from '../../../application/policy.js';
import { containerToken } from '../../../domain/container/container.js';
import type { ContainerSnapshot } from '../../../domain/container/events.js';
import { leaseRefusalText } from '../../../domain/lease/refusals.js';
import { containerBody } from './container-body.js';

export function startedBody(
  { outcome: { container }, position }: Answer<ContainerStartedAnswer>,
  { shipTtlMs, shipRenewMs }: Policy,
) {
  return {
    container: containerBody(container),
    token: containerToken(container),
    leases: container.leases,
    ttlMs: shipTtlMs,
    renewMs: shipRenewMs,
    position: String(position),
  };
}

export function changedBody({ outcome: { container, already, ships }, position }: Answer<ContainerChanged>) {
  return {
    container: containerBody(container),
    already,
    ships: ships.map(({ kept, ...freed }) => ({ ...freed, kept: kept && leaseRefusalText(kept) })),
    restart: restartOf(container),
    position: String(position),
  };
}

/** The attempt that the restart policy granted, if this one is over. */
function restartOf({ backOff, attempt, updatedAtMs }: ContainerSnapshot) {
  if (!backOff) return null;
  const { notBeforeMs } = backOff;
  return { attempt: attempt + 1, notBeforeMs, delayMs: Math.max(0, notBeforeMs - updatedAtMs) };
}
