import { decided } from '../kernel/decider.js';
import { copyOf, sameJson, type JsonObject } from '../kernel/json.js';
import { continues, isFinished, type ContainerState } from './container.js';
import {
  changedBy,
  inForce,
  unchanged,
  wrongStatus,
  type ContainerDecision,
  type OutsideAsked,
  type HolderAsked,
} from './decision.js';

export interface ReportIteration extends HolderAsked {
  readonly visited: readonly string[];
  readonly report: JsonObject;
}

export function completeIteration(ask: ReportIteration, state: ContainerState): ContainerDecision {
  return inForce(ask, state, (container) => {
    if ((container.status !== 'RUNNING' && container.status !== 'STOPPING') || container.backOff) {
      return wrongStatus(container, 'increment iteration');
    }
    const { containerId, attempt, iteration, maxIterations, progress } = container;
    if (!continues(container)) return decided({ type: 'NoIterationLeft', containerId, maxIterations });
    return changedBy({
      type: 'ContainerIterationCompleted',
      containerId,
      attempt,
      iteration: iteration + 1,
      visited: ask.visited.length > 0 ? ask.visited : progress.visited,
      report: ask.report,
      atMs: ask.nowMs,
    });
  });
}

/** A visit to the market that the ship is at already is a repeat. */
export function visitMarket(
  ask: HolderAsked & { readonly waypoint: string },
  state: ContainerState,
): ContainerDecision {
  return inForce(ask, state, (container) => {
    if (container.status !== 'RUNNING' && container.status !== 'STOPPING') return wrongStatus(container, 'report');
    const { containerId, attempt, progress } = container;
    if (progress.visited.at(-1) === ask.waypoint) return unchanged;
    return changedBy({
      type: 'ContainerMarketVisited',
      containerId,
      attempt,
      waypoint: ask.waypoint,
      atMs: ask.nowMs,
    });
  });
}

/** A holder says by its token which attempt it means, and says nothing more once that has ended; a person may. */
export function setMetadata(
  ask: OutsideAsked & { readonly entries: JsonObject },
  state: ContainerState,
): ContainerDecision {
  return inForce(ask, state, (container) => {
    const { containerId, nowMs, entries, token = null } = ask;
    const { metadata } = container;
    if (token !== null && isFinished(container)) return wrongStatus(container, 'report');
    if (
      Object.entries(entries).every(([key, value]) => Object.hasOwn(metadata, key) && sameJson(metadata[key], value))
    ) {
      return unchanged;
    }
    return changedBy({ type: 'ContainerMetadataSet', containerId, entries: copyOf(entries), atMs: nowMs });
  });
}
