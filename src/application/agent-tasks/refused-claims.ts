import { refusalWord, isAgentTaskRefusal, type AgentTaskRefusal } from '../../domain/agent-task/refusals.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';

/** What scripts call a refused claim; `HELD`: another session has the lock, or it is not free yet. */
export const claimRefusalWords = [
  'ERROR',
  'REASSIGN_BLOCKED',
  'ALREADY_COMPLETE',
  'DEPENDENCY_NOT_MET',
  'CLAIM_FAILED',
  'POISON_PILL',
  'JSON_ERROR',
  'HELD',
] as const;
export type ClaimRefusalWord = (typeof claimRefusalWords)[number];

/** Told of every claim that is refused here. */
export class RefusedClaims {
  onRefused: (word: ClaimRefusalWord) => void = () => undefined;

  tell(refusal: AgentTaskRefusal | LeaseRefusal): void {
    this.onRefused(wordOf(refusal));
  }
}

const held: readonly LeaseRefusal['type'][] = ['HeldByAnother', 'ReservedByOperator', 'NotFreeYet'];

function wordOf(refusal: AgentTaskRefusal | LeaseRefusal): ClaimRefusalWord {
  if (!isAgentTaskRefusal(refusal)) return held.includes(refusal.type) ? 'HELD' : 'CLAIM_FAILED';
  const word = refusalWord(refusal);
  return claimRefusalWords.find((each) => each === word) ?? 'ERROR';
}
