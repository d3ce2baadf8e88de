import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from './server-process.js';

const script = fileURLToPath(new URL('../../examples/scout-worker.mjs', import.meta.url));

export interface WorkerLine {
  readonly event: string;
  readonly ship: string;
  readonly container?: string;
  readonly token?: number;
  readonly waypoint?: string;
}

export interface ScoutWorker {
  readonly ship: string;
  lines(): readonly WorkerLine[];
  kill(): void;
  readonly ended: Promise<number | null>;
}

/** The example worker as its own process, as a user would run it. */
export function startScoutWorker(ship: string, options: Readonly<Record<string, string>>): ScoutWorker {
  const args = Object.entries({ ...options, ship }).flatMap(([name, value]) => [`--${name}`, value]);
  const child: ChildProcess = spawn(process.execPath, [script, ...args], {
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => (text += part));
  return {
    ship,
    lines: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as WorkerLine),
    kill: () => void child.kill('SIGKILL'),
    ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
  };
}
