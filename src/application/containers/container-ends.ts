import { Inject } from '@nestjs/common';
import {
  container,
  containerStream,
  isFinished,
  releaseReasonFor,
  type ContainerState,
} from '../../domain/container/container.js';
import type { ContainerSnapshot } from '../../domain/container/events.js';
import { unchanged } from '../../domain/container/decision.js';
import { markStopped, stop } from '../../domain/container/lifecycle.js';
import { release } from '../../domain/lease/releasing.js';
import type { Asker, Hold, Holder } from '../../domain/lease/events.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import { isLeaseRefusal, leaseRefusalText, type LeaseRefusal } from '../../domain/lease/refusals.js';
import { lease } from '../../domain/lease/lease.js';
import { leaseStream, sameResource, shipResource, type Resource } from '../../domain/lease/resource.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import { containerAnswer, type ContainerAnswer, type ShipFreed, type ShipsFreed } from './container-answer.js';
import { decideContainer } from './decide-container.js';

interface Terminating {
  /** Ships that go another way. */
  readonly except?: readonly Resource[];
  /** Decided with the stop itself: otherwise nothing is written. */
  readonly onlyIf?: (now: ContainerState) => boolean;
}

/**
 * The end of a container and of its leases. The container ends first, then its leases are freed: a crash between the
 * two leaves a lease without a runner, which the sweep frees, and never a runner without a lease.
 */
export class ContainerEnds {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  /** The reply of a decision that may have ended a container: then its ships are freed, with its outcome for a reason. */
  async answer(
    context: CommandContext,
    decided: Parameters<typeof containerAnswer>[0],
    by?: Asker,
  ): Promise<ContainerAnswer> {
    const { outcome, state } = decided;
    if (outcome.type !== 'Changed' || !state || !isFinished(state)) return containerAnswer(decided);
    const detail = state.exitReason ?? '';
    return containerAnswer(decided, await this.freeShips(context, state, releaseReasonFor(state), detail, by));
  }

  /** Frees every ship of an ended container. A laden ship is kept: what it owes must be disposed of first. */
  async freeShips(
    context: CommandContext,
    ended: ContainerSnapshot,
    reason: ReleaseReason,
    detail: string,
    by: Asker = { kind: 'holder', id: ended.containerId },
    except: readonly Resource[] = [],
  ): Promise<ShipsFreed> {
    const ships: ShipFreed[] = [];
    let position = 0n;
    for (const { ship, token } of ended.leases) {
      const resource = shipResource(ended.player, ship);
      if (except.some((each) => sameResource(resource, each))) continue;
      const holder = { kind: 'container' as const, id: ended.containerId };
      const freed = await decideLease(this.decisions, context, resource, (state, nowMs) =>
        release({ resource, holder, token, reason, detail, by, nowMs }, state),
      );
      ships.push({ ship, token, kept: isLeaseRefusal(freed.outcome) ? freed.outcome : null });
      if (freed.position > position) position = freed.position;
    }
    return { ships, position };
  }

