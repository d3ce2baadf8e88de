import { ConfigError } from './infrastructure/config/config-error.js';
import { loadConfig, namesOfOthers } from './infrastructure/config/load-config.js';
import type { Config } from './infrastructure/config/settings.js';
import { openLog } from './infrastructure/logging/open-log.js';
import { exitCodeOf, whyNotStarted } from './start/start-failure.js';
import { startHoldfast } from './start-holdfast.js';

/*
 * Exit codes: 0 stopped as asked; 1 a part could not be started or kept running; 70 a bug; 78 the configuration is
 * wrong; 124 the shutdown took too long, and containers or the rest of it were cut.
 */

/** What came before this is told in plain words: how to tell it is not known yet. */
let inJson = false;
const config = configuration();
inJson = config.logFormat === 'json';
const say = openLog(config)('process');
process.on('uncaughtException', (bug) => end(70, `A bug ended the process: ${bug.stack ?? bug.message}`));
// From before the first part is started: a start that is asked to stop ends what it has begun.
const askedToStop = stopSignal(config.shutdownMs);
const running = await startHoldfast(config, (error) => end(1, error.message)).catch((error: unknown) =>
  error instanceof ConfigError
    ? end(78, error.faults.join('\n'))
    : end(exitCodeOf(error), whyNotStarted(error, config)),
);
const socket = running.socket ? `\n    Socket   ${running.socket}` : '';
const views = running.databaseAnswers ? '' : '  (does not answer yet: commands work, reads wait for it)';
const banner = `
  Holdfast is up.

    Page     ${running.url}/
    API      ${running.url}/api/v1${socket}
    Docs     ${running.url}/docs
    Game     ${running.game ?? 'none'}
    Events   ${running.eventStore}
    Views    ${running.database}${views}
`;
if (config.logFormat === 'text') console.error(banner);
const cut = await running.stop(await askedToStop);
process.exit(cut > 0 ? 124 : 0);

/** The first one counts; a further one changes nothing. */
function stopSignal(withinMs: number): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (asked) return;
        asked = true;
        setTimeout(() => end(124, 'The shutdown took too long and was cut.'), withinMs).unref();
        resolve(signal);
      });
    }
  });
}

function configuration(): Config {
  try {
    return loadConfig(process.env, { alsoKnown: namesOfOthers });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return end(78, error.faults.join('\n'));
  }
}

function end(code: number, why: string): never {
  if (inJson) say(why, { event: 'process_ended', level: 'error', outcome: String(code) });
  else console.error(why);
  process.exit(code);
}
