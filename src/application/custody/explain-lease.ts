import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { container, containerStream, isLive } from '../../domain/container/container.js';
import type { ContainerSnapshot } from '../../domain/container/events.js';
import type { Hold, Obligation, OpenEffect, PastHold } from '../../domain/lease/events.js';
import { isReservation, lease, type LeaseState } from '../../domain/lease/lease.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import { Decisions } from '../decide-and-append.js';
import { WorkUnderLeases } from '../leases/held-work.js';
import { HeardHeartbeats, heartbeatSubject, quietFor, type LastHeard } from '../liveness/heard-heartbeats.js';
import type { Heartbeat } from '../ports/heartbeats.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/tokens.js';
import { nextStepsFor, type NextStep } from './next-steps.js';

export type ContainerEvidence = Pick<
  ContainerSnapshot,
  'containerId' | 'status' | 'attempt' | 'iteration' | 'backOff' | 'updatedAtMs'
>;

/** Why a resource is, or is not, to be had: the same object for whoever asks and inside every refused claim. */
export interface Explanation {
  readonly resource: Resource;
  /** Null: free, or free from `freeFromMs` on. */
  readonly hold: Hold | null;
  /** When a holder that stays silent from now on would lose it; null where it does not lose it by silence. */
  readonly untilMs: number | null;
  readonly evidence: {
    readonly container: ContainerEvidence | null;
    /** The last heartbeat of this very holder that this instance knows of. */
    readonly lastBeat: (Heartbeat & { readonly agoMs: number }) | null;
  };
  readonly obligations: readonly Obligation[];
  readonly effects: readonly OpenEffect[];
  readonly previous: PastHold | null;
  readonly lastToken: number;
  /** The earliest instant a claim can succeed; null: when the holder gives it back. */
  readonly freeFromMs: number | null;
  readonly nextSteps: readonly NextStep[];
  readonly position: bigint;
}

export class ExplainLease extends Query<Explanation> {
  constructor(
    readonly resource: Resource,
    /** The asker has just been refused by what the log says: it need not be read again. */
    readonly justRead = false,
  ) {
    super();
  }
}

@QueryHandler(ExplainLease)
export class ExplainLeaseHandler implements IQueryHandler<ExplainLease> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats,
    @Inject(WorkUnderLeases) private readonly work: WorkUnderLeases,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ resource, justRead }: ExplainLease): Promise<Explanation> {
    const stream = leaseStream(resource);
    const { state, position } = await (justRead
      ? this.decisions.lastSeen(lease, stream)
      : this.decisions.current(lease, stream));
    const { hold, obligations, effects, previous, lastToken } = state;
    const last = hold ? this.#lastOf(resource, hold) : undefined;
    const holding = await this.#container(state);
    const instead = hold ? null : await this.work.instead(resource);
    const nowMs = this.clock.nowMs();
    return {
      resource,
      hold,
      untilMs: hold && losesBySilence(hold, holding) ? Math.round(nowMs + msToLive(hold, holding, last, nowMs)) : null,
      evidence: {
        container: holding && evidenceOf(holding),
        lastBeat: last ? { ...last.heartbeat, agoMs: Math.round(last.agoMs) } : null,
      },
      obligations,
      effects,
      previous,
      lastToken,
      freeFromMs: hold ? null : Math.max(state.freeFromMs, nowMs),
      nextSteps: nextStepsFor(state, holding !== null && isLive(holding), nowMs, instead),
      position,
    };
  }

  /** Where sessions follow one another, the one before has left its heartbeats in the same place. */
  #lastOf(resource: Resource, { holder, token }: Hold): LastHeard | undefined {
    const last = this.heard.last(heartbeatSubject(resource, holder));
    return holder.kind === 'container' || last?.heartbeat.token === token ? last : undefined;
  }

  async #container({ hold }: LeaseState): Promise<ContainerSnapshot | null> {
    if (hold?.holder.kind !== 'container') return null;
    const { state } = await this.decisions.current(container, containerStream(hold.holder.id));
    return state;
  }
}

function evidenceOf({
  containerId,
  status,
  attempt,
  iteration,
  backOff,
  updatedAtMs,
}: ContainerSnapshot): ContainerEvidence {
  return { containerId, status, attempt, iteration, backOff, updatedAtMs };
}

/** A reservation stays, and so does the hold of an ended container: the sweep frees it, or keeps it for what it owes. */
function losesBySilence(hold: Hold, holding: ContainerSnapshot | null): boolean {
  return !isReservation(hold) && (holding === null || isLive(holding));
}

/** Of a holder that was not heard to renew, the time to live counts from what the log last has of it. */
function msToLive(
  { ttlMs, sinceMs }: Hold,
  holding: ContainerSnapshot | null,
  last: LastHeard | undefined,
  nowMs: number,
): number {
  const agoMs = nowMs - Math.max(sinceMs, holding?.updatedAtMs ?? 0);
  return Math.max(0, last ? ttlMs + quietFor(last.heartbeat) - last.agoMs : ttlMs - agoMs);
}
