#!/usr/bin/env node
import { run } from './infrastructure/cli/run.js';
import { version } from './version.js';

const { argv, env, stdin, stdout, stderr } = process;

// Whoever reads our output may stop reading: that is no failure.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

const code = await run(argv.slice(2), {
  env,
  stdin,
  stdout,
  stderr,
  version,
  nowMs: () => Date.now(),
  exitOnInterrupt: () => void process.once('SIGINT', () => process.exit(130)),
  servers: {
    start: () => import('./main.js'),
    eventStore: (args) => {
      argv.splice(2, argv.length, ...args);
      return import('./embedded/eventstore/process.js');
    },
    universe: (args) => {
      argv.splice(2, argv.length, ...args);
      return import('./embedded/universe/process.js');
    },
  },
});
if (code !== undefined) stdout.write('', () => process.exit(code));
