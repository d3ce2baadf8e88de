import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from '../../support/server-process.js';
import type { FencedWrite, Note } from './records.js';

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const holdfast = file('../../../bundle/cli.js');
const epochMs = () => performance.timeOrigin + performance.now();

/** Something that every section writes to: it refuses a token that is lower than one it has seen. */
export async function openFence() {
  const writes: FencedWrite[] = [];
  const highest = new Map<string, number>();
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const { resource, token, run } = JSON.parse(text) as { resource: string; token: number; run: string };
      const accepted = token >= (highest.get(resource) ?? 0);
      if (accepted) highest.set(resource, token);
      writes.push({ atMs: epochMs(), run, resource, token, accepted });
      response.writeHead(accepted ? 204 : 409).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    writes,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Program = 'node' | 'python' | 'shell' | 'verbs' | 'mute' | 'deaf';
const commands: Readonly<Record<Program, readonly [string, string, ...string[]]>> = {
  node: [process.execPath, file('contender.mjs')],
  mute: [process.execPath, file('contender.mjs'), 'mute'],
  deaf: [process.execPath, file('contender.mjs'), 'deaf'],
  python: ['python3', file('contender.py')],
  shell: ['bash', file('contender.sh')],
  verbs: ['bash', file('verbs.sh'), process.execPath, holdfast],
};

/** Those that this machine can run. */
export function programsHere(): readonly Program[] {
  const has = (command: string) => spawnSync(command, ['--version']).status === 0;
  return [
    'node' as const,
    ...(has('python3') ? (['python'] as const) : []),
    ...(has('bash') && has('curl') ? (['shell'] as const) : []),
    ...(has('bash') && has('curl') && has('timeout') ? (['verbs'] as const) : []),
  ];
}

export interface Contender {
  readonly program: Program;
  /** As its notes name it. */
  readonly run: string;
  /** With everything that it started. */
  kill(): Promise<void>;
  /** SIGTERM: it ends what it is at. Gives what it printed to stderr. */
  stop(): Promise<string>;
}

/** Programs that contend for the same leases, each a process that is followed by another when it is killed. */
export class Field {
  readonly endOf = new Map<string, number>();
  readonly killed = new Set<string>();
  readonly kills: Record<string, number> = {};
  readonly #beganAtMs = Date.now();

  constructor(
    private readonly directory: string,
    private readonly given: { readonly url: string; readonly fence: string; readonly ttlMs: number },
    private readonly ships: readonly string[],
  ) {}

  send(program: Program): Contender {
    const [command, script, ...more] = commands[program];
    const { url, fence, ttlMs } = this.given;
    const records = join(this.directory, `${program}-${this.endOf.size}-${Math.random().toString(36).slice(2)}.jsonl`);
    const args = [script, url, fence, records, String(this.#beganAtMs), String(ttlMs), this.ships.join(','), ...more];
    const child: ChildProcess = spawn(command, args, {
      ...{ env: plainEnvironment(), detached: true, stdio: ['ignore', 'inherit', 'pipe'] },
    });
    let complaints = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const run = `${program === 'deaf' || program === 'mute' ? 'node' : program}-${child.pid}`;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const end = async (signal: NodeJS.Signals) => {
      const isAlive = child.exitCode === null && child.signalCode === null;
      if (isAlive) process.kill(signal === 'SIGKILL' ? -(child.pid ?? 0) : (child.pid ?? 0), signal);
      await ended;
      this.endOf.set(run, epochMs());
      return isAlive;
    };
    return {
      ...{ program, run },
      kill: async () => {
        if (!(await end('SIGKILL'))) throw new Error(`${run} had ended by itself: ${complaints}`);
        this.killed.add(run);
        this.kills[program] = (this.kills[program] ?? 0) + 1;
      },
      stop: async () => {
        await end('SIGTERM');
        return complaints;
      },
    };
  }

  /** The runs that have begun a section and have not written its end. */
  holding(): ReadonlySet<string> {
    const holding = new Set<string>();
    for (const { what, run } of this.notes()) {
      if (what === 'began') holding.add(run);
      else if (what === 'ended') holding.delete(run);
    }
    return holding;
  }

  notes(): readonly Note[] {
    return readdirSync(this.directory)
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) => readFileSync(join(this.directory, name), 'utf8').split('\n').filter(isWhole))
      .map((line) => JSON.parse(line) as Note)
      .sort((one, other) => one.atMs - other.atMs);
  }
}

/** The last line of a killed program may be cut short. */
function isWhole(line: string): boolean {
  return line.endsWith('}');
}
