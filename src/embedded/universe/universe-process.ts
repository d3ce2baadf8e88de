import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface UniverseProcessOptions {
  readonly dataDir: string;
  /** 0 takes a free port; it is kept when the process has to be started again. */
  readonly port: number;
  /** One system in a file of JSON; a system is generated if absent. */
  readonly file?: string | undefined;
  readonly seed?: number | undefined;
  /** Of the generated system. */
  readonly symbol?: string | undefined;
  /** How many times faster than real time; 60 if absent. */
  readonly timeFactor?: number | undefined;
  readonly rateLimit?: boolean | undefined;
  /** One sentence each: a crash, a new start, what the process wrote on stderr. */
  readonly log: (sentence: string) => void;
  /** The process ended and could not be kept running. */
  readonly onGone: (error: UniverseProcessError) => void;
}

export interface UniverseProcess {
  /** Without a path: the game is at `${url}/v2`, the controls of tests at `${url}/_control`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number | undefined;
  /** Ends it in order; everything answered is on disk anyway. */
  stop(): Promise<void>;
}

/** The universe could not be started, or not be kept running; the message is its own sentence. */
export class UniverseProcessError extends Error {
  override readonly name = 'UniverseProcessError';
  constructor(
    message: string,
    readonly exitCode: number | null,
  ) {
    super(message);
  }
}

interface Listening {
  readonly url: string;
  readonly port: number;
  readonly recovered: { readonly truncatedBytes: number };
}

const entry = fileURLToPath(new URL('process.js', import.meta.url));
const restartDelaysMs = [0, 200, 1_000, 5_000];
const healthyAfterMs = 60_000;
const stopMs = 10_000;

/**
 * Runs the universe beside the caller, as a process of its own, and starts it again when it dies. It ends by itself
 * when the caller is killed.
 * @throws UniverseProcessError when the first start fails
 */
export async function startUniverseProcess(options: UniverseProcessOptions): Promise<UniverseProcess> {
  const { log } = options;
  let { child, listening, stderr } = await launch(options, options.port);
  const { port, url } = listening;
  sayWhatWasCut(listening);
  let stopping = false;
  let crashes = 0;
  watch();

  function sayWhatWasCut({ recovered }: Listening): void {
    const { truncatedBytes } = recovered;
    if (truncatedBytes > 0) log(`The universe cut ${truncatedBytes} bytes of a change that was interrupted.`);
  }

  function watch(): void {
    const startedAt = performance.now();
    child.once('exit', (code, signal) => {
      if (stopping) return;
      if (performance.now() - startedAt > healthyAfterMs) crashes = 0;
      log(`The universe ended by itself (${signal ?? `exit code ${code}`}). ${stderr()}`.trim());
      void startAgain(code);
    });
  }

  async function startAgain(code: number | null): Promise<void> {
    const delayMs = restartDelaysMs[crashes++];
    if (delayMs === undefined) {
      options.onGone(new UniverseProcessError('The universe does not stay up.', code));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (stopping) return;
    try {
      ({ child, listening, stderr } = await launch(options, port));
      if (stopping) return await end(child);
      sayWhatWasCut(listening);
      log('The universe runs again.');
      watch();
    } catch (error) {
      const failure = error instanceof UniverseProcessError ? error : new UniverseProcessError(String(error), null);
      log(failure.message);
      await startAgain(failure.exitCode);
    }
  }

  return {
    ...{ url, port },
    get pid() {
      return child.pid;
    },
    async stop() {
      stopping = true;
      await end(child);
    },
  };
}

async function launch(options: UniverseProcessOptions, port: number) {
  const { dataDir, file, seed, symbol, timeFactor, rateLimit = true } = options;
  const args = [
    ...['--data', dataDir, '--port', String(port)],
    ...(file === undefined ? [] : ['--file', file]),
    ...(seed === undefined ? [] : ['--seed', String(seed)]),
    ...(symbol === undefined ? [] : ['--symbol', symbol]),
    ...(timeFactor === undefined ? [] : ['--time-factor', String(timeFactor)]),
    ...(rateLimit ? [] : ['--no-rate-limit']),
  ];
  // A group of its own: a Ctrl-C at the terminal is for the caller, who stops this process last.
  const child = fork(entry, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true });
  const lines: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lines.push(text);
    lines.splice(0, lines.length - 20);
  });
  const stderr = () => lines.join('').trim();
  const listening = await new Promise<Listening>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Listening));
    child.once('error', (error) => reject(new UniverseProcessError(error.message, null)));
    child.once('close', (code) => reject(new UniverseProcessError(stderr() || 'The universe did not start.', code)));
  });
  return { child, listening, stderr };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await gone;
  clearTimeout(force);
}
