import { Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { container, containerStream } from '../../../domain/container/container.js';
import type { ContainerEvent, ContainerSnapshot } from '../../../domain/container/events.js';
import { operationName } from '../../../domain/container/types.js';
import { messageOf } from '../../../domain/kernel/message-of.js';
import { systemContext, type CommandContext } from '../../command-context.js';
import { RestartContainer } from '../../containers/restart-container.js';
import { Decisions } from '../../decide-and-append.js';
import { HeardHeartbeats } from '../../liveness/heard-heartbeats.js';
import type { Policy } from '../../policy.js';
import type { Clock } from '../../ports/clock.js';
import type { Ids } from '../../ports/ids.js';
import type { Say } from '../../ports/log.js';
import type { ContainerLines } from '../../ports/container-lines.js';
import { CLOCK, CONTAINER_LINES, IDS, POLICY, RUN_ATTEMPT } from '../../ports/tokens.js';
import { mayPass } from '../attempt-log.js';
import type { AttemptEnd, RunAttempt } from '../attempt-run.js';
import { AttemptHere } from './attempt-here.js';
import { DaemonIdentity } from './daemon-identity.js';
import { Families } from './families.js';
import { Probation } from './probation.js';
import { SettleEnd, type Settled } from './settle-end.js';

const firstRetryMs = 100;
const longestRetryMs = 5_000;
const lastWritesMs = 5_000;

/** How the attempts of a daemon that shut down came out. */
export interface Drained {
  readonly interrupted: readonly string[];
  /** Those of them that did not reach a safe point in time. */
  readonly cut: readonly string[];
  /** Those that came to their end while it shut down; what ended before is told by the log alone. */
  readonly ended: readonly string[];
  /** What could not be written in time: another daemon finds them by their silence. */
  readonly unwritten: readonly string[];
}

/**
 * Runs the attempts that this daemon began. What one of them does, throws or leaves undone never reaches another. What is
 * remembered here is only which attempts are running; everything that must be known of them stands in the log.
 */
export class Supervisor {
  readonly #attempts = new Map<string, AttemptHere>();
  /** By container, the attempt whose end cannot be written: it is not run again here, and its silence tells of it. */
  readonly #givenUp = new Map<string, number>();
  readonly #ended: string[] = [];
  readonly #interrupted: string[] = [];
  readonly #closed = new AbortController();
  #draining: Promise<Drained> | undefined;
  /** One sentence each, for whoever looks after the process. */
  say: Say = () => undefined;

  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats,
    @Inject(SettleEnd) private readonly ends: SettleEnd,
    @Inject(Families) private readonly families: Families,
    @Inject(Probation) private readonly probation: Probation,
    @Inject(RUN_ATTEMPT) private readonly operations: RunAttempt,
    @Inject(CONTAINER_LINES) private readonly lines: ContainerLines,
    @Inject(DaemonIdentity) private readonly identity: DaemonIdentity,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  get running(): number {
    return this.#attempts.size;
  }

  /** Whether the ships of its player are flown here; those of another are left to another daemon. */
  takesOn({ player }: Pick<ContainerSnapshot, 'player'>): boolean {
    return this.operations.rules?.forPlayer(player) === undefined;
  }

  has(containerId: string): boolean {
    return this.#attempts.has(containerId);
  }

  /** Runs the present attempt of a container if the log has it begun by this daemon, and it is not run already. */
  async takeUp(containerId: string): Promise<void> {
    const { state } = await this.decisions.current(container, containerStream(containerId));
    const runs = state?.status === 'RUNNING' || state?.status === 'STOPPING';
    if (state && runs && !state.backOff) this.take(state);
  }

  /** Begins to run an attempt, if it was begun in this daemon's name. A repeat, or an older attempt, changes nothing. */
  take(snapshot: ContainerSnapshot): void {
    const { containerId, attempt, daemon } = snapshot;
    if (daemon === undefined || daemon !== this.identity.lastName) return;
    const known = this.#attempts.get(containerId);
    if (known && known.container.attempt >= attempt) return;
    if ((this.#givenUp.get(containerId) ?? 0) >= attempt) return;
    this.#givenUp.delete(containerId);
    if (this.#closed.signal.aborted) return;
    known?.drop();
    const here = new AttemptHere(snapshot);
    this.#attempts.set(containerId, here);
    if (this.#draining) here.stop.abort();
    this.#renew(here);
    here.done = this.#live(here);
    if (snapshot.status === 'STOPPING') void this.#askToStop(here);
  }

  /** A container whose next attempt is due later: this process waits for it, and whoever is first begins it. */
  await(snapshot: ContainerSnapshot): void {
    if (this.#attempts.has(snapshot.containerId) || this.#draining) return;
    const here = new AttemptHere(snapshot);
    this.#attempts.set(snapshot.containerId, here);
    here.done = this.#nextAttempt(here, snapshot).finally(() => this.#forget(here));
  }

  /** What the log says of a container, whoever wrote it. */
  hear(event: ContainerEvent): void {
    if (endings.has(event.type)) this.#givenUp.delete(event.containerId);
    const here = this.#attempts.get(event.containerId);
    if (!here || ('attempt' in event && event.attempt < here.container.attempt)) return;
    switch (event.type) {
      case 'ContainerStarted':
        if (event.attempt > here.container.attempt) this.#dropped(here);
        return;
      case 'ContainerStopRequested':
        void this.#askToStop(here);
        return;
      default:
        if (endings.has(event.type) && here.renews) this.#dropped(here);
    }
  }

  /** Says of every attempt here that it is looked after. */
  renewAll(): void {
    for (const here of this.#attempts.values()) this.#renew(here);
  }

  /**
   * Asks every attempt to reach a safe point, cuts what has not after `drainMs`, and writes what became of each, with
   * time of its own for that. The leases of what was interrupted are kept. A second call waits for the first.
   */
  drain(): Promise<Drained> {
    this.#draining ??= this.#drain();
    return this.#draining;
  }

  async #drain(): Promise<Drained> {
    await Promise.resolve();
    for (const { stop } of this.#attempts.values()) stop.abort();
    await this.#allDone(this.policy.drainMs);
    const cut = [...this.#attempts.values()].filter(({ renews }) => renews);
    for (const here of cut) here.cut.abort();
    await this.#allDone(lastWritesMs);
    this.#closed.abort();
    await this.probation.close();
    const unwritten = [...new Set([...this.#attempts.keys(), ...this.#givenUp.keys()])];
    for (const here of [...this.#attempts.values()]) this.#dropped(here);
    const interrupted = this.#interrupted.sort();
    return { interrupted, cut: cut.map(idOf).sort(), ended: this.#ended.sort(), unwritten: unwritten.sort() };
  }

  /** Waits for what is here, and for what is taken meanwhile, but not for longer than this. */
  async #allDone(mostMs: number): Promise<void> {
    const enough = new AbortController();
    const late = this.clock.sleep(mostMs, enough.signal).then(() => enough.abort());
    while (this.#attempts.size > 0 && !enough.signal.aborted) {
      await Promise.race([late, Promise.all([...this.#attempts.values()].map(({ done }) => done))]);
    }
    enough.abort();
  }

  async #live(here: AttemptHere): Promise<void> {
    const end = await this.#inItsTurn(here);
    here.renews = false;
    const settled = here.dropped ? fenced : await this.#settle(here, end);
    if (settled.type === 'BacksOff' && !here.dropped) {
      here.renews = true;
      await this.#nextAttempt(here, settled.container);
    }
    if (settled.type === 'Ended' && this.#draining) this.#ended.push(idOf(here));
    if (settled.type === 'Interrupted') this.#interrupted.push(idOf(here));
    this.#forget(here);
  }

  async #inItsTurn(here: AttemptHere): Promise<AttemptEnd> {
    if (!this.probation.awaits(here)) return this.#run(here);
    const text = 'Waits for its turn: the daemon ended again and again while this ran';
    this.lines.write({ ...lineOf(here), level: 'warn', text });
    here.progress(this.clock, { doing: 'probation' }, this.policy.staleAlertMs);
    await this.probation.turnOf(here, this.say);
    return here.stop.signal.aborted ? { type: 'stopped' } : this.#run(here);
  }

  /** The attempt itself. Whatever it throws is its own failure; once it is cut, nobody waits for it. */
  async #run(here: AttemptHere): Promise<AttemptEnd> {
    const { containerId, attempt } = here.container;
    const running = Promise.resolve().then(() =>
      this.operations.run(here.container, {
        stop: here.stop.signal,
        cut: here.cut.signal,
        progress: (cursor, quietForMs = 0) => {
          here.progress(this.clock, cursor, quietForMs);
          this.#renew(here);
        },
        log: (level, text) => this.lines.write({ containerId, attempt, level, text }),
      }),
    );
    const cut = new Promise<AttemptEnd>((resolve) => {
      here.cut.signal.addEventListener('abort', () => resolve({ type: 'stopped' }), { once: true });
    });
    try {
      return await Promise.race([running, cut]);
    } catch (error) {
      const text = messageOf(error);
      const about = { event: 'container_crashed', level: 'error', container: containerId, attempt, error } as const;
      this.say(`Container ${containerId} failed unexpectedly: ${text}`, about);
      return { type: 'failed', error: text, permanent: false };
    }
  }

  async #settle(here: AttemptHere, end: AttemptEnd): Promise<Settled> {
    if (end.type === 'failed') {
      const { containerType, commandType } = here.container;
      const text = `${operationName(containerType, commandType)} failed: ${end.error}`;
      this.lines.write({ ...lineOf(here), level: 'error', text });
    }
    const of = { containerId: idOf(here), token: here.token };
    return this.#untilWritten(here, (context) => this.ends.settle(context, of, end));
  }

  /** Waits for the back-off to end, and begins the next attempt if nobody else has and nobody asked for a stop. */
  async #nextAttempt(here: AttemptHere, { containerId, backOff }: ContainerSnapshot): Promise<void> {
    let notBeforeMs = backOff?.notBeforeMs ?? 0;
    for (;;) {
      await this.clock.sleep(Math.max(0, notBeforeMs - this.clock.nowMs()), here.stop.signal);
      if (here.dropped) return;
      if (here.stop.signal.aborted) {
        if (!this.#draining) return;
        const { type } = await this.#untilWritten(here, (context) =>
          this.ends.interrupt(context, containerId, here.token),
        );
        if (type === 'Interrupted') this.#interrupted.push(containerId);
        return;
      }
      const ask = { containerId, token: here.token, immediately: false, onlyIfLive: true };
      const outcome = await this.#untilWritten(here, async (context) => {
        return (await this.commands.execute(new RestartContainer(context, ask))).outcome;
      });
      if (outcome.type === 'Started') return this.take(outcome.container);
      if (outcome.type !== 'BackingOff') {
        if (outcome.type !== 'Fenced') {
          const about = { event: 'worker_not_restarted', level: 'error', container: containerId } as const;
          this.say(`Failed to restart worker ${containerId}: ${outcome.type}`, about);
        }
        return;
      }
      notBeforeMs = outcome.notBeforeMs;
    }
  }

  /**
   * Tries again, renewing meanwhile, while the log does not answer; what is no longer ours is given up. What trying again
   * does not help is left to silence: who watches over the leases finds it, and it has its next attempt.
   */
  async #untilWritten<T>(
    here: AttemptHere,
    write: (context: CommandContext) => Promise<T>,
  ): Promise<T | typeof fenced> {
    const { renews } = here;
    let context = systemContext(this.ids, 'daemon', 'daemon');
    for (let delayMs = firstRetryMs; ; delayMs = Math.min(2 * delayMs, longestRetryMs)) {
      try {
        return await write(context);
      } catch (error) {
        if (here.dropped || this.#closed.signal.aborted) return fenced;
        const text = messageOf(error);
        if (!mayPass(error)) {
          this.#givenUp.set(idOf(here), here.container.attempt);
          const about = { event: 'container_crashed', level: 'error', ...aboutOf(here), error } as const;
          this.say(`What became of container ${idOf(here)} cannot be written: ${text}`, about);
          return fenced;
        }
        if (delayMs === firstRetryMs) {
          const about = { event: 'write_retried', level: 'warn', container: idOf(here), error } as const;
          this.say(`Container ${idOf(here)}: ${text}`, about);
        }
        context = { ...context, mayBeRepeat: true };
        here.renews = true;
        await this.clock.sleep(delayMs, this.#closed.signal);
        here.renews = renews && !here.dropped;
      }
    }
  }

  /** Its children first; then itself, and what does not reach a safe point in time is cut. */
  async #askToStop(here: AttemptHere): Promise<void> {
    if (here.stop.signal.aborted) return;
    const own = [...this.#attempts.values()]
      .map((each) => each.container)
      .filter((each) => each.parentId === idOf(here));
    await this.families.stopChildren(idOf(here), own, this.say);
    here.stop.abort();
    const enough = new AbortController();
    void here.done.then(() => enough.abort());
    await this.clock.sleep(this.policy.stopGraceMs, enough.signal);
    if (!enough.signal.aborted) here.cut.abort();
  }

  #renew(here: AttemptHere): void {
    if (!here.renews) return;
    const { containerId, attempt } = here.container;
    const ttlMs = this.policy.daemonTtlMs;
    this.heard.renew({ subject: containerStream(containerId), attempt, ttlMs }, here.renewal(this.clock));
  }

  #dropped(here: AttemptHere): void {
    here.drop();
    this.#forget(here);
  }

  #forget(here: AttemptHere): void {
    if (this.#attempts.get(idOf(here)) === here) this.#attempts.delete(idOf(here));
  }
}

const fenced = { type: 'Fenced' } as const;

const endings: ReadonlySet<ContainerEvent['type']> = new Set([
  'ContainerStopped',
  'ContainerFailed',
  'ContainerCompleted',
  'ContainerInterrupted',
]);

function idOf({ container: { containerId } }: AttemptHere): string {
  return containerId;
}

function aboutOf({ container: { containerId, attempt } }: AttemptHere) {
  return { container: containerId, attempt };
}

function lineOf({ container: { containerId, attempt } }: AttemptHere) {
  return { containerId, attempt };
}
