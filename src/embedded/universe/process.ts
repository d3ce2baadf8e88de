/*
 * The universe as a process of its own:
 *
 *   node process.js --data DIR | --mem  [--port N] [--file F] [--seed S] [--symbol X1-AB12] [--time-factor X] [--no-rate-limit]
 *
 * When it listens it prints one line of JSON on stdout, and sends the same to the parent that forked it:
 * {"event":"listening","url":…,"port":…,"recovered":{"truncatedBytes":…}}
 *
 * It stops in order on SIGTERM, on SIGINT, and when the parent that forked it is gone. Exit codes:
 *    0  stopped as asked
 *   65  what the directory keeps is damaged
 *   69  the port cannot be had
 *   73  the directory belongs to another process
 *   74  the disk failed; what was answered is found again at the next start
 *   78  wrong options, a file that holds no universe, or a directory that cannot be used
 *    1  a bug
 */
import { parseArgs } from 'node:util';
import { NoUniverse } from './model/universe-file.js';
import { startUniverse, type UniverseOptions } from './server.js';
import { DirectoryDamaged, DirectoryTaken, DirectoryUnusable } from './state/refusals.js';

const stopMs = 5000;

class WrongOptions extends Error {
  override readonly name = 'WrongOptions';
}

await run().catch((failure: unknown) => {
  const known = exitCodeOf(failure);
  console.error(known === 1 ? failure : (failure as Error).message);
  process.exit(known);
});

async function run(): Promise<void> {
  const universe = await startUniverse(parseOptions(process.argv.slice(2)));
  const { url, port, recovered } = universe;
  const listening = { event: 'listening', url, port, recovered };

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopMs).unref();
    universe.stop().then(
      () => process.exit(0),
      (bug: unknown) => {
        console.error(bug);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  void universe.broken.then((reason) => {
    console.error(`The universe ends, because its disk failed: ${reason.message}`);
    process.exit(74);
  });
  // Whoever read our output may be gone; that is no reason to end.
  process.stdout.on('error', () => undefined);
  process.send?.(listening);
  console.log(JSON.stringify(listening));
}

function parseOptions(args: string[]): UniverseOptions {
  const { data, mem, port, file, seed, symbol, ...flags } = parse(args);
  if ((data === undefined) === (mem !== true)) throw new WrongOptions('Give either --data DIR or --mem.');
  const timeFactor = flags['time-factor'];
  if (timeFactor !== undefined && !(Number(timeFactor) > 0 && Number.isFinite(Number(timeFactor))))
    throw new WrongOptions(`--time-factor takes a number above 0, not "${timeFactor}".`);
  return {
    ...{ dataDir: data, file, symbol },
    port: wholeNumber('--port', port ?? '0', 65535),
    seed: seed === undefined ? undefined : wholeNumber('--seed', seed, Number.MAX_SAFE_INTEGER),
    timeFactor: timeFactor === undefined ? undefined : Number(timeFactor),
    rateLimit: flags['no-rate-limit'] !== true,
  };
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= 0 && number <= most) return number;
  throw new WrongOptions(`${option} takes a number from 0 to ${most}, not "${text}".`);
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        data: { type: 'string' },
        mem: { type: 'boolean' },
        port: { type: 'string' },
        file: { type: 'string' },
        seed: { type: 'string' },
        symbol: { type: 'string' },
        'time-factor': { type: 'string' },
        'no-rate-limit': { type: 'boolean' },
      },
    }).values;
  } catch (refusal) {
    throw new WrongOptions((refusal as Error).message);
  }
}

function exitCodeOf(failure: unknown): number {
  const options = [WrongOptions, NoUniverse, DirectoryUnusable];
  if (options.some((each) => failure instanceof each)) return 78;
  if (failure instanceof DirectoryDamaged) return 65;
  if (failure instanceof DirectoryTaken) return 73;
  if ((failure as NodeJS.ErrnoException | undefined)?.syscall === 'listen') return 69;
  return 1;
}
