import { decided, type Aggregate, type Decision } from '../kernel/decider.js';
import { streamName } from '../streams.js';

export interface Waypoint {
  readonly symbol: string;
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly traits: readonly string[];
  readonly hasFuel: boolean;
  readonly orbits: string | null;
}

export interface SystemChart {
  readonly symbol: string;
  readonly type: string;
  readonly waypoints: readonly Waypoint[];
}

/** Stored: fields are added to, never renamed or dropped. Each chart is whole, so each opens a chapter. */
export type SystemEvent = { readonly type: 'SystemCharted'; readonly atMs: number } & { readonly chart: SystemChart };

export type SystemState = SystemChart | null;

export const system: Aggregate<SystemState, SystemEvent> = {
  initial: null,
  evolve: (_state, { chart }) => chart,
  opensChapter: () => true,
  chapterOf: () => undefined,
};

export function systemStream(symbol: string): string {
  return streamName('system', symbol);
}

export interface Charted {
  readonly type: 'Charted';
  readonly already: boolean;
}

/** A chart equal to the one in force writes nothing. */
export function chart(
  { chart, nowMs }: { readonly chart: SystemChart; readonly nowMs: number },
  state: SystemState,
): Decision<Charted, SystemEvent> {
  if (state && sameChart(state, chart)) return decided({ type: 'Charted', already: true });
  return decided({ type: 'Charted', already: false }, { type: 'SystemCharted', chart, atMs: nowMs });
}

function sameChart(one: SystemChart, other: SystemChart): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
}

function canonical({ symbol, type, waypoints }: SystemChart) {
  return [
    symbol,
    type,
    waypoints.map(({ symbol, type, x, y, traits, hasFuel, orbits }) => [symbol, type, x, y, traits, hasFuel, orbits]),
  ];
}
