import { AlreadyRunning, type ClaimedPhase, type ClaimedTask, type Explained, type Granted } from './answers.js';
import { isNotInForce, LeaseLost, Refusal } from './errors.js';
import { failureName, failureText } from './failure-text.js';
import { Requests, uniqueName, type Told } from './requests.js';
import { runUnderLease, type Endings } from './run-under-lease.js';
import { Tenure } from './tenure.js';

export interface HoldfastOptions {
  /** Where Holdfast listens, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long one try of a request may take; 10,000 ms if absent. */
  readonly tryMs?: number;
  /** How long a request is repeated that is not answered, as while the server starts again; 60,000 ms if absent. */
  readonly patienceMs?: number;
  /** Instead of the runtime's own. */
  readonly fetch?: typeof fetch;
}

export interface LeaseOptions {
  /**
   * The session that holds it; a new one if absent. A task, a lock or a ship that is asked for twice under the same id
   * is given to both; of a phase the second is told `AlreadyRunning`.
   */
  readonly holder?: string;
  /** Time to live without a renewal, in milliseconds; the server's setting if absent. */
  readonly ttlMs?: number;
  /** Whom the session works for, in words. */
  readonly owner?: string;
  /** Where it runs, as evidence for people. */
  readonly process?: { readonly host: string; readonly pid: number };
  /** Aborted, it gives the lease back once the function has ended; it is the function's own signal too. */
  readonly signal?: AbortSignal;
}

/** What a function is given while it holds a lease. */
export interface Lease {
  /** Show it to everything that you write to: who sees a higher one refuses yours. */
  readonly token: number;
  /** Aborted when the lease is lost, with a `LeaseLost` as its reason. Pass it on to whatever you wait for. */
  readonly signal: AbortSignal;
  /** Whether it is held by the clock of this moment: for work that keeps the event loop busy, so that no signal comes. */
  readonly isHeld: boolean;
  /**
   * Says how far the work is; it renews as well. A phase keeps it in the log: up to 2,048 bytes as JSON.
   * @throws LeaseLost, Refusal, Unreachable
   */
  progress(progress: unknown): Promise<void>;
}

export interface PhaseLease extends Lease {
  /** Of the phases that are done, by name. */
  readonly results: Readonly<Record<string, unknown>>;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Of the last attempt that failed. */
  readonly error: string | null;
}

export interface TaskOptions extends Omit<LeaseOptions, 'owner'> {
  /** Who works on it. */
  readonly agent: string;
  /** Whether another agent is chosen for the next try after a failure; it is if absent. */
  readonly reassign?: boolean;
}

export interface TaskLease extends Lease {
  readonly task: Readonly<Record<string, unknown>>;
}

export interface LockOptions extends LeaseOptions {
  /** What it is taken for, in words such as `deploy`. */
  readonly operation?: string;
}

/** A lease that was granted, and where its holder tells of it. */
interface Held<R> {
  readonly granted: Granted;
  readonly askedAtMs: number;
  readonly renewPath: string;
  readonly progress: (progress: unknown) => readonly [path: string, body: object, key?: string];
  readonly endings: Endings<R>;
}

/**
 * Runs functions while they hold a lease: it is renewed three times in its time to live, and the work is ended as the
 * function ends. Every intent is sent under one key until it is answered, so that it has
 * one effect.
 */
export class Holdfast {
  readonly #requests: Requests;

  constructor(options: HoldfastOptions) {
    const { headers = {}, tryMs = 10_000, patienceMs = 60_000, fetch = globalThis.fetch } = options;
    const url = options.url.replace(/\/+$/, '');
    this.#requests = new Requests({ url, headers, tryMs, patienceMs, fetch: (...given) => fetch(...given) });
  }

