import type { Command } from 'commander';
import { flat, treeOf, type Node } from './tree.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script for the shell that completes every command and option. */
export function completionFor(shell: Shell, program: Command): string {
  const root = treeOf(program);
  return shell === 'fish' ? fish(root) : bash(root, shell === 'zsh');
}

const longOptions = ({ options }: Node): readonly string[] => options.flatMap(({ long }) => (long ? [long] : []));

function bash(root: Node, isZsh: boolean): string {
  const common = longOptions(root);
  const cases = flat(root).map((node) => {
    const words = [...node.subcommands.map(({ command }) => command.name()), ...longOptions(node), ...common];
    return `    "${node.words.join(' ')}") words="${[...new Set([...words, '--help'])].join(' ')}" ;;`;
  });
  const known = flat(root)
    .slice(1)
    .map(({ words }) => `"${words.join(' ')}"`)
    .join('|');
  return [
    ...(isZsh ? ['#compdef holdfast', 'autoload -U +X bashcompinit && bashcompinit'] : []),
    '_holdfast() {',
    '  local at="" word words=""',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    case "${at:+$at }$word" in',
    `      ${known}) at="\${at:+$at }$word" ;;`,
    '    esac',
    '  done',
    '  case "$at" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -F _holdfast holdfast',
    '',
  ].join('\n');
}

function fish(root: Node): string {
  const said = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = flat(root).flatMap((node) => {
    const [noun, verb] = node.words;
    const inside = noun === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${noun}`;
    const others = node.subcommands.map(({ command }) => command.name()).join(' ');
    const here = others && noun ? `${inside}; and not __fish_seen_subcommand_from ${others}` : inside;
    const condition = verb === undefined ? here : `${inside}; and __fish_seen_subcommand_from ${verb}`;
    return [
      ...node.subcommands.map(
        ({ command }) => `complete -c holdfast -f -n '${here}' -a ${command.name()} -d ${said(command.description())}`,
      ),
      ...node.options.map(
        ({ long, description }) =>
          `complete -c holdfast${noun === undefined ? '' : ` -n '${condition}'`} -l ${(long ?? '').slice(2)} -d ${said(description)}`,
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}
