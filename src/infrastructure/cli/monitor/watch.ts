import { hostname } from 'node:os';
import type { ProcessMark } from '../../../domain/instance/instance.js';
import { processes } from '../../processes.js';
import type { Api } from '../api.js';
import { Failure, Refused } from '../failure.js';
import { lockPath } from '../paths.js';

interface Held {
  readonly kind: 'task' | 'phase';
  readonly scope: string;
  readonly name: string;
  readonly token: number;
  readonly owner: string | null;
  readonly holder: { readonly id: string } | null;
  readonly process: { readonly host: string; readonly pid: number; readonly mark: ProcessMark | null } | null;
}

const pageLength = 200;

/**
 * One round of the monitor: what is provably dead on this machine is reported as evidence, and the server is asked to
 * look at everything else. The server decides; a report about a process that the holder did not name changes nothing.
 */
export class Watch {
  #trouble = '';

  constructor(
    private readonly api: Api,
    private readonly log: (...lines: readonly string[]) => void,
  ) {}

  /** Never rejects: a server that is away is asked again in the next round, and that is said once. */
  async round(): Promise<void> {
    try {
      const dead = await this.#reportDead();
      const { body } = await this.api.post<{ readonly cleaned: number; readonly lines: readonly string[] }>(
        'monitor/sweep',
        { body: { dryRun: false } },
      );
      if (this.#trouble !== '') this.log('The server answers again');
      this.#trouble = '';
      const cleaned = dead + body.cleaned;
      this.log(...body.lines, ...(cleaned > 0 ? [`Cleaned ${cleaned} lock(s)`] : []));
    } catch (error) {
      const said = error instanceof Failure ? error.message : String(error);
      if (said !== this.#trouble) this.log(`WARNING: ${said}`);
      this.#trouble = said;
    }
  }

  async #reportDead(): Promise<number> {
    let reported = 0;
    let cursor: string | undefined;
    do {
      const { body } = await this.api.get<{ readonly locks: readonly Held[]; readonly next: string | null }>('locks', {
        status: 'active',
        limit: pageLength,
        cursor,
      });
      for (const held of body.locks) if (isDead(held) && (await this.#report(held))) reported += 1;
      cursor = body.next ?? undefined;
    } while (cursor !== undefined);
    return reported;
  }

  async #report(held: Held): Promise<boolean> {
    const { kind, scope, name, token, process, owner, holder } = held;
    try {
      const { body } = await this.api.post<{ readonly already: boolean }>(
        `${lockPath(kind, scope, name)}/dead-process`,
        {
          body: { token, process, observedBy: `lock-monitor-${hostname()}` },
        },
      );
      if (body.already) return false;
    } catch (error) {
      // It was renewed, handed on or freed since it was listed.
      if (error instanceof Refused) return false;
      throw error;
    }
    const what = kind === 'task' ? `Task #${name}` : `Phase ${scope}:${name}`;
    const who = owner ?? holder?.id ?? 'unknown';
    this.log(`CLEANUP: ${what} - Dead process (PID: ${process?.pid}, owner: ${who})`);
    return true;
  }
}

const isDead = ({ process }: Held): boolean => process !== null && processes.look(process) === 'dead';
