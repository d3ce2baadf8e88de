import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { begin, pass, standingOf, type Begun, type Done } from '../../domain/flow/claims.js';
import type { FlowSnapshot, PhaseSnapshot } from '../../domain/flow/events.js';
import { flow, flowStream, phaseResource, type FlowState } from '../../domain/flow/flow.js';
import { flowRefusalText, type FlowRefusal } from '../../domain/flow/refusals.js';
import type { Hold, Holder, Particulars } from '../../domain/lease/events.js';
import { isReservation, lease, sameHolder, type WayOut } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import { isClaim } from '../../domain/lease/work.js';
import { later, type Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions, type Glance } from '../decide-and-append.js';
import { WorkLocks, type Taken } from '../leases/work-locks.js';
import { decideFlow } from './decide-flow.js';
import { known, phaseIn } from './flow-answer.js';
import { TellPhaseLocks } from './tell-phase-locks.js';

export interface PhaseClaimAsk extends Particulars {
  readonly flowId: string;
  /** The phase that the asker believes to be due. */
  readonly phase: string;
  readonly holder: Holder;
  readonly ttlMs: number;
}

/** The lock says who executes a phase; how far they are, and how their flow stands, may be told as of a moment ago. */
const flowMayBeOldMs = 1_000;

interface Found {
  readonly flow: FlowSnapshot;
  readonly phase: PhaseSnapshot;
}

export type PhaseClaim =
  /** Said once for each token. `hold` is null where the phase runs nothing and was gone past. */
  | ({ readonly type: 'Resumed'; readonly hold: Hold | null } & Found)
  | ({ readonly type: 'AlreadyRunning'; readonly hold: Hold } & Found)
  | ({ readonly type: 'AlreadyCompleted' } & Found);

type ClaimAnswer = Answer<PhaseClaim | FlowRefusal | LeaseRefusal>;

/**
 * Begins the phase that is due, for one of all who ask at once. Whoever else asks, the same holder again too, learns who
 * executes it: only a repeat of the same command is given the token again.
 */
export class ClaimPhase extends Command<ClaimAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: PhaseClaimAsk,
  ) {
    super();
  }
}

