import { CommanderError, type Command } from 'commander';
import { messageOf } from '../../domain/kernel/message-of.js';
import type { ExitCode } from './exit-codes.js';
import { Exit, Failure, Refused } from './failure.js';
import { refuseSecrets } from './parse/secrets.js';
import { momentsIn } from './print/moments.js';
import { refusal } from './print/refusal.js';
import { programFor } from './program.js';
import type { Globals } from './invocation.js';
import type { World } from './world.js';

/**
 * Carries out one command line.
 * @param args without the interpreter and the script
 * @returns what to exit with; undefined while a server that was started goes on
 */
export async function run(args: readonly string[], world: World): Promise<number | undefined> {
  let goesOn = false;
  const { start, eventStore, universe } = world.servers;
  const servers: World['servers'] = {
    start: () => start().finally(() => (goesOn = true)),
    eventStore: (own) => eventStore(own).finally(() => (goesOn = true)),
    universe: (own) => universe(own).finally(() => (goesOn = true)),
  };
  const program = await programFor({ ...world, servers }, args[0]);
  try {
    refuseSecrets(args);
    await program.parseAsync(args, { from: 'user' });
    return goesOn ? undefined : 0;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    return explain(error, program, world);
  }
}

function explain(error: unknown, program: Command, { stdout, stderr, nowMs }: World): ExitCode {
  const { debug, timeFormat, json, output } = program.opts<Globals>();
  const say = (sentence: string) => void stderr.write(`${sentence}\n`);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (error.code !== 'commander.help') say(usageFault(error.message));
    return 2;
  }
  if (debug) say(traceOf(error));
  if (error instanceof Refused) {
    if ((json || output === 'json') && error.text !== '') stdout.write(`${error.text}\n`);
    say(refusal(error.problem, momentsIn(timeFormat, nowMs())));
    return error.exitCode;
  }
  if (error instanceof Failure) {
    say(error.message);
    return error.exitCode;
  }
  const what = messageOf(error);
  say(`This is a fault of the command itself, and --debug shows where: ${what}`);
  return 1;
}

function usageFault(message: string): string {
  const said = message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.!?)]$/.test(said) ? '' : '.'} See --help.`;
}

function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? String(error.stack) : `${error.stack}\ncaused by ${traceOf(error.cause)}`;
}
