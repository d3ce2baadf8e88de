import type { Answer } from '../answer.js';
import type { Clock } from '../ports/clock.js';

const lookEveryMs = 250;

/** The asker is ready to wait for a holder that has it; nobody stands in a line. */
export interface HolderWait {
  readonly forMs: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Asks again while another has it and there is time left; without a wait it asks once. Gives the last answer. */
export async function waitForHolder<Outcome extends { readonly type: string }>(
  clock: Clock,
  wait: HolderWait | undefined,
  ask: () => Promise<Answer<Outcome>>,
): Promise<Answer<Outcome>> {
  const untilMs = clock.monotonicMs() + (wait?.forMs ?? 0);
  for (;;) {
    const answer = await ask();
    const leftMs = untilMs - clock.monotonicMs();
    const { type } = answer.outcome;
    if (!wait || leftMs <= 0 || (type !== 'HeldByAnother' && type !== 'NotFreeYet')) return answer;
    await clock.sleep(Math.min(lookEveryMs, leftMs), wait.signal);
    if (wait.signal.aborted) return answer;
  }
}