  /**
   * Executes the phase of a flow that is due, once however many ask. The result is kept: up to 16,384 bytes as JSON.
   * @returns the function's result; the one that was kept when the phase was completed before; or who executes it now.
   *   Nothing is called for a phase that runs nothing: the flow goes past it, and the result is null
   * @throws whatever the function throws, after the attempt was failed with it; LeaseLost; Refusal, such as
   *   `phase-mismatch` where another phase is due, or `unknown-flow`; Unreachable
   */
  async executeWithLease<R>(
    flow: string,
    phase: string,
    work: (lease: PhaseLease) => R | Promise<R>,
    options: LeaseOptions = {},
  ): Promise<R | AlreadyRunning<{ flow: string; phase: string }>> {
    const { holder = uniqueName(), signal, ...more } = options;
    const body = { expectedPhase: phase, holder, ...more };
    const ask = { key: uniqueName(), signal };
    const { answer, askedAtMs } = await this.#requests.post<ClaimedPhase>(`flows/${flow}/resume`, body, ask);
    if (answer.status === 'already_running') {
      const { since, until, phaseProgress } = answer;
      return new AlreadyRunning({ flow, phase }, answer.holder, since, until, phaseProgress);
    }
    const { token, ttlMs, results, attempt, error } = answer;
    if (token === undefined || ttlMs === undefined) return answer.result as R;
    const at = `flows/${flow}/phases/${phase}`;
    const held: Held<R> = {
      ...{ granted: { token, ttlMs }, askedAtMs, renewPath: `${at}/renew` },
      progress: (progress) => [`${at}/progress`, { token, progress }, uniqueName()],
      endings: {
        complete: (result) => this.#tell(`${at}/complete`, { token, result }),
        fail: (cause) => this.#tell(`${at}/fail`, { token, error: failureText(cause, 1_800) }),
        giveBack: () => this.#tell(`${at}/abandon`, { token }),
      },
    };
    return this.#run(held, (lease) => work(Object.assign(lease, { results, attempt, error })), signal);
  }