  /** Ends a container at once, whoever runs it, and frees its ships, but for those that go another way. */
  async terminate(
    context: CommandContext,
    containerId: string,
    exitReason: string,
    reason: ReleaseReason,
    by: Asker,
    { except = [], onlyIf = () => true }: Terminating = {},
  ): Promise<ContainerState> {
    const asked = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      onlyIf(state) ? stop({ containerId, reason: exitReason, nowMs }, state) : unchanged,
    );
    if (asked.outcome.type === 'Changed' && asked.outcome.already) return null;
    let { state } = asked;
    if (state?.status === 'STOPPING') {
      const marked = await decideContainer(this.decisions, markedStep(context), containerId, (now, nowMs) =>
        markStopped({ containerId, nowMs }, now),
      );
      state = marked.state;
    }
    if (state && isFinished(state)) await this.freeShips(context, state, reason, exitReason, by, except);
    return state;
  }

  /** Ends a container that has just begun if a ship was taken from it meanwhile: its runner would be refused everything. */
  async endIfFenced(context: CommandContext, begun: ContainerSnapshot): Promise<LeaseRefusal | undefined> {
    const lost = await this.#lostOf(begun, stillOf(begun));
    // Whoever took the ship may have ended it already: that its ship is gone is the answer all the same.
    if (lost) await this.#endFenced(context, begun, lost, ['RUNNING', 'INTERRUPTED']);
    return lost;
  }

  /**
   * What a repeat finds begun: whoever began it may never have come to look whether its ships were taken meanwhile. Where
   * this very command found it so before, it says so again.
   */
  async endIfStillFenced(context: CommandContext, then: ContainerSnapshot): Promise<LeaseRefusal | undefined> {
    const stream = containerStream(then.containerId);
    if (await this.decisions.leftBy(fencedStep(context), container, stream)) {
      const lost = await this.#lostOf(then, (hold, token) => hold.token === token);
      if (lost) await this.#endFenced(context, then, lost, ['RUNNING', 'INTERRUPTED']);
      return lost;
    }
    const { state } = await this.decisions.current(container, stream);
    if (state?.status !== 'RUNNING' || state.attempt !== then.attempt) return undefined;
    const lost = await this.#lostOf(then, stillOf(then));
    return lost && (await this.#endFenced(context, then, lost, ['RUNNING'])) ? lost : undefined;
  }

  /** The first of its ships that is not its own any more. */
  async #lostOf(
    { player, leases }: ContainerSnapshot,
    isOwn: (hold: Hold, token: number) => boolean,
  ): Promise<LeaseRefusal | undefined> {
    for (const { ship, token } of leases) {
      const resource = shipResource(player, ship);
      const { hold, lastToken } = (await this.decisions.current(lease, leaseStream(resource))).state;
      if (!hold || !isOwn(hold, token)) return { type: 'StaleToken', resource, token, lastToken, hold };
    }
    return undefined;
  }

  /** Only the attempt that was looked at: another may have come since. False: it is not as it was looked at. */
  async #endFenced(
    context: CommandContext,
    { containerId, attempt }: ContainerSnapshot,
    lost: LeaseRefusal,
    statuses: readonly ContainerSnapshot['status'][],
  ): Promise<boolean> {
    const by = { kind: 'system', id: 'claim' } as const;
    const onlyIf = (now: ContainerState) => now?.attempt === attempt && statuses.includes(now.status);
    const why = leaseRefusalText(lost);
    return (await this.terminate(fencedStep(context), containerId, why, 'claim_rolled_back', by, { onlyIf })) !== null;
  }

  /**
   * Ends the container that is about to lose this lease, before it loses it: no reader may meet a running container
   * without its lease. Whoever does not hold it by this token is left alone.
   */
  async endLoser(
    context: CommandContext,
    lost: { readonly resource: Resource; readonly holder: Pick<Holder, 'kind' | 'id'>; readonly token: number },
    exitReason: string,
    reason: ReleaseReason,
    by: Asker,
  ): Promise<void> {
    if (lost.holder.kind !== 'container') return;
    const { state } = await this.decisions.current(container, containerStream(lost.holder.id));
    if (!state) return;
    // An older token: the lease has passed on to its next attempt, which has not begun.
    const holds = state.leases.some(({ ship, token }) => ship === lost.resource.name && token <= lost.token);
    if (!holds) return;
    const step = stepOf(context, `loser-${lost.token}`);
    if (isFinished(state)) await this.freeShips(step, state, reason, exitReason, by, [lost.resource]);
    else await this.terminate(step, lost.holder.id, exitReason, reason, by, { except: [lost.resource] });
  }
}

/** A step of the command that began it, so that its repeat finds it. */
function fencedStep(context: CommandContext): CommandContext {
  return stepOf(context, 'fenced');
}

/** Held by any of its attempts: one that is yet to begin has it from the one before. */
function stillOf({ containerId }: ContainerSnapshot) {
  return ({ holder, token: held }: Hold, token: number): boolean =>
    held >= token && holder.kind === 'container' && holder.id === containerId;
}

/** The second of two decisions on one stream needs a name of its own. */
function markedStep(context: CommandContext): CommandContext {
  return stepOf(context, 'stopped');
}
