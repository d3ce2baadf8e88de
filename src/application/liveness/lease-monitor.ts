import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { containerStream, containerToken } from '../../domain/container/container.js';
import { interrupt, markStopped } from '../../domain/container/lifecycle.js';
import { expire } from '../../domain/lease/decisions.js';
import type { SilenceEvidence } from '../../domain/lease/events.js';
import { leaseStream, shipResource, type Resource } from '../../domain/lease/resource.js';
import { PlayerId, ShipSymbol } from '../../domain/ids.js';
import type { CommandContext } from '../command-context.js';
import { decideContainer } from '../containers/decide-container.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import { CLOCK, IDS, POLICY } from '../ports/tokens.js';
import { ListHolds, type Assignment, type HoldPair } from '../queries/assignments.js';
import type { ContainerRow } from '../queries/containers.js';
import { SignsOfLife, type Silence } from './signs-of-life.js';

/** One holder that the monitor has to judge: a container with all its ships, or a session with one lease. */
interface Watched {
  readonly subject: string;
  readonly token: number;
  readonly ttlMs: number;
  /** Changes when the holder did something that the log knows of: as good as a beat. */
  readonly moved: bigint;
  readonly container: ContainerRow | null;
  readonly leases: readonly Assignment[];
}

export interface MonitorRun {
  readonly watched: number;
  readonly expired: readonly { readonly subject: string; readonly silentForMs: number }[];
  /** Milliseconds during which nobody is expired yet, because this process has not watched for long enough. */
  readonly amnestyLeftMs: number;
}

/**
 * Takes the leases of silent holders, with the evidence. A holder is silent when nothing was heard of it for a whole
 * time to live on this process's monotonic clock; what this process cannot have heard, it does not judge.
 */
export class LeaseMonitor {
  readonly #startedAtMs: number;

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(SignsOfLife) private readonly signs: SignsOfLife,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {
    this.#startedAtMs = clock.monotonicMs();
  }

  /** One look at everybody. Rejects when the views or the signs of life cannot be read: then nobody is judged. */
  async run(): Promise<MonitorRun> {
    await this.signs.listen();
    const holds = await this.queries.execute(new ListHolds());
    if (holds.type !== 'Answered') return { watched: 0, expired: [], amnestyLeftMs: this.#amnestyLeftMs() };
    const watched = watchedIn(holds.value, this.policy.shipTtlMs);
    this.signs.keepOnly(new Set(watched.map(({ subject }) => subject)));
    const amnestyLeftMs = this.#amnestyLeftMs();
    const expired: { subject: string; silentForMs: number }[] = [];
    for (const one of watched) {
      const silence = this.signs.silenceOf(one.subject, one.token, one.moved);
      if (amnestyLeftMs > 0 || silence.silentForMs <= allowedMs(one, silence)) continue;
      if (await this.#expire(one, silence)) {
        expired.push({ subject: one.subject, silentForMs: Math.round(silence.silentForMs) });
      }
    }
    return { watched: watched.length, expired, amnestyLeftMs };
  }

  #amnestyLeftMs(): number {
    const amnestyMs = Math.max(this.policy.amnestyMs, this.policy.shipTtlMs);
    return Math.max(0, this.#startedAtMs + amnestyMs - this.clock.monotonicMs());
  }

  /** The container is ended before its leases go: nobody may meet a running container without its lease. */
  async #expire(one: Watched, silence: Silence): Promise<boolean> {
    const context = this.#context();
    const { container } = one;
    if (container) await this.#endContainer(context, container);
    const evidence = evidenceOf(one, silence);
    let freed = container !== null && one.leases.length === 0;
    for (const { player, ship, token } of one.leases) {
      const resource = shipResource(PlayerId(player), ShipSymbol(ship));
      const { outcome } = await this.#expireLease(context, resource, token, evidence);
      freed ||= outcome.type === 'Freed';
    }
    return freed;
  }

  async #endContainer(context: CommandContext, { containerId }: ContainerRow): Promise<void> {
    await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      state?.status === 'STOPPING'
        ? markStopped({ containerId, nowMs }, state)
        : interrupt({ containerId, reason: 'stale_heartbeat_timeout', nowMs }, state),
    );
  }

  #expireLease(context: CommandContext, resource: Resource, token: number, evidence: SilenceEvidence) {
    const { lockDelayMs } = this.policy;
    return decideLease(this.decisions, context, resource, (state, nowMs) =>
      expire({ resource, token, evidence, lockDelayMs, nowMs }, state),
    );
  }

  #context(): CommandContext {
    const commandId = this.ids.uuid();
    return {
      commandId,
      correlationId: commandId,
      causationId: commandId,
      actor: { key: 'monitor', role: 'system', player: null },
      via: 'monitor',
      mayBeRepeat: false,
    };
  }
}

function watchedIn(pairs: readonly HoldPair[], ttlMs: number): readonly Watched[] {
  const bySubject = new Map<string, Watched>();
  for (const { assignment, container } of pairs) {
    const held = assignment?.status === 'active' ? assignment : null;
    const running = container && container.status !== 'INTERRUPTED' ? container : null;
    if (!held && (!running || running.ships.length > 0)) continue;
    const subject = running
      ? containerStream(running.containerId)
      : held
        ? leaseStream(shipResource(PlayerId(held.player), ShipSymbol(held.ship)))
        : '';
    const known = bySubject.get(subject);
    bySubject.set(subject, {
      subject,
      token: running ? containerToken(running) : (held?.token ?? 0),
      ttlMs: held?.ttlMs ?? ttlMs,
      moved: running?.revision ?? held?.revision ?? 0n,
      container: running,
      leases: [...(known?.leases ?? []), ...(held ? [held] : [])],
    });
  }
  return [...bySubject.values()];
}

/** Nobody runs a container that waits for its next attempt: the wait is not silence. */
function allowedMs({ ttlMs, container }: Watched, { quietForMs }: Silence): number {
  const backOffMs = container?.backOff ? Math.max(0, container.backOff.notBeforeMs - container.updatedAtMs) : 0;
  return ttlMs + quietForMs + backOffMs;
}

function evidenceOf({ ttlMs, moved }: Watched, { silentForMs, beat }: Silence): SilenceEvidence {
  return {
    silentForMs: Math.round(silentForMs),
    ttlMs,
    lastBeat: beat?.sequence ?? null,
    observedRevision: String(moved),
    monitor: 'lease-monitor',
  };
}
