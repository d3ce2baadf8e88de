import type { Command } from 'commander';
import { withExamples } from '../examples.js';
import { usage } from '../failure.js';
import { wholeNumber } from '../parse/values.js';
import type { World } from '../world.js';

interface EventStoreOptions {
  readonly data?: string;
  readonly mem?: true;
  readonly port: number;
  readonly host?: string;
  readonly insecureAnyHost?: true;
}

/** Stays in the foreground and ends with exit codes of its own. */
export function eventstore(program: Command, world: World): void {
  const noun = program.command('eventstore').description('The embedded event store by itself');
  const alone = noun
    .command('start')
    .description('Run the embedded event store in the foreground, until Ctrl-C')
    .option('--data <directory>', 'where it keeps its log')
    .option('--mem', 'keep the log in memory only, and lose it at the end')
    .option('--port <n>', 'where it listens; 0 takes a free port', wholeNumber(0), 2113)
    .option('--host <address>', 'where it listens')
    .option('--insecure-any-host', 'take an address that other machines reach; nobody is asked who they are')
    .action(async ({ data, mem, port, host, insecureAnyHost }: EventStoreOptions) => {
      if ((data === undefined) === (mem === undefined)) throw usage('Say where the log is kept: --data DIR, or --mem.');
      await world.servers.eventStore([
        ...(data === undefined ? ['--mem'] : ['--data', data]),
        ...['--port', String(port)],
        ...(host === undefined ? [] : ['--host', host]),
        ...(insecureAnyHost ? ['--insecure-any-host'] : []),
      ]);
    });
  withExamples(alone, 'holdfast eventstore start --data ./log --port 2113', 'holdfast eventstore start --mem --port 0');
}
