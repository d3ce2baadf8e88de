import type { Command, Option } from 'commander';
import { liveKindOf, liveKindOfOption } from './live-ids.js';
import { flat, treeOf, type Node } from './tree.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script for the shell that completes every command, every option, and the ids that the server has. */
export function completionFor(shell: Shell, program: Command): string {
  const root = treeOf(program);
  return shell === 'fish' ? fish(root) : bash(root, shell === 'zsh');
}

const longOptions = ({ options }: Node): readonly string[] => options.flatMap(({ long }) => (long ? [long] : []));
const takesValue = ({ required, optional }: Option): boolean => required || optional;
const namesOf = ({ command }: Node): readonly string[] => [command.name(), ...command.aliases()];

/** Of each argument in its order; `-` where the server knows none. */
const kindsOf = ({ command }: Node): readonly string[] =>
  command.registeredArguments.map((argument) => liveKindOf(argument) ?? '-');

/** What the arguments may be, where that is a list of words. */
const choicesOf = ({ command }: Node): readonly string[] =>
  command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);

/** The node under each of its names. */
function spelt(node: Node, root: Node): readonly string[] {
  const [noun, ...rest] = node.words;
  const of = root.subcommands.find(({ command }) => command.name() === noun);
  return (of ? namesOf(of) : []).map((name) => [name, ...rest].join(' '));
}

function bash(root: Node, isZsh: boolean): string {
  const common = longOptions(root);
  const nodes = flat(root);
  const cases = nodes.map((node) => {
    const words = [...node.subcommands.flatMap(namesOf), ...choicesOf(node), ...longOptions(node), ...common, '--help'];
    const kinds = kindsOf(node).some((kind) => kind !== '-') ? ` kinds="${kindsOf(node).join(' ')}"` : '';
    const at =
      node === root
        ? '""'
        : spelt(node, root)
            .map((each) => `"${each}"`)
            .join('|');
    return `    ${at}) words="${[...new Set(words)].join(' ')}"${kinds} ;;`;
  });
  const known = nodes
    .slice(1)
    .flatMap((node) => spelt(node, root))
    .map((each) => `"${each}"`)
    .join('|');
  const options = nodes.flatMap(({ options }) => options).filter(takesValue);
  const valued = [...new Set(options.flatMap(({ long, short }) => [long, short]).filter(Boolean))].join('|');
  const live = [...new Map(options.map((each) => [each.long, liveKindOfOption(each)])).entries()];
  const chosen = new Map(options.map(({ long, argChoices }) => [long, argChoices]));
  return [
    ...(isZsh ? zshBegins : []),
    '_holdfast() {',
    '  local at="" word words="" kinds="" kind="" scope="" given=0 before="" count=0 i',
    '  local -a typed',
    // bash cuts words at colons, and ids have some.
    '  for ((i = 1; i <= COMP_CWORD; i++)); do',
    '    word="${COMP_WORDS[i]}"',
    '    case "$word$before" in',
    '      :*|*:) if [ $count -gt 0 ]; then typed[count-1]="${typed[count-1]}$word"; before="$word"; continue; fi ;;',
    '    esac',
    '    typed[count]="$word"; count=$((count + 1)); before="$word"',
    '  done',
    '  local cur="${typed[count-1]}"',
    '  before=""',
    '  for ((i = 0; i < count - 1; i++)); do',
    '    word="${typed[i]}"',
    // bash cuts words at equals signs too.
    '    case "$word" in =) continue ;; esac',
    '    [ "$before" != --queue ] || scope="$word"',
    '    case "$before" in',
    `      ${valued}) before=""; continue ;;`,
    '    esac',
    '    before="$word"',
    '    case "${at:+$at }$word" in',
    `      ${known}) at="\${at:+$at }$word"; given=0; continue ;;`,
    '    esac',
    '    case "$word" in -*) ;; *) given=$((given + 1)) ;; esac',
    '  done',
    '  case "$at" in',
    ...cases,
    '  esac',
    '  case "$before" in',
    ...live.flatMap(([long, kind]) => (kind ? [`    ${long}) words="" kind=${kind} ;;`] : [])),
    ...[...chosen].flatMap(([long, choices]) => (choices ? [`    ${long}) words="${choices.join(' ')}" ;;`] : [])),
    `    ${valued}) words="" ;;`,
    '    *) i=0; for word in $kinds; do [ $i -ne $given ] || [ "$word" = - ] || kind="$word"; i=$((i + 1)); done ;;',
    '  esac',
    '  case "$cur" in -*) ;; *) [ -z "$kind" ] || words="$words $("${COMP_WORDS[0]}" _ids "$kind" ${scope:+"$scope"} 2>/dev/null)" ;; esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    '  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$cur"))',
    '  case "$cur" in *:*)',
    '    if [ -n "${BASH_VERSION:-}" ]; then',
    '      for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]="${COMPREPLY[i]#"${cur%"${cur##*:}"}"}"; done',
    '    fi ;;',
    '  esac',
    '}',
    'complete -F _holdfast holdfast',
    ...(isZsh ? zshEnds : []),
    '',
  ].join('\n');
}

const zshBegins = [
  '#compdef holdfast',
  '(( $+functions[compdef] )) || { autoload -U compinit && compinit; }',
  'autoload -U +X bashcompinit && bashcompinit',
];
const zshEnds = [
  '# From a directory of fpath it is read at the first completion, which it has to answer, too.',
  'if [ "${funcstack[1]}" = _holdfast ]; then _bash_complete -F _holdfast; fi',
];

function fish(root: Node): string {
  const said = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const scopeOf = (kind: string) => (kind === 'task' ? ' (__holdfast_queue)' : '');
  const ids = (kind: string) => `-f -a '(holdfast _ids ${kind}${scopeOf(kind)} 2>/dev/null)'`;
  const lines = flat(root).flatMap((node) => {
    const [noun, verb] = node.words;
    const of = root.subcommands.find(({ command }) => command.name() === noun);
    const inside = of === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${namesOf(of).join(' ')}`;
    const others = node.subcommands.flatMap(namesOf).join(' ');
    const here = others && noun ? `${inside}; and not __fish_seen_subcommand_from ${others}` : inside;
    const condition = verb === undefined ? here : `${inside}; and __fish_seen_subcommand_from ${verb}`;
    const live = kindsOf(node).filter((kind) => kind !== '-');
    return [
      ...node.subcommands.map(
        ({ command }) => `complete -c holdfast -f -n '${here}' -a ${command.name()} -d ${said(command.description())}`,
      ),
      ...[...new Set(live)].map((kind) => `complete -c holdfast -n '${condition}' ${ids(kind)}`),
      ...[choicesOf(node)].flatMap((words) =>
        words.length > 0 ? [`complete -c holdfast -f -n '${condition}' -a '${words.join(' ')}'`] : [],
      ),
      ...node.options.map((option) => {
        const kind = liveKindOfOption(option);
        const where = noun === undefined ? '' : ` -n '${condition}'`;
        const { argChoices } = option;
        const choices = argChoices && ` -x -a '${argChoices.join(' ')}'`;
        const value = kind ? ` -x ${ids(kind)}` : (choices ?? (takesValue(option) ? ' -r' : ''));
        return `complete -c holdfast${where} -l ${(option.long ?? '').slice(2)}${value} -d ${said(option.description)}`;
      }),
    ];
  });
  const queue = [
    'function __holdfast_queue',
    '  set -l words (commandline -opc)',
    '  set -l at (contains -i -- --queue $words); and echo $words[(math $at + 1)]',
    'end',
  ];
  return `${[...queue, ...lines].join('\n')}\n`;
}
