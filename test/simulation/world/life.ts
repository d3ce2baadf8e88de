import type { Clock } from '../../../src/application/ports/clock.js';
import type { Ids } from '../../../src/application/ports/ids.js';
import type { Scheduler } from './scheduler.js';

/** When the simulation begins, for whoever looks at a wall clock. */
export const beginningMs = Date.UTC(2026, 0, 15, 12);

/** Where a process runs: all processes of a machine share its clock. */
export interface Machine {
  readonly name: string;
  /** How far its wall clock is off, in milliseconds. */
  readonly offsetMs: number;
  /** How fast its clocks go; 1: as they should. */
  readonly rate: number;
}

export type PortName = 'log' | 'game' | 'views' | 'api';

/** What becomes of one call. */
export interface Fate {
  /** How long until it lands, and how long its answer takes. */
  readonly outMs: number;
  readonly backMs: number;
  readonly lost: 'nothing' | 'request' | 'answer';
  /** The port refuses it, and nothing is done. */
  readonly isAway: boolean;
  /** The process dies: before it asks, when it has asked, or when it was done. */
  readonly dies: 'not' | 'before' | 'asked' | 'after';
  /** The process stands still from here on for so long. */
  readonly pauseMs: number;
}

/** Decides what becomes of a call. */
export type FateOf = (life: Life, port: PortName, what: string) => Fate;

export interface Unanswered {
  readonly withinMs: number;
  /** The port refused the call: nothing was done. */
  away(): Error;
  /** Nobody knows. */
  unknown(): Error;
}

/** One process from its start to its end. Of one that is dead nothing ever comes again. */
export class Life {
  /** Calls of ports made so far: the last one's number, counted from 1. */
  calls = 0;
  readonly clock: Clock;
  readonly ids: Ids;
  onDeath: () => void = () => undefined;
  #isDead = false;
  #standsUntilMs = 0;

  constructor(
    readonly name: string,
    readonly machine: Machine,
    private readonly scheduler: Scheduler,
    private readonly fateOf: FateOf,
  ) {
    this.clock = clockOf(this, machine, scheduler);
    let drawn = 0;
    this.ids = { uuid: () => `${name}#${++drawn}`, derived: (...words) => words.join('|') };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.onDeath();
  }

  /** Nothing of it goes on for so long; then it does as if no time had passed. */
  standStill(ms: number): void {
    this.#standsUntilMs = Math.max(this.#standsUntilMs, this.scheduler.nowMs + ms);
  }

  /** In this process, in so many milliseconds of the world's time. */
  after(ms: number, what: string, run: () => unknown): void {
    if (this.#isDead) return;
    this.scheduler.after(ms, what, () => {
      if (this.#isDead) return false;
      const standsMs = this.#standsUntilMs - this.scheduler.nowMs;
      if (standsMs <= 0) return run();
      this.after(standsMs, what, run);
      return false;
    });
  }

  /**
   * One call of something outside. It lands whatever becomes of the process meanwhile; its answer, and all that follows
   * from it, only comes to the living.
   */
  call<T>(port: PortName, what: string, serve: () => T | Promise<T>, unanswered: Unanswered): Promise<T> {
    if (this.#isDead) return never();
    this.calls += 1;
    const { scheduler } = this;
    const fate = this.fateOf(this, port, what);
    const label = `${this.name} ${port} ${what}`;
    if (fate.dies === 'before') {
      this.die();
      return never();
    }
    return new Promise<T>((resolve, reject) => {
      let isSettled = false;
      const once = (settle: () => void) => () => {
        if (isSettled) return false;
        isSettled = true;
        return settle();
      };
      const answer = (settle: () => void) => {
        if (fate.lost === 'nothing') this.after(fate.backMs, `${label} answered`, once(settle));
      };
      const mayBeLate = fate.lost !== 'nothing' || fate.outMs + fate.backMs >= unanswered.withinMs || port === 'api';
      if (fate.isAway) this.after(fate.outMs, `${label} refused`, () => reject(unanswered.away()));
      else {
        if (mayBeLate)
          this.after(
            unanswered.withinMs,
            `${label} unanswered`,
            once(() => reject(unanswered.unknown())),
          );
        const isOfProcess = port === 'game' || port === 'api';
        const lands = () => {
          if (fate.dies === 'after') this.die();
          try {
            const served = serve();
            if (served instanceof Promise) {
              served.then(
                (value: T) => answer(() => resolve(value)),
                (error: unknown) => answer(() => reject(thrown(error))),
              );
            } else answer(() => resolve(served));
          } catch (error) {
            answer(() => reject(thrown(error)));
          }
        };
        if (fate.lost !== 'request') scheduler.after(fate.outMs, label, lands, isOfProcess);
      }
      if (fate.dies === 'asked') this.die();
      if (fate.pauseMs > 0) this.standStill(fate.pauseMs);
    });
  }
}

/** As it was thrown: one of Node itself is no Error of this context, and is known by being the same. */
function thrown(error: unknown): Error {
  return error as Error;
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** What a machine's wall clock shows at a moment of the world. */
export function wallOf({ offsetMs, rate }: Machine, atMs: number): number {
  return Math.round(beginningMs + offsetMs + atMs * rate);
}

function clockOf(life: Life, machine: Machine, scheduler: Scheduler): Clock {
  return {
    nowMs: () => wallOf(machine, scheduler.nowMs),
    monotonicMs: () => 5_000_000 + scheduler.nowMs * machine.rate,
    sleep: (ms, signal) => {
      if (life.isDead) return never();
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        signal?.addEventListener('abort', wake, { once: true });
        life.after(ms / machine.rate, `${life.name} wakes`, wake);
      });
    },
  };
}
