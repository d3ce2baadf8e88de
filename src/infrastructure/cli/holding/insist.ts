import { Failure, Refused } from '../failure.js';

const betweenTriesMs = 2_000;
const longestWaitMs = 30_000;

export interface Insistence {
  readonly tries: number;
  /** Waits so long for it to be free, instead of trying again. */
  readonly waitMs?: number | undefined;
}

const isHeld = (error: unknown): error is Refused => error instanceof Refused && error.problem.code === 'lease-held';

/**
 * Asks again for what another one holds; a reservation, or anything else that time does not cure, is not tried again.
 * @param take is told how long the server may wait for it
 * @param isTaken whether an answer that is no refusal says the same
 * @returns the last answer
 * @throws what `givenUp` makes of the last refusal
 */
export async function insisting<Answered>(
  { tries, waitMs }: Insistence,
  take: (waitMs: number) => Promise<Answered>,
  givenUp: (held: Refused) => Failure,
  isTaken: (answer: Answered) => boolean = () => false,
): Promise<Answered> {
  const giveUpAtMs = waitMs === undefined ? undefined : performance.now() + waitMs;
  for (let attempt = 1; ; attempt += 1) {
    const leftMs = giveUpAtMs === undefined ? 0 : Math.max(0, giveUpAtMs - performance.now());
    const isOver = giveUpAtMs === undefined ? attempt >= tries : leftMs <= longestWaitMs;
    try {
      const answer = await take(Math.min(longestWaitMs, Math.round(leftMs)));
      if (isOver || !isTaken(answer)) return answer;
    } catch (error) {
      if (!isHeld(error)) throw error;
      if (isOver) throw givenUp(error);
    }
    if (giveUpAtMs === undefined) await new Promise((resolve) => setTimeout(resolve, betweenTriesMs));
  }
}

/** In the words that scripts look for. */
export function failedToAcquire(said: string, after: string, cause: Refused): Failure {
  return new Failure(1, `Failed to acquire lock for ${said} ${after}`, { cause });
}

export const afterTries = (tries: number): string => `after ${tries} attempt${tries === 1 ? '' : 's'}`;
