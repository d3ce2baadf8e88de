import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../bundle/cli.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly url?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** Stops reading stdout after the first bytes, as `| head -1` does. */
  readonly hangUp?: true;
  /** Sent when the process has told something on stderr, or after it asked the server; the caller decides. */
  readonly interruptedBy?: Promise<unknown>;
  /** Told of all of stdout so far, each time there is more. */
  readonly onOutput?: (stdout: string) => void;
}

/** Runs the built command as a user does: a process of its own, neither stdin nor stdout a terminal. */
export function holdfast(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { HOME, PATH, USER } = process.env;
  const env = {
    ...{ HOME, PATH, USER, NO_COLOR: '1' },
    ...(options.url !== undefined && { HOLDFAST_URL: options.url }),
    ...options.env,
  };
  const child = spawn(process.execPath, [entry, ...args], { env, cwd: options.cwd ?? '/' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    options.onOutput?.(stdout);
    if (options.hangUp) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  void options.interruptedBy?.then(() => child.kill('SIGINT'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
