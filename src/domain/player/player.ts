import { decided, type Aggregate, type Decision } from '../kernel/decider.js';
import { streamName } from '../streams.js';

/** Stored: fields are added to, never renamed or dropped. Never a token: a log cannot forget. */
export type PlayerEvent = {
  readonly type: 'PlayerRegistered';
  readonly player: number;
  readonly agentSymbol: string;
  /** The universe that the agent plays in: everything of an earlier one is gone. Absent: nobody said. */
  readonly era?: string;
  /** When that one was first seen, in the place of another; absent: there was no other. */
  readonly eraSinceMs?: number;
  readonly atMs: number;
};

export interface PlayerState {
  readonly agentSymbol: string | null;
  readonly era: string | null;
  /** What began before belongs to a closed era; null: no era was closed. */
  readonly eraSinceMs: number | null;
}

export const player: Aggregate<PlayerState, PlayerEvent> = {
  initial: { agentSymbol: null, era: null, eraSinceMs: null },
  evolve: (_state, { agentSymbol, era = null, eraSinceMs = null }) => ({ agentSymbol, era, eraSinceMs }),
  opensChapter: () => true,
  chapterOf: () => undefined,
};

export function playerStream(id: number): string {
  return streamName('player', String(id));
}

export interface Registered {
  readonly type: 'Registered';
  readonly already: boolean;
}

export interface Register {
  readonly player: number;
  readonly agentSymbol: string;
  /** Null: the one that is known. */
  readonly era: string | null;
  readonly nowMs: number;
}

export function register(
  { player, agentSymbol, era: said, nowMs }: Register,
  state: PlayerState,
): Decision<Registered, PlayerEvent> {
  const era = said ?? state.era;
  if (state.agentSymbol === agentSymbol && state.era === era) return decided({ type: 'Registered', already: true });
  const eraSinceMs = state.era !== null && state.era !== era ? nowMs : state.eraSinceMs;
  return decided(
    { type: 'Registered', already: false },
    {
      type: 'PlayerRegistered',
      player,
      agentSymbol,
      ...(era !== null && { era }),
      ...(eraSinceMs !== null && { eraSinceMs }),
      atMs: nowMs,
    },
  );
}