@CommandHandler(ClaimPhase)
export class ClaimPhaseHandler implements ICommandHandler<ClaimPhase> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(WorkLocks) private readonly locks: WorkLocks,
    @Inject(TellPhaseLocks) private readonly tell: TellPhaseLocks,
  ) {}

  async execute({ context, ask }: ClaimPhase): Promise<ClaimAnswer> {
    const answer = (await this.#claimedBefore(context, ask)) ?? (await this.#claimIfDue(context, ask));
    if (answer.outcome.type === 'AlreadyRunning') this.tell.blocked({ ...ask, token: answer.outcome.hold.token });
    return answer;
  }

  /** This very command was carried out before, by whichever instance: it is answered as it was then. */
  async #claimedBefore(context: CommandContext, ask: PhaseClaimAsk): Promise<ClaimAnswer | undefined> {
    const { flowId, phase: name } = ask;
    const then = await this.decisions.leftBy(context, flow, flowStream(flowId));
    if (!then) return undefined;
    const found = known(then.state);
    const phase = phaseIn(found, name);
    const { token, holder, startedAtMs } = phase;
    const claim = { token, holder: holder ?? ask.holder, sinceMs: startedAtMs ?? 0 };
    const hold = phase.runs ? await this.locks.claimedAs(context, phaseResource(flowId, name), claim, ask) : null;
    return { outcome: { type: 'Resumed', flow: found, phase, hold }, position: then.position };
  }

  /** What the logs answer already costs no write, and what only the lock has to answer no look at the flow. */
  async #claimIfDue(context: CommandContext, ask: PhaseClaimAsk): Promise<ClaimAnswer> {
    const resource = phaseResource(ask.flowId, ask.phase);
    const [seen, { state: held, position: heldAt }, before] = await Promise.all([
      this.#flowLately(ask),
      this.decisions.current(lease, leaseStream(resource)),
      this.decisions.leftBy(context, lease, leaseStream(resource)),
    ]);
    const isEnough = seen.fresh || (held.hold !== null && runs(seen.state, ask.phase)?.token === held.hold.token);
    const { state, position } = isEnough ? seen : await this.decisions.current(flow, flowStream(ask.flowId));
    const at = later(position, heldAt);
    const { outcome } = standingOf({ ...ask, nowMs: 0 }, state);
    if (outcome.type === 'Done') return doneAnswer(known(state), outcome.phase, at);
    if (outcome.type !== 'Running' && outcome.type !== 'Claimable') return { outcome, position };
    const { phase } = outcome;
    if (!phase.runs) return this.#pass(context, ask);
    const { hold } = held;
    const isOwn = hold !== null && (before !== undefined || (!isClaim(hold) && sameHolder(hold.holder, ask.holder)));
    if (!hold || isOwn) return this.#begin(context, ask, resource);
    if (isReservation(hold)) return { outcome: { type: 'ReservedByOperator', resource, hold }, position: heldAt };
    if (!isClaim(hold)) return { outcome: { type: 'HeldByAnother', resource, hold }, position: heldAt };
    return { outcome: { type: 'AlreadyRunning', flow: known(state), phase, hold }, position: at };
  }

  /** The lock tells whether a phase that was running a moment ago still is; all else is read now. */
  async #flowLately({ flowId, phase }: PhaseClaimAsk): Promise<Glance<FlowState>> {
    const seen = await this.decisions.lately(flowMayBeOldMs, flow, flowStream(flowId));
    if (seen.fresh || runs(seen.state, phase)) return seen;
    return { ...(await this.decisions.current(flow, flowStream(flowId))), fresh: true };
  }

  async #pass(context: CommandContext, { flowId, phase: name }: PhaseClaimAsk): Promise<ClaimAnswer> {
    const { outcome, state, position } = await decideFlow(this.decisions, context, flowId, (found, nowMs) =>
      pass({ flowId, phase: name, nowMs }, found),
    );
    if (outcome.type === 'Done') return doneAnswer(known(state), outcome.phase, position);
    if (outcome.type === 'Claimable' || outcome.type === 'Running')
      throw new Error('what runs nothing is never executed');
    if (outcome.type !== 'Passed') return { outcome, position };
    return { outcome: { type: 'Resumed', flow: known(state), phase: outcome.phase, hold: null }, position };
  }

  async #begin(context: CommandContext, ask: PhaseClaimAsk, resource: Resource): Promise<ClaimAnswer> {
    const taken = await this.locks.take(context, { ...ask, resource });
    if (taken.outcome.type === 'HeldByAnother' && isClaim(taken.outcome.hold)) {
      return this.#running(ask, taken.outcome.hold);
    }
    if (taken.outcome.type !== 'Taken') return { outcome: taken.outcome, position: taken.position };
    const { hold, isOwn } = taken.outcome;
    return isOwn || !isClaim(hold) ? this.#adopt(context, ask, taken.outcome) : this.#running(ask, hold);
  }

  async #adopt(context: CommandContext, ask: PhaseClaimAsk, taken: Taken): Promise<ClaimAnswer> {
    const { flowId, phase: name, holder } = ask;
    const { hold } = taken;
    const { token } = hold;
    const { outcome, lost, position } = await this.locks.adopt(
      context,
      taken,
      async () => {
        const { outcome: begun, ...at } = await decideFlow(this.decisions, context, flowId, (state, nowMs) =>
          begin({ flowId, phase: name, token, holder, nowMs }, state),
        );
        return { outcome: { ...at, begun }, position: at.position };
      },
      ({ begun }) => undoneBy(begun),
    );
    if (lost) return { outcome: lost, position };
    const { begun, state, repeated } = outcome;
    if (begun.type === 'Done') return doneAnswer(known(state), begun.phase, position);
    if (begun.type !== 'Begun') return { outcome: begun, position };
    if (!repeated) this.tell.acquired({ flowId, phase: name, token });
    const current = known(state);
    return { outcome: { type: 'Resumed', flow: current, phase: phaseIn(current, name), hold }, position };
  }

  async #running({ flowId, phase }: PhaseClaimAsk, hold: Hold): Promise<ClaimAnswer> {
    const { state, position } = await this.decisions.current(flow, flowStream(flowId));
    const found = known(state);
    return { outcome: { type: 'AlreadyRunning', flow: found, phase: phaseIn(found, phase), hold }, position };
  }
}

function runs(state: FlowState, phase: string): PhaseSnapshot | undefined {
  return state?.phases.find(({ name, status }) => name === phase && status === 'running');
}

function undoneBy(begun: Begun | Done | FlowRefusal): WayOut | undefined {
  if (begun.type === 'Begun') return undefined;
  if (begun.type === 'Done') return { reason: 'already_complete', detail: `phase ${begun.phase.name} is done` };
  return { reason: 'claim_failed', detail: flowRefusalText(begun) };
}

function doneAnswer(found: FlowSnapshot, phase: PhaseSnapshot, position: bigint): ClaimAnswer {
  return { outcome: { type: 'AlreadyCompleted', flow: found, phase }, position };
}
