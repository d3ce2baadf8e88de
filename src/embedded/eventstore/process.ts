/*
 * The event store as a process of its own:
 *
 *   node process.js --data DIR | --mem  [--port N] [--host H [--insecure-any-host]] [--no-batch-append]
 *
 * When it listens it prints one line of JSON on stdout, and sends the same to the parent that forked it:
 * {"event":"listening","host":…,"port":…,"connectionString":…,"recovered":{"truncatedBytes":…}}
 *
 * It stops in order on SIGTERM, on SIGINT, and when the parent that forked it is gone. Exit codes:
 *    0  stopped as asked
 *   65  the log is damaged, or written by a later version
 *   69  the port cannot be had
 *   73  the directory belongs to another process
 *   74  the disk failed; what was acknowledged is found again at the next start
 *   78  wrong options, or a directory that cannot be used
 *    1  a bug
 */
import { parseArgs } from 'node:util';
import { LogDamaged, LogLocked, LogTooNew, LogUnusable } from './log/refusals.js';
import { HostNotAllowed, startEventStore, type EventStoreOptions } from './server.js';

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
  const store = await startEventStore(parseOptions(process.argv.slice(2)));
  const { host, port, connectionString, recovered } = store;
  const listening = { event: 'listening', host, port, connectionString, recovered };

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopMs).unref();
    store.stop().then(
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
  void store.broken.then((reason) => {
    console.error(`The event store ends, because its disk failed: ${reason.message}`);
    process.exit(74);
  });
  // Whoever read our output may be gone; that is no reason to end.
  process.stdout.on('error', () => undefined);
  process.send?.(listening);
  console.log(JSON.stringify(listening));
}

function parseOptions(args: string[]): EventStoreOptions {
  const { data, mem, port, host, ...flags } = parse(args);
  if ((data === undefined) === (mem !== true)) throw new WrongOptions('Give either --data DIR or --mem.');
  const portNumber = Number(port ?? 0);
  if (!Number.isInteger(portNumber) || portNumber < 0 || portNumber > 65535)
    throw new WrongOptions(`--port takes a number from 0 to 65535, not "${port}".`);
  return {
    ...(data !== undefined && { dataDir: data }),
    ...(host !== undefined && { host }),
    memory: mem === true,
    port: portNumber,
    insecureAnyHost: flags['insecure-any-host'] === true,
    advertiseBatchAppend: flags['no-batch-append'] !== true,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        data: { type: 'string' },
        mem: { type: 'boolean' },
        port: { type: 'string' },
        host: { type: 'string' },
        'insecure-any-host': { type: 'boolean' },
        'no-batch-append': { type: 'boolean' },
      },
    }).values;
  } catch (refusal) {
    throw new WrongOptions((refusal as Error).message);
  }
}

function exitCodeOf(failure: unknown): number {
  if (failure instanceof WrongOptions || failure instanceof HostNotAllowed || failure instanceof LogUnusable) return 78;
  if (failure instanceof LogDamaged || failure instanceof LogTooNew) return 65;
  if (failure instanceof LogLocked) return 73;
  if ((failure as NodeJS.ErrnoException | undefined)?.syscall === 'listen') return 69;
  return 1;
}
