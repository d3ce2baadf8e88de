import type { Command, Option } from 'commander';

/** A command as documents and completion see it. */
export interface Node {
  /** Its words from the root, such as `container list`; empty for the root. */
  readonly words: readonly string[];
  readonly command: Command;
  readonly subcommands: readonly Node[];
  readonly options: readonly Option[];
}

export function treeOf(command: Command, words: readonly string[] = []): Node {
  return {
    words,
    command,
    subcommands: command.commands
      .filter((sub) => !sub.name().startsWith('_'))
      .map((sub) => treeOf(sub, [...words, sub.name()])),
    options: command.options.filter(({ hidden }) => !hidden),
  };
}

/** The node and everything below it, in the order of declaration. */
export function flat(node: Node): readonly Node[] {
  return [node, ...node.subcommands.flatMap(flat)];
}
