import type { Mutation } from './mutation.js';
import type { State } from './state.js';

/** Stored: the state after the mutation of this number, and the latest mutations. */
export interface Snapshot {
  readonly version: 1;
  readonly number: number;
  readonly state: State;
  readonly mutations: readonly Mutation[];
}

interface AsMap {
  readonly map: readonly (readonly [string, unknown])[];
}

/** Maps are stored as their entries. */
export function snapshotText(snapshot: Snapshot): string {
  return JSON.stringify(snapshot, (_, value: unknown) => (value instanceof Map ? { map: [...value] } : value));
}

export function snapshotIn(text: string): Snapshot {
  return JSON.parse(text, (_, value: unknown) => (isMap(value) ? new Map(value.map) : value)) as Snapshot;
}

function isMap(value: unknown): value is AsMap {
  return typeof value === 'object' && value !== null && 'map' in value && Array.isArray(value.map);
}
