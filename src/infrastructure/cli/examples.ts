import type { Command } from 'commander';

const known = new WeakMap<Command, readonly string[]>();

export const examplesOf = (command: Command): readonly string[] => known.get(command) ?? [];

/** Shows the examples before everything else in the help. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  known.set(command, examples);
  return command.addHelpText('before', `Examples:\n${examples.map((each) => `  ${each}\n`).join('')}`);
}
