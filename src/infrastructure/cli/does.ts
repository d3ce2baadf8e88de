import type { Command } from 'commander';
import type { Signals } from './holding/signals.js';
import { Session } from './session.js';
import type { World } from './world.js';

type Verb<Options, Args extends readonly unknown[]> = (
  session: Session,
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
  verb: (session: Session, signals: Signals, options: Options, ...args: Args) => Promise<void>,
): Command {
  return command.action(async (...given: unknown[]) => {
    const { listen } = await import('./holding/signals.js');
    const signals = listen();
    const heeding: Verb<Options, Args> = (session, options, ...args) => verb(session, signals, options, ...args);
    await carryOut(given.at(-1) as Command, world, heeding);
  });
}

async function carryOut<Options, Args extends readonly unknown[]>(
  self: Command,
  world: World,
  verb: Verb<Options, Args>,
): Promise<void> {
  const session = Session.of(world, self);
  await session.mayWrite();
  try {
    await verb(session, self.opts() as Options, ...(self.processedArgs as unknown as Args));
  } catch (error) {
    session.output.discard();
    throw error;
  }
  session.output.end();
}
