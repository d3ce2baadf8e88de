import { cleanedLine } from '../../../application/liveness/cleanup-lines.js';
import type { Swept } from '../answers.js';
import type { Api } from '../api.js';
import { Failure } from '../failure.js';
import { deadHere, deadLine, reportDead } from './dead-here.js';

/** What the server found; without its own count, because ours adds what was found here. */
export async function sweep(api: Api, dryRun: boolean): Promise<Swept> {
  const { body } = await api.post<Swept>('liveness/sweep', { body: { dryRun } });
  return { ...body, lines: body.lines.filter((line) => !/^Cleaned \d+ lock\(s\)$/.test(line)) };
}

/** The rounds of the lock monitor, each of which asks the server to look at what this machine cannot tell. */
export class Rounds {
  #trouble = '';

  constructor(
    private readonly api: Api,
    private readonly log: (...lines: readonly string[]) => void,
  ) {}

  /** Never rejects: a server that is away is asked again in the next round, and that is said once. */
  async round(): Promise<void> {
    try {
      const dead = await reportDead(this.api, await deadHere(this.api));
      this.log(...dead.map(deadLine));
      const { cleaned, lines } = await sweep(this.api, false);
      if (this.#trouble !== '') this.log('The server answers again');
      this.#trouble = '';
      const all = dead.length + cleaned;
      this.log(...lines, ...(all > 0 ? [cleanedLine(all)] : []));
    } catch (error) {
      const said = error instanceof Failure ? error.message : String(error);
      if (said !== this.#trouble) this.log(`WARNING: ${said}`);
      this.#trouble = said;
    }
  }
}