  /**
   * Works on a task of a queue. A result that is a text is kept as the notes of its completion.
   * @returns the function's result, or who works on it now
   * @throws whatever the function throws, after the try was failed with it; LeaseLost; Refusal, such as
   *   `already-complete`, `dependency-not-met`, `waiting-for-retry` or `reassign-blocked`; Unreachable
   */
  async withTask<R>(
    queue: string,
    task: string,
    work: (lease: TaskLease) => R | Promise<R>,
    options: TaskOptions,
  ): Promise<R | AlreadyRunning<{ queue: string; task: string }>> {
    const { agent, holder: session = uniqueName(), reassign = true, signal, ...more } = options;
    const at = `queues/${queue}/tasks/${task}`;
    const claimed = await this.#claim<ClaimedTask, { queue: string; task: string }>(
      { queue, task },
      `${at}/claim`,
      { agent, session, ...more },
      signal,
    );
    if (claimed instanceof AlreadyRunning) return claimed;
    const { answer, askedAtMs } = claimed;
    const { token } = answer;
    const held: Held<R> = {
      ...{ granted: answer, askedAtMs, renewPath: `${at}/renew` },
      progress: (cursor) => [`${at}/renew`, { token, cursor }],
      endings: {
        complete: (result) =>
          this.#tell(`${at}/complete`, { token, ...(typeof result === 'string' && { notes: result }) }),
        fail: (cause) => {
          const [errorType, details] = [failureName(cause), failureText(cause, 9_000)];
          return this.#tell(`${at}/fail`, { token, errorType, details, reassign });
        },
        giveBack: () => this.#tell(`${at}/abandon`, { token }),
      },
    };
    return this.#run(held, (lease) => work(Object.assign(lease, { task: answer.task })), signal);
  }

  /**
   * Holds the lock of a task or a phase that has nothing to do with the work of its name, or no such work at all.
   * @returns the function's result, or who has the lock
   * @throws whatever the function throws; LeaseLost; Refusal; Unreachable
   */
  async withLock<R>(
    kind: 'tasks' | 'phases',
    scope: string,
    name: string,
    work: (lease: Lease) => R | Promise<R>,
    options: LockOptions = {},
  ): Promise<R | AlreadyRunning<{ kind: string; scope: string; name: string }>> {
    return this.#withLease({ kind, scope, name }, `locks/${kind}/${scope}/${name}/lease`, work, options);
  }

  /**
   * Holds the lease of a ship.
   * @returns the function's result, or who has the ship
   * @throws whatever the function throws; LeaseLost; Refusal, such as `lease-laden`; Unreachable
   */
  async withShip<R>(
    player: number,
    symbol: string,
    work: (lease: Lease) => R | Promise<R>,
    options: Omit<LockOptions, 'owner' | 'process'> = {},
  ): Promise<R | AlreadyRunning<{ player: number; symbol: string }>> {
    return this.#withLease({ player, symbol }, `players/${player}/ships/${symbol}/lease`, work, options);
  }

  async #withLease<R, Of extends object>(
    of: Of,
    at: string,
    work: (lease: Lease) => R | Promise<R>,
    { holder = uniqueName(), signal, ...more }: LockOptions,
  ): Promise<R | AlreadyRunning<Of>> {
    const claimed = await this.#claim<Granted, Of>(of, at, { holder, ...more }, signal);
    if (claimed instanceof AlreadyRunning) return claimed;
    const { answer, askedAtMs } = claimed;
    const { token } = answer;
    const release = (reason: string, detail = '') => this.#tell(`${at}/release`, { token, holder, reason, detail });
    const held: Held<R> = {
      ...{ granted: answer, askedAtMs, renewPath: `${at}/renew` },
      progress: (cursor) => [`${at}/renew`, { token, cursor }],
      endings: {
        complete: () => release('completed'),
        fail: (cause) => release('failed', failureText(cause, 256)),
        giveBack: () => release('interrupted'),
      },
    };
    return this.#run(held, work, signal);
  }

  /** That another has the lease is an answer; every other refusal is thrown. */
  async #claim<T, Of extends object>(
    of: Of,
    path: string,
    body: object,
    signal: AbortSignal | undefined,
  ): Promise<Told<T> | AlreadyRunning<Of>> {
    try {
      return await this.#requests.post<T>(path, body, { key: uniqueName(), signal });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'lease-held') throw error;
      const { hold, untilMs } = (error.problem['why'] ?? {}) as Explained;
      return new AlreadyRunning(of, error.currentHolder, textOf(hold?.sinceMs), textOf(untilMs));
    }
  }

  #run<R>(held: Held<R>, work: (lease: Lease) => R | Promise<R>, signal: AbortSignal | undefined): Promise<R> {
    const { granted, askedAtMs, renewPath, progress, endings } = held;
    const { token, ttlMs } = granted;
    const tenure = new Tenure(token, ttlMs, askedAtMs, async (tryMs) => {
      const renewed = await this.#requests.post(renewPath, { token }, { tryMs, patienceMs: 0 });
      return renewed.askedAtMs;
    });
    const lease: Lease = {
      token,
      signal: tenure.signal,
      get isHeld() {
        return tenure.lost === undefined;
      },
      progress: async (made) => {
        if (tenure.lost) throw tenure.lost;
        const [path, body, key] = progress(made);
        const ask = { signal: tenure.signal, ...(key !== undefined && { key }) };
        const { askedAtMs: sentAtMs } = await this.#requests.post(path, body, ask).catch((error: unknown) => {
          if (!isNotInForce(error)) throw error;
          const lost = new LeaseLost(token, 'refused', error);
          tenure.lose(lost);
          throw lost;
        });
        tenure.heard(sentAtMs);
      },
    };
    return runUnderLease(tenure, () => work(lease), endings, signal);
  }

  #tell(path: string, body: object): Promise<unknown> {
    return this.#requests.post(path, body, { key: uniqueName() });
  }
}

function textOf(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : new Date(ms).toISOString();
}
