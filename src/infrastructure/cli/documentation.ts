import { exitCodes } from './exit-codes.js';
import { examplesOf } from './examples.js';
import { flat, treeOf, type Node } from './tree.js';
import type { Command, Option } from 'commander';

/** The page docs/cli.md, in Markdown. */
export function documentation(program: Command): string {
  const root = treeOf(program);
  return [
    '# The `holdfast` command',
    'This page is made from the command tree: `npm run build && node scripts/write-cli-docs.mjs`.',
    introduction,
    code('sh', examplesOf(program)),
    '## Options of every command',
    options(root.options),
    '## Exit codes',
    exitCodes.map(([exitCode, said]) => `- \`${exitCode}\` ${said}`).join('\n'),
    'The servers end with codes of their own. `holdfast start`: 1 a part could not be started or kept running, 70 a bug, 78 the configuration, 124 the shutdown was cut. `holdfast eventstore start`: 1 a bug, 65 the log is damaged or of a later version, 69 the port is taken, 73 the directory belongs to another process, 74 the disk failed, 78 the options. `holdfast universe start`: the same as the event store.',
    '## Commands',
    ...flat(root).slice(1).flatMap(section),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

const introduction = `In a clone, after a build, it is \`npx holdfast …\` or \`npm run --silent holdfast -- …\`. It talks to a running server:
\`--url\`, else \`HOLDFAST_URL\`, else this machine at \`HOLDFAST_PORT\` or 4000; the last two are also read from a \`.env\` in
the working directory. Only \`start\`, \`eventstore start\`, \`universe start\`, \`config\` and \`completion\` need none.

Data goes to stdout and everything else to stderr. \`--json\` prints exactly what the API answers, also when it refuses. A
table fits the terminal and cuts wide values with \`…\`; where stdout is no terminal nothing is cut. What cannot be taken
back is asked for on a terminal, and refused without \`--yes\` elsewhere. A secret is not taken as an argument: put the
credentials of a proxy into \`HOLDFAST_URL\`.

\`holdfast completion bash\` (or \`zsh\`, \`fish\`) prints a script that completes commands, options and the ids that the
server has at that moment; where it does not answer within half a second, it completes without them.`;

function section({ words, command, options: own }: Node): readonly string[] {
  const heading = ['holdfast', ...words, ...command.registeredArguments.map(argumentText)].join(' ');
  const said = command.description();
  const alias = command.alias();
  return [
    `### \`${heading}\``,
    `${said}${/[.!?]$/.test(said) ? '' : '.'}${alias ? ` Also \`holdfast ${alias}\`.` : ''}`,
    code('sh', examplesOf(command)),
    options(own),
  ];
}

function argumentText(argument: Command['registeredArguments'][number]): string {
  const text = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${text}>` : `[${text}]`;
}

function options(all: readonly Option[]): string {
  const width = Math.max(0, ...all.map(({ flags }) => flags.length));
  return code(
    'text',
    all.map((option) => `${option.flags.padEnd(width)}  ${meaning(option)}`),
  );
}

function meaning({ description, mandatory, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const notes = [
    ...(mandatory ? ['must be given'] : []),
    ...(argChoices ? [argChoices.join(', ')] : []),
    ...(defaultValue === undefined ? [] : [`${defaultValueDescription ?? String(defaultValue)} if absent`]),
  ];
  return notes.length > 0 ? `${description} (${notes.join('; ')})` : description;
}

function code(language: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : ['```' + language, ...lines, '```'].join('\n');
}
