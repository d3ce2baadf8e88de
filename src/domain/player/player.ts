import { decided, type Aggregate, type Decision } from '../kernel/decider.js';
import { streamName } from '../streams.js';

/** Stored: fields are added to, never renamed or dropped. Never a token: a log cannot forget. */
export type PlayerEvent = {
  readonly type: 'PlayerRegistered';
  readonly player: number;
  readonly agentSymbol: string;
  readonly atMs: number;
};

export interface PlayerState {
  readonly agentSymbol: string | null;
}

export const player: Aggregate<PlayerState, PlayerEvent> = {
  initial: { agentSymbol: null },
  evolve: (_state, { agentSymbol }) => ({ agentSymbol }),
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

export function register(
  ask: { readonly player: number; readonly agentSymbol: string; readonly nowMs: number },
  state: PlayerState,
): Decision<Registered, PlayerEvent> {
  if (state.agentSymbol === ask.agentSymbol) return decided({ type: 'Registered', already: true });
  const { player, agentSymbol, nowMs } = ask;
  return decided(
    { type: 'Registered', already: false },
    { type: 'PlayerRegistered', player, agentSymbol, atMs: nowMs },
  );
}
