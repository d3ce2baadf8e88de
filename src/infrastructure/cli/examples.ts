import type { Command } from 'commander';
import { flat, treeOf } from './tree.js';
import { verbExamples } from './verb-examples.js';

const known = new WeakMap<Command, readonly string[]>();

export const examplesOf = (command: Command): readonly string[] => known.get(command) ?? [];

/** Shows the examples before everything else in the help. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  known.set(command, examples);
  return command.addHelpText('before', `Examples:\n${examples.map((each) => `  ${each}\n`).join('')}`);
}

/** Gives every verb the examples that it did not bring itself. */
export function withAllExamples(program: Command): void {
  for (const { words, command } of flat(treeOf(program))) {
    const examples = verbExamples[words.join(' ')];
    if (examples && !known.has(command)) withExamples(command, ...examples);
  }
}
