import type { Command } from 'commander';
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
    const self = given.at(-1) as Command;
    const session = Session.of(world, self);
    await session.mayWrite();
    try {
      await verb(session, self.opts() as Options, ...(self.processedArgs as unknown as Args));
    } catch (error) {
      session.output.discard();
      throw error;
    }
    session.output.end();
  });
}
