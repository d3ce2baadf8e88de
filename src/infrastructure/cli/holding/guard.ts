import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';

export const runVariable = 'HOLDFAST_RUN';

export interface Guard {
  /** For the environment of the command, and of what that begins: if it was never told of, it is found by this. */
  readonly env: Readonly<Record<typeof runVariable, string>>;
  /** Tells of the command: the number of its process, or minus that of its process group. */
  watch(target: number): void;
  end(): void;
}

/**
 * A process that is being begun keeps the pipe open until it has its environment: after the pipe’s end that can be read.
 * What it begins itself has the same, and is looked for each time.
 */
const script = `
trap '' INT TERM HUP QUIT
grace=$1 run=$2 told=
of_run() {
  grep -lsz "^${runVariable}=$run$" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
}
to_each() {
  [ "$told" ] || targets=$(of_run)
  found=1
  for target in $targets; do kill -s "$1" -- "$target" 2>/dev/null && found=0; done
  return $found
}
if IFS= read -r targets <&3; then told=yes; IFS= read -r done <&3 && exit 0; fi
to_each TERM || exit 0
while [ "$grace" -gt 0 ] && to_each 0; do sleep 1; grace=$((grace - 1)); done
to_each KILL
`;

/**
 * A shell that waits on a pipe: when this process dies of anything, KILL included, the pipe ends, and the shell ends
 * the command. Without a shell nothing does, and the command goes on under a lock that runs out; nor does anything,
 * outside Linux, when this process dies in the moment between beginning the command and telling of it.
 */
export function startGuard(graceMs: number): Guard {
  const env = { [runVariable]: randomUUID() };
  const grace = String(Math.ceil(graceMs / 1_000));
  const shell: ChildProcess = spawn('/bin/sh', ['-c', script, 'holdfast-guard', grace, env[runVariable]], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const pipe = shell.stdio[3] as NodeJS.WritableStream | undefined;
  shell.on('error', () => undefined);
  pipe?.on('error', () => undefined);
  shell.unref();
  return {
    env,
    watch: (target) => void pipe?.write(`${target}\n`),
    end: () => void pipe?.end('done\n'),
  };
}
