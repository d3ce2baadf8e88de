import { spawn } from 'node:child_process';
import { startGuard } from './guard.js';

/** How a process ended. */
export type Ended =
  | { readonly type: 'exited'; readonly code: number }
  | { readonly type: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly type: 'never-began'; readonly message: string; readonly code: 126 | 127 };

export interface Running {
  readonly ended: Promise<Ended>;
  /** Passes a signal on that came to this process. */
  pass(signal: NodeJS.Signals): void;
  /** TERM, and KILL after the grace. */
  terminate(graceMs: number): void;
}

export interface ToRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /**
   * Standard input is a terminal: the command shares the process group, so that it may read, and the terminal itself
   * signals both. Elsewhere it gets a group of its own, and every signal goes to all of it.
   */
  readonly sharesTerminal: boolean;
  readonly graceMs: number;
}

const fromTerminal = new Set<NodeJS.Signals>(['SIGINT', 'SIGQUIT']);

export function runCommand({ command, args, env, sharesTerminal, graceMs }: ToRun): Running {
  const guard = startGuard(graceMs);
  const child = spawn(command, args, { env: { ...env, ...guard.env }, stdio: 'inherit', detached: !sharesTerminal });
  const target = sharesTerminal ? child.pid : child.pid && -child.pid;
  let killing: NodeJS.Timeout | undefined;
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (target !== undefined) process.kill(target, signal);
    } catch {
      // It is gone already.
    }
  };
  if (target !== undefined) guard.watch(target);
  const ended = new Promise<Ended>((resolve) => {
    child.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ type: 'never-began', message, code: code === 'ENOENT' ? 127 : 126 });
    });
    child.once('exit', (code, signal) => {
      resolve(signal === null ? { type: 'exited', code: code ?? 1 } : { type: 'signalled', signal });
    });
  }).finally(() => {
    clearTimeout(killing);
    guard.end();
  });
  return {
    ended,
    pass: (signal) => {
      if (!sharesTerminal || !fromTerminal.has(signal)) send(signal);
    },
    terminate: (withinMs) => {
      send('SIGTERM');
      killing ??= setTimeout(() => send('SIGKILL'), withinMs);
    },
  };
}
