import { containerToken, isFinished, isLive } from '../../../domain/container/container.js';
import type { ContainerSnapshot } from '../../../domain/container/events.js';
import type { ContainerRow } from '../../../application/queries/containers.js';

/** A container as it is sent, whether it comes from a command or from the view. */
export function containerBody(container: ContainerSnapshot | ContainerRow) {
  const { containerId, containerType, parentId } = container;
  return {
    id: containerId,
    player: container.player,
    type: containerType,
    commandType: container.commandType,
    status: container.status,
    live: isLive(container),
    finished: isFinished(container),
    attempt: container.attempt,
    token: containerToken(container),
    ships: container.ships,
    leases: container.leases,
    iteration: container.iteration,
    maxIterations: container.maxIterations,
    restartPolicy: container.restartPolicy,
    restartCount: container.restartCount,
    maxRestarts: container.maxRestarts,
    backOff: container.backOff,
    parent: parentId,
    runner: container.runner ?? 'external',
    daemon: container.daemon ?? null,
    config: container.config,
    metadata: container.metadata,
    createdAtMs: container.createdAtMs,
    updatedAtMs: container.updatedAtMs,
    startedAtMs: container.startedAtMs,
    attemptStartedAtMs: container.attemptStartedAtMs,
    stoppedAtMs: container.stoppedAtMs,
    lastError: container.lastError,
    exitCode: container.exitCode,
    exitReason: container.exitReason,
    stopReason: container.stopReason,
  };
}
