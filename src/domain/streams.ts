/** Stored: the word that the name of a stream begins with, up to its first dash. Add words, never change one. */
const categories = {
  ship: 'ship',
  task: 'tasklock',
  phase: 'phase',
  flow: 'flow',
  agentTask: 'agenttask',
  agent: 'agent',
  container: 'container',
  system: 'system',
  player: 'player',
  market: 'market',
  instance: 'daemon',
  request: 'request',
} as const;

export type StreamCategory = keyof typeof categories;

export function streamPrefix(category: StreamCategory): string {
  return `${categories[category]}-`;
}

export function streamName(category: StreamCategory, name: string): string {
  return streamPrefix(category) + name;
}

const history: readonly StreamCategory[] = [
  'ship',
  'task',
  'phase',
  'container',
  'flow',
  'agentTask',
  'agent',
  'system',
  'player',
  'instance',
];

/**
 * The streams that a history consists of. Nobody ever deletes or cuts one, so the first of their events stays the
 * first. The answers kept for idempotency keys are no part of it.
 */
export const historyPrefixes: readonly string[] = history.map(streamPrefix);

/** What can be listed and followed live: the history, and what ships saw at markets. */
export const shownPrefixes: readonly string[] = [...historyPrefixes, streamPrefix('market')];
