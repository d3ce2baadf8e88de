import type { Command } from 'commander';
import type { Signals } from './holding/signals.js';
import { Invocation } from './invocation.js';
import type { World } from './world.js';

type Verb<Options, Args extends readonly unknown[]> = (
  invocation: Invocation,
  options: Options,
  ...args: Args
) => Promise<void>;

/** Ties a command to what it does. */
export function does<Options, Args extends readonly unknown[]>(
  command: Command,
  world: World,
  verb: Verb<Options, Args>,
): Command {
  return command.action(async (...given: unknown[]) => {
    world.exitOnInterrupt();
    await carryOut(given.at(-1) as Command, world, verb);
  });
}

/** The same for what has to be undone when a signal comes before it is done: the verb asks whether one was heard. */
export function doesHearing<Options, Args extends readonly unknown[]>(
  command: Command,
  world: World,
  verb: (invocation: Invocation, signals: Signals, options: Options, ...args: Args) => Promise<void>,
): Command {
  return command.action(async (...given: unknown[]) => {
    const { listen } = await import('./holding/signals.js');
    const signals = listen();
    const heeding: Verb<Options, Args> = (invocation, options, ...args) => verb(invocation, signals, options, ...args);
    await carryOut(given.at(-1) as Command, world, heeding);
  });
}

async function carryOut<Options, Args extends readonly unknown[]>(
  self: Command,
  world: World,
  verb: Verb<Options, Args>,
): Promise<void> {
  const invocation = Invocation.of(world, self);
  await invocation.mayWrite();
  try {
    await verb(invocation, self.opts() as Options, ...(self.processedArgs as unknown as Args));
  } catch (error) {
    invocation.output.discard();
    throw error;
  }
  invocation.output.end();
}
