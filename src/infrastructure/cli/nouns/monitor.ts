import type { Command } from 'commander';
import { Api } from '../api.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { sizeOf, tail } from '../monitor/log-file.js';
import { livingMonitor } from '../monitor/pid-file.js';
import { placesIn } from '../monitor/places.js';
import { durationOf, wholeNumber } from '../parse/values.js';
import { serverUrl } from '../server-url.js';
import { globalsOf, Invocation } from '../invocation.js';
import type { World } from '../world.js';
import { statusVerb } from './monitor-status.js';

export interface OnData {
  readonly data?: string;
}
const leastIntervalMs = 50;

interface Starting extends OnData {
  readonly interval: number;
}

/** The lock monitor of this machine: a process of its own that reports to the server what dead processes left. */
export function monitor(program: Command, world: World): void {
  const noun = program.command('monitor').description('The lock monitor of this machine, a background process');
  withExamples(
    noun,
    'holdfast monitor start',
    'holdfast monitor status',
    'holdfast monitor logs -f',
    'holdfast monitor stop',
  );
  const verb = (name: string, description: string, ...examples: readonly string[]): Command => {
    const command = noun.command(name).description(description);
    withExamples(command, `holdfast monitor ${name}`, ...examples);
    return command.option('--data <directory>', 'where its files are; HOLDFAST_DATA, else ./data');
  };
  const starting = (command: Command): Command =>
    command.option('--interval <time>', 'between two rounds', durationOf(leastIntervalMs), 60_000);

  const start = starting(
    verb('start', 'Start it in the background; one that runs already serves', 'holdfast monitor start --interval 10s'),
  );
  does<Starting, []>(start, world, (invocation, options) => startOne(invocation, options));

  const stop = verb('stop', 'End it: TERM, and after a second KILL');
  does<OnData, []>(stop, world, async (invocation, options) => {
    const stopped = await stopOne(invocation, options);
    invocation.print(stopped === undefined ? 'Lock monitor is not running' : `Lock monitor stopped (PID ${stopped})`);
  });

  const restart = starting(verb('restart', 'End it if it runs, and start it'));
  does<Starting, []>(restart, world, async (invocation, options) => {
    const stopped = await stopOne(invocation, options);
    if (stopped !== undefined) invocation.print(`Lock monitor stopped (PID ${stopped})`);
    await startOne(invocation, options);
  });

  statusVerb(
    verb('status', 'Whether it runs, its last ten lines, and the watch of the server: 0 running, 1 not'),
    world,
  );

  const logs = verb('logs', 'The newest lines of its log', 'holdfast monitor logs -f')
    .option('--tail <n>', 'so many', wholeNumber(1), 50)
    .option('-f, --follow', 'go on with what is added, until you interrupt');
  does<OnData & { tail: number; follow?: true }, []>(logs, world, async (invocation, { data, tail: count, follow }) => {
    const { log } = placesIn(data, world);
    const end = sizeOf(log);
    const lines = tail(log, count);
    if (lines.length === 0) invocation.remark('The lock monitor has said nothing yet.');
    else invocation.print(lines.join('\n'));
    if (!follow) return;
    const following = await import('../monitor/follow.js');
    await following.follow(log, end, (text) => invocation.print(text));
  });

  runVerb(
    starting(verb('run', 'Run it in the foreground, until Ctrl-C', 'holdfast monitor run --interval 10s')),
    world,
  );
}

/** Ends by itself at a signal, so that it can say so. */
function runVerb(run: Command, world: World): void {
  run.action(async (options: Starting, self: Command) => {
    const invocation = Invocation.of(world, self);
    const url = globalsOf(self).url ?? serverUrl(world.env);
    const [{ serve }, { Rounds }] = await Promise.all([import('../monitor/serve.js'), import('../monitor/rounds.js')]);
    const api = new Api({ url, version: world.version, timeoutMs: invocation.globals.timeout ?? 30_000 });
    const takenBy = await serve({
      places: placesIn(options.data, world),
      intervalMs: options.interval,
      nowMs: world.nowMs,
      tell: (line) => invocation.print(line),
      roundsOf: (log) => new Rounds(api, log),
      at: api.address,
    });
    if (takenBy) invocation.print(`Lock monitor is already running (PID ${takenBy.pid})`);
  });
}

async function startOne(invocation: Invocation, { data, interval }: Starting): Promise<void> {
  const { world, globals } = invocation;
  const places = placesIn(data, world);
  const running = livingMonitor(places.pidFile);
  if (running) return invocation.print(`Lock monitor is already running (PID ${running.pid})`);
  const { startInBackground } = await import('../monitor/background.js');
  const args = [
    ...(data === undefined ? [] : ['--data', data]),
    ...['--interval', `${interval}ms`],
    ...(globals.url === undefined ? [] : ['--url', globals.url]),
  ];
  const { pid, isNew } = await startInBackground(places, args, { ...world.env });
  invocation.print(`Lock monitor ${isNew ? 'started' : 'is already running'} (PID ${pid})`);
}

async function stopOne({ world }: Invocation, { data }: OnData): Promise<number | undefined> {
  const { stop } = await import('../monitor/background.js');
  const monitor = await stop(placesIn(data, world), world.nowMs);
  return monitor?.pid;
}
