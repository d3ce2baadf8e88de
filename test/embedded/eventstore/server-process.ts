import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../bundle/embedded/eventstore/process.js', import.meta.url));

export interface Listening {
  readonly event: 'listening';
  readonly host: string;
  readonly port: number;
  readonly connectionString: string;
  readonly recovered: { readonly truncatedBytes: number };
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly listening: Listening;
  output(): string;
  /** Sends the signal and waits for the end; the exit code, or the signal it died of. */
  end(signal: NodeJS.Signals): Promise<number | string>;
}

/** Starts the built server as a process of its own. */
export async function startProcess(...args: string[]): Promise<ServerProcess> {
  const { child, output } = launch(args);
  const [listening] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`It ended with ${code}: ${output()}`);
    }),
  ])) as [Listening];
  return {
    child,
    listening,
    output,
    async end(signal) {
      const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
      child.kill(signal);
      const [code, by] = await exit;
      return code ?? by ?? '';
    },
  };
}

/** Starts the built server where it must not start. */
export async function refusedProcess(...args: string[]): Promise<{ code: number; output: string }> {
  const { child, output } = launch(args);
  const [code] = (await once(child, 'close')) as [number];
  return { code, output: output() };
}

function launch(args: string[]): { child: ChildProcess; output: () => string } {
  if (!existsSync(entry)) throw new Error(`${entry} is missing: build first.`);
  const child = fork(entry, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  let text = '';
  child.stdout?.on('data', (chunk) => (text += chunk));
  child.stderr?.on('data', (chunk) => (text += chunk));
  return { child, output: () => text };
}
