import type { Asker, HttpAnswer } from '../support/http.js';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Where the server is now; it may be gone, and another one may come up there. */
export interface Door {
  readonly server: Asker;
}

/**
 * Asks until there is an answer that is not a failure of the server: what was lost with a killed one is asked for again
 * under the same key. Rejects after `withinMs`.
 */
export async function untilAnswered(
  door: Door,
  ask: (server: Asker) => Promise<HttpAnswer>,
  withinMs = 120_000,
): Promise<HttpAnswer> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    try {
      const answer = await ask(door.server);
      if (answer.status < 500) return answer;
      if (performance.now() > giveUpAt) throw new Error(`still ${answer.status}: ${JSON.stringify(answer.body)}`);
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    }
    await wait(60);
  }
}
