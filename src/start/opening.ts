import { join } from 'node:path';
import type { LogEvent } from '../application/ports/log.js';
import { makeDirectory } from '../infrastructure/config/make-directory.js';
import type { Config } from '../infrastructure/config/settings.js';
import type { Log } from '../infrastructure/logging/open-log.js';
import type { Metrics } from '../infrastructure/metrics/metrics.js';

type Close = () => Promise<void>;

/** What every part of the program is opened with, and by whom it is closed again. */
export class Opening {
  readonly #opened: { readonly name: string; readonly close: Close }[] = [];

  constructor(
    readonly config: Config,
    readonly say: Log,
    readonly metrics: Metrics,
    /** A part that nothing works without is gone, and does not come back. */
    readonly onGone: (error: Error) => void,
  ) {}

  opened(name: string, close: Close): void {
    this.#opened.push({ name, close });
  }

  /** In the opposite order. Never rejects. */
  async close(): Promise<void> {
    for (const { name, close } of this.#opened.splice(0).reverse()) {
      await close().catch((error: unknown) => {
        const about = { event: 'close_failed', level: 'error', error } as const;
        this.say('server')(`Closing the ${name} failed: ${String(error)}`, about);
      });
    }
  }

  /** For a part that only has sentences. */
  relay(component: string, event: LogEvent): (sentence: string) => void {
    return (sentence) => this.say(component)(sentence, { event });
  }

  /** Where an embedded part keeps what is its own. */
  async directory(name: string): Promise<string> {
    const path = join(this.config.dataDirectory, name);
    await makeDirectory(path);
    return path;
  }
}
