import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { containerStream, containerToken, isRunByDaemon } from '../../domain/container/container.js';
import { unchanged } from '../../domain/container/decision.js';
import { interrupt } from '../../domain/container/lifecycle.js';
import { decided } from '../../domain/kernel/decider.js';
import { expire } from '../../domain/lease/taking-away.js';
import type { SilenceEvidence } from '../../domain/lease/events.js';
import { leaseStream, shipResource, type Resource } from '../../domain/lease/resource.js';
import { systemContext, type CommandContext } from '../command-context.js';
import { decideContainer } from '../containers/decide-container.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import { WorkUnderLeases, type Loss } from '../leases/held-work.js';
import { ttlFor, type Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import { CLOCK, IDS, POLICY } from '../ports/tokens.js';
import { ListHolds, type Assignment, type HoldPair } from '../queries/assignments.js';
import type { ContainerRow } from '../queries/containers.js';
import { ListHeldLocks, type Lock } from '../queries/locks.js';
import { HeardHeartbeats, type Silence } from './heard-heartbeats.js';
import { isOfOneStream } from './one-stream.js';

/** One holder that the monitor has to judge: a container with all its ships, or a session with one lease. */
export interface Watched {
  readonly subject: string;
  readonly token: number;
  readonly ttlMs: number;
  /** Changes when the holder, or one of its ships, did something that the log knows of: as good as a renewal. */
  readonly moved: bigint;
  readonly container: ContainerRow | null;
  readonly leases: readonly {
    readonly resource: Resource;
    readonly token: number;
    readonly revision: bigint;
  }[];
  /** The one that is watched, where it is the lock of a task or a phase. */
  readonly lock: Lock | null;
}

/**
 * `judge`: silent holders lose their leases. `plan`: it is only said which would. `look`: another process judges, and this
 * one listens, so that it can go on with a right count.
 */
export type MonitorMode = 'judge' | 'plan' | 'look';

interface Failed {
  readonly subject: string;
  readonly message: string;
}

export interface MonitorRun {
  readonly watched: number;
  readonly expired: readonly {
    readonly subject: string;
    readonly silentForMs: number;
    /** As it was while it was held. */
    readonly lock?: Lock;
  }[];
  /** Silent ones whose lease could not be taken; the next run tries again. */
  readonly failed: readonly Failed[];
  /** The lease was taken, and the work under it could not be told of it: the sweep tells it. */
  readonly untold: readonly Failed[];
  /** Milliseconds during which nobody is expired yet, because this process has not watched for long enough. */
  readonly amnestyLeftMs: number;
}

/**
 * Takes the leases of silent holders, with the evidence. A holder is silent when nothing was heard of it for a whole
 * time to live on this process's monotonic clock; what this process cannot have heard, it does not judge.
 */
export class LeaseMonitor {
  readonly #startedAtMs: number;
  #lookedAtMs: number;

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats,
    @Inject(WorkUnderLeases) private readonly work: WorkUnderLeases,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {
    this.#startedAtMs = clock.monotonicMs();
    this.#lookedAtMs = this.#startedAtMs;
  }

  /** One look at everybody. Rejects when the views or the heartbeats cannot be read: then nobody is judged. */
  async run(mode: MonitorMode = 'judge'): Promise<MonitorRun> {
    await this.heard.listen();
    const holds = await this.queries.execute(new ListHolds());
    const locks = await this.queries.execute(new ListHeldLocks());
    if (holds.type !== 'Answered') {
      return { watched: 0, expired: [], failed: [], untold: [], amnestyLeftMs: this.#amnestyLeftMs() };
    }
    this.#beginAnewAfterDeafness();
    const ofLocks = locks.type === 'Answered' ? watchedLocks(locks.value) : [];
    const watched = [...watchedIn(holds.value, this.policy), ...ofLocks];
    if (locks.type === 'Answered') this.heard.keepOnly(new Set(watched.map(({ subject }) => subject)));
    const amnestyLeftMs = this.#amnestyLeftMs();
    const expired: MonitorRun['expired'][number][] = [];
    const failed: Failed[] = [];
    const untold: Failed[] = [];
    for (const one of watched) {
      const { subject, lock } = one;
      const silence = this.#silenceOf(one);
      if (mode === 'look' || amnestyLeftMs > 0 || !isSilent(one, silence)) continue;
      try {
        if (mode === 'judge' && !(await this.#expire(one, silence, untold))) continue;
        expired.push({ subject, silentForMs: Math.round(silence.silentForMs), ...(lock && { lock }) });
      } catch (error) {
        if (!isOfOneStream(error)) throw error;
        failed.push({ subject, message: error.message });
      }
    }
    return { watched: watched.length, expired, failed, untold, amnestyLeftMs };
  }

  /**
   * This process was stopped for a while, or could not read what others had heard: nobody's silence during that time is
   * counted, and everybody has a whole time to live to be heard again.
   */
  #beginAnewAfterDeafness(): void {
    const nowMs = this.clock.monotonicMs();
    const deafMs = nowMs - this.#lookedAtMs - this.policy.monitorIntervalMs;
    if (deafMs > this.policy.shipTtlMs / 3) this.heard.countFromNow();
    this.#lookedAtMs = nowMs;
  }

  #silenceOf({ subject, token, moved }: Watched): Silence {
    return this.heard.silenceOf(subject, token, moved);
  }

  #amnestyLeftMs(): number {
    const amnestyMs = Math.max(this.policy.amnestyMs, this.policy.shipTtlMs);
    return Math.max(0, this.#startedAtMs + amnestyMs - this.clock.monotonicMs());
  }

  /**
   * The container is ended before its leases go: nobody may meet a running container without its lease. Both are decided
   * at the revision that was judged: a holder that has moved or was heard of since is left alone.
   */
  async #expire(one: Watched, silence: Silence, untold: Failed[]): Promise<boolean> {
    const context = systemContext(this.ids, 'monitor', 'monitor');
    const { container, leases } = one;
    const evidence = evidenceOf(one, silence);
    const stillSilent = () => isSilent(one, this.#silenceOf(one));
    if (container && !(await this.#endContainer(context, container, stillSilent))) return false;
    let freed = container !== null && leases.length === 0;
    for (const { resource, token, revision } of leases) {
      const { lockDelayMs } = this.policy;
      const { outcome } = await decideLease(this.decisions, context, resource, (state, nowMs, at) => {
        const hasMoved = container === null && (at !== revision || !stillSilent());
        return hasMoved ? decided(movedOn) : expire({ resource, token, evidence, lockDelayMs, nowMs }, state);
      });
      if (outcome.type !== 'Freed') continue;
      freed = true;
      const message = await this.#tellWork(context, { resource, ...outcome.past });
      if (message !== undefined) untold.push({ subject: one.subject, message });
    }
    return freed;
  }

  /** The message of what went wrong: the lease is gone all the same. */
  async #tellWork(context: CommandContext, loss: Loss): Promise<string | undefined> {
    try {
      await this.work.abandon(context, loss);
      return undefined;
    } catch (error) {
      if (!isOfOneStream(error)) throw error;
      return error.message;
    }
  }

  /** False when it was not, because it is not as it was judged. */
  async #endContainer(
    context: CommandContext,
    { containerId, revision }: ContainerRow,
    stillSilent: () => boolean,
  ): Promise<boolean> {
    const { outcome } = await decideContainer(this.decisions, context, containerId, (state, nowMs, at) =>
      at === revision && stillSilent()
        ? interrupt({ containerId, reason: 'stale_heartbeat_timeout', nowMs }, state)
        : unchanged,
    );
    return outcome.type === 'Changed' && !outcome.already;
  }
}

export function watchedIn(pairs: readonly HoldPair[], policy: Policy): readonly Watched[] {
  const bySubject = new Map<string, Watched>();
  for (const { assignment, container } of pairs) {
    const held = assignment?.status === 'active' ? assignment : null;
    const running = container && container.status !== 'INTERRUPTED' ? container : null;
    if (!held && (!running || running.ships.length > 0)) continue;
    const subject = running
      ? containerStream(running.containerId)
      : held
        ? leaseStream(shipResource(held.player, held.ship))
        : '';
    const known = bySubject.get(subject);
    bySubject.set(subject, {
      subject,
      token: running ? containerToken(running) : (held?.token ?? 0),
      ttlMs: held?.ttlMs ?? ttlFor(running ?? {}, policy),
      moved: (known?.moved ?? running?.revision ?? 0n) + (held?.revision ?? 0n),
      container: running,
      leases: [...(known?.leases ?? []), ...(held ? [leaseOf(held)] : [])],
      lock: null,
    });
  }
  return [...bySubject.values()];
}

function leaseOf({ player, ship, token, revision }: Assignment): Watched['leases'][number] {
  return { resource: shipResource(player, ship), token, revision };
}

/** A session with the lock of a task or a phase. */
function watchedLocks(locks: readonly Lock[]): readonly Watched[] {
  return locks
    .filter(({ status }) => status === 'active')
    .map((lock) => {
      const { resource, token, revision } = lock;
      const leases = [{ resource, token, revision }];
      const subject = leaseStream(resource);
      return { subject, token, ttlMs: lock.ttlMs ?? 0, moved: revision, container: null, leases, lock };
    });
}

const movedOn = { type: 'NothingToDo', why: 'held-under-another-token' } as const;

function isSilent(one: Watched, silence: Silence): boolean {
  return silence.silentForMs > allowedMs(one, silence);
}

/**
 * Nobody runs a container that waits for its next attempt: the wait is not silence. What a daemon runs is taken over by
 * another one when it falls silent; it is only expired where nobody does so for as long again.
 */
function allowedMs({ ttlMs: oneMs, container }: Watched, { quietForMs }: Silence): number {
  const ttlMs = container && isRunByDaemon(container) ? 2 * oneMs : oneMs;
  const backOffMs = container?.backOff ? Math.max(0, container.backOff.notBeforeMs - container.updatedAtMs) : 0;
  return ttlMs + quietForMs + backOffMs;
}

function evidenceOf({ ttlMs, container, leases }: Watched, { silentForMs, heartbeat }: Silence): SilenceEvidence {
  return {
    silentForMs: Math.round(silentForMs),
    ttlMs,
    lastBeat: heartbeat?.sequence ?? null,
    observedRevision: String(container?.revision ?? leases[0]?.revision ?? 0n),
    monitor: 'lease-monitor',
  };
}
