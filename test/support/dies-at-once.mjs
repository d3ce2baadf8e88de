// Loaded before a program: it is killed in the moment in which it has begun a command that is no guard of another one, after it
// has written that command's process id to the file that DIES_AT_ONCE names.
import childProcess from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { spawn } = childProcess;
childProcess.spawn = (command, ...rest) => {
  const child = spawn(command, ...rest);
  if (!child.spawnargs.includes('holdfast-guard')) {
    writeFileSync(process.env.DIES_AT_ONCE, String(child.pid));
    process.kill(process.pid, 'SIGKILL');
  }
  return child;
};
syncBuiltinESMExports();
