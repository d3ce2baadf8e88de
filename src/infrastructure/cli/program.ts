import { Command, Option } from 'commander';
import { exitCodes } from './exit-codes.js';
import { withAllExamples, withExamples } from './examples.js';
import { duration } from './parse/values.js';
import { timeFormats } from './print/moments.js';
import type { World } from './world.js';

type Noun = (program: Command, world: World) => void;

/** Each noun in a file of its own, read when it is wanted: the first output has to come at once. */
const nouns: Readonly<Record<string, () => Promise<Noun>>> = {
  start: () => import('./nouns/start.js').then(({ start }) => start),
  eventstore: () => import('./nouns/eventstore.js').then(({ eventstore }) => eventstore),
  assignments: () => import('./nouns/assignments.js').then(({ assignments }) => assignments),
  ship: () => import('./nouns/ships.js').then(({ ships }) => ships),
  why: () => import('./nouns/why.js').then(({ why }) => why),
  history: () => import('./nouns/history.js').then(({ history }) => history),
  container: () => import('./nouns/containers.js').then(({ containers }) => containers),
  release: () => import('./nouns/release.js').then(({ release }) => release),
  projections: () => import('./nouns/projections.js').then(({ projections }) => projections),
  universe: () => import('./nouns/universe.js').then(({ universe }) => universe),
  scout: () => import('./nouns/scout.js').then(({ scout }) => scout),
  players: () => import('./nouns/players.js').then(({ players }) => players),
  instances: () => import('./nouns/instances.js').then(({ instances }) => instances),
  tasks: () => import('./nouns/tasks.js').then(({ tasks }) => tasks),
  flows: () => import('./nouns/flows.js').then(({ flows }) => flows),
  audit: () => import('./nouns/audit.js').then(({ audit }) => audit),
  locks: () => import('./nouns/locks.js').then(({ locks }) => locks),
  run: () => import('./nouns/run.js').then(({ run }) => run),
  monitor: () => import('./nouns/monitor.js').then(({ monitor }) => monitor),
  config: () => import('./nouns/config.js').then(({ config }) => config),
  _ids: () => import('./nouns/ids.js').then(({ ids }) => ids),
};

/** The noun in its other number: both are right. */
const aliases: Readonly<Record<string, string>> = {
  ships: 'ship',
  containers: 'container',
  assignment: 'assignments',
  player: 'players',
  projection: 'projections',
  instance: 'instances',
  lock: 'locks',
  task: 'tasks',
  flow: 'flows',
};

/**
 * The command tree.
 * @param only the one noun that is wanted; all of them if it is none
 */
export async function programFor(world: World, only = ''): Promise<Command> {
  const program = new Command('holdfast')
    .description('Custody of a fleet: who holds which ship, which work is done, and why.')
    .version(world.version)
    .option(
      '--url <address>',
      'of the server, or unix:/PATH; HOLDFAST_URL, else http://127.0.0.1 at HOLDFAST_PORT or 4000',
    )
    .option('--json', 'print exactly what the API answers')
    .option('--output <where>', 'table, json, or a file for the data: it is there whole or not at all')
    .addOption(
      new Option('--time-format <form>', 'how moments are written')
        .choices(timeFormats)
        .default('relative')
        .conflicts('json'),
    )
    .addOption(
      new Option('--color <when>', 'or set NO_COLOR or FORCE_COLOR')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .option('--timeout <time>', 'how long to wait for an answer, such as 10s; 60s if absent', duration)
    .option('-y, --yes', 'do not ask before something that cannot be taken back')
    .option('--debug', 'show where an error comes from')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      `\nExit codes:\n${exitCodes.map(([code, said]) => `  ${String(code).padEnd(4)}${said}`).join('\n')}`,
    );
  withExamples(program, 'holdfast start', 'holdfast assignments', 'holdfast why COOPER-2');
  const noun = Object.hasOwn(aliases, only) ? (aliases[only] ?? '') : only;
  const wanted = nouns[noun];
  if (wanted && Object.hasOwn(nouns, noun)) (await wanted())(program, world);
  else await addAll(program, world);
  for (const [alias, name] of Object.entries(aliases)) {
    program.commands.find((command) => command.name() === name)?.alias(alias);
  }
  withAllExamples(program);
  return quietly(program, world);
}

async function addAll(program: Command, world: World): Promise<void> {
  const { completion } = await import('./nouns/completion.js');
  for (const load of Object.values(nouns)) (await load())(program, world);
  completion(program, world);
}

/** Nothing ends the process or writes to it behind our back. */
function quietly(command: Command, world: World): Command {
  command.exitOverride().configureOutput({
    writeOut: (text) => world.stdout.write(text),
    writeErr: (text) => world.stderr.write(text),
    outputError: () => undefined,
  });
  if (command.commands.length > 0) command.helpCommand(false);
  for (const sub of command.commands) quietly(sub, world);
  return command;
}
