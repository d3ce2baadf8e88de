import type { ContainerSnapshot } from '../container/events.js';
import type { JsonObject } from '../kernel/json.js';

/** What the log says of the iteration in hand. */
export interface Known {
  /** Iterations that are complete. */
  readonly iteration: number;
  /** Markets of this lap, in the order they were visited. */
  readonly visited: readonly string[];
  readonly lastLapAtMs: number | null;
  readonly noted: { readonly good: string; readonly units: number } | null;
}

/** Stored in the container's metadata: the name is never changed. */
const noteKey = 'aboard_at_start';

type Progress = Pick<ContainerSnapshot, 'iteration' | 'progress' | 'metadata'>;

export function knownOf(container: Progress): Known {
  const { iteration, progress } = container;
  return {
    iteration,
    visited: progress.visited,
    lastLapAtMs: progress.lastLap?.completedAtMs ?? null,
    noted: noteIn(container),
  };
}

/** A note as entries of metadata. Iterations are counted anew by some restarts: when the last one ended tells them apart. */
export function noteFor({ iteration, progress }: Progress, good: string, units: number): JsonObject {
  return { [noteKey]: { good, units, iteration, since: progress.lastLap?.completedAtMs ?? null } };
}

function noteIn({ iteration, progress, metadata }: Progress): Known['noted'] {
  const note = metadata[noteKey];
  if (typeof note !== 'object' || note === null || Array.isArray(note)) return null;
  const { good, units, iteration: of, since } = note as JsonObject;
  const isOfThisIteration = of === iteration && since === (progress.lastLap?.completedAtMs ?? null);
  if (!isOfThisIteration || typeof good !== 'string' || typeof units !== 'number') return null;
  return { good, units };
}
