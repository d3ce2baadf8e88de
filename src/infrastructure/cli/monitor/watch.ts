import type { Swept } from '../answers.js';
import type { Api } from '../api.js';
import { Failure } from '../failure.js';
import { reportDeadHere } from './dead-here.js';

export const sweep = async (api: Api, dryRun: boolean): Promise<Swept> =>
  (await api.post<Swept>('monitor/sweep', { body: { dryRun } })).body;

/** The rounds of the monitor, each of which asks the server to look at what this machine cannot tell. */
export class Watch {
  #trouble = '';

  constructor(
    private readonly api: Api,
    private readonly log: (...lines: readonly string[]) => void,
  ) {}

  /** Never rejects: a server that is away is asked again in the next round, and that is said once. */
  async round(): Promise<void> {
    try {
      const dead = await reportDeadHere(this.api);
      this.log(...dead);
      const { cleaned, lines } = await sweep(this.api, false);
      if (this.#trouble !== '') this.log('The server answers again');
      this.#trouble = '';
      const all = dead.length + cleaned;
      this.log(...lines, ...(all > 0 ? [`Cleaned ${all} lock(s)`] : []));
    } catch (error) {
      const said = error instanceof Failure ? error.message : String(error);
      if (said !== this.#trouble) this.log(`WARNING: ${said}`);
      this.#trouble = said;
    }
  }
}
