import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { begin, pass, standingOf } from '../../domain/flow/claims.js';
import type { FlowSnapshot, PhaseSnapshot } from '../../domain/flow/events.js';
import { flow, flowStream, phaseResource } from '../../domain/flow/flow.js';
import { lose } from '../../domain/flow/work.js';
import type { FlowRefusal } from '../../domain/flow/refusals.js';
import { acquire, release } from '../../domain/lease/decisions.js';
import type { Hold, Holder, Particulars } from '../../domain/lease/events.js';
import { isReservation, lease } from '../../domain/lease/lease.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import { later, type Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { decideLease } from '../leases/decide-lease.js';
import { decideFlow } from './decide-flow.js';
import { known, phaseIn } from './flow-answer.js';
import { PhaseWatch } from './phase-watch.js';

export interface PhaseClaimAsk extends Particulars {
  readonly flowId: string;
  /** The phase that the asker believes to be due. */
  readonly phase: string;
  readonly holder: Holder;
  readonly ttlMs: number;
}

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

/**
 * The lease is the gate and is written first; then the flow adopts its token. Where the flow has changed meanwhile, the
 * lease is given back. A crash between the two leaves a lease without work, which the sweep gives back.
 */
@CommandHandler(ClaimPhase)
export class ClaimPhaseHandler implements ICommandHandler<ClaimPhase> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(PhaseWatch) private readonly watch: PhaseWatch,
  ) {}

  async execute({ context, ask }: ClaimPhase): Promise<ClaimAnswer> {
    const resource = phaseResource(ask.flowId, ask.phase);
    const answer = (await this.#didAlready(context, resource))
      ? await this.#claim(context, ask, resource)
      : await this.#claimIfDue(context, ask, resource);
    if (answer.outcome.type === 'AlreadyRunning') this.watch.blocked({ ...ask, token: answer.outcome.hold.token });
    return answer;
  }

  /** This very command was carried out before, by whichever instance: it is answered as it was then. */
  async #didAlready(context: CommandContext, resource: Resource): Promise<boolean> {
    if (!context.mayBeRepeat) return false;
    if (await this.decisions.leftBy(context, lease, leaseStream(resource))) return true;
    return (await this.decisions.leftBy(context, flow, flowStream(resource.scope))) !== undefined;
  }

  /** What the logs answer already costs no write. */
  async #claimIfDue(context: CommandContext, ask: PhaseClaimAsk, resource: Resource): Promise<ClaimAnswer> {
    const [{ state, position }, { state: held, position: heldAt }] = await Promise.all([
      this.decisions.current(flow, flowStream(ask.flowId)),
      this.decisions.current(lease, leaseStream(resource)),
    ]);
    const at = later(position, heldAt);
    const { outcome } = standingOf({ ...ask, nowMs: 0 }, state);
    if (outcome.type === 'Done') return doneAnswer(known(state), outcome.phase, at);
    if (outcome.type !== 'Running' && outcome.type !== 'Claimable') return { outcome, position };
    const { phase } = outcome;
    if (!phase.runs) return this.#claim(context, ask, resource);
    const { hold } = held;
    if (hold && hold.token >= phase.token) {
      return isReservation(hold)
        ? { outcome: { type: 'ReservedByOperator', resource, hold }, position: heldAt }
        : { outcome: { type: 'AlreadyRunning', flow: known(state), phase, hold }, position: at };
    }
    return this.#begin(context, ask, resource);
  }

  async #claim(context: CommandContext, ask: PhaseClaimAsk, resource: Resource): Promise<ClaimAnswer> {
    const { flowId, phase: name } = ask;
    const passed = await decideFlow(this.decisions, context, flowId, (state, nowMs) =>
      pass({ flowId, phase: name, nowMs }, state),
    );
    const { outcome, position } = passed;
    if (outcome.type === 'Passed') {
      return { outcome: { type: 'Resumed', flow: known(passed.state), phase: outcome.phase, hold: null }, position };
    }
    if (outcome.type === 'Done') return doneAnswer(known(passed.state), outcome.phase, position);
    if (outcome.type !== 'Claimable' && outcome.type !== 'Running') return { outcome, position };
    return this.#begin(context, ask, resource);
  }

  async #begin(context: CommandContext, ask: PhaseClaimAsk, resource: Resource): Promise<ClaimAnswer> {
    const { flowId, phase: name, holder } = ask;
    const taken = await decideLease(this.decisions, context, resource, (state, nowMs) =>
      acquire({ ...ask, resource, operation: 'phase', adoptsObligations: false, nowMs }, state),
    );
    if (taken.outcome.type === 'HeldByAnother') return this.#running(ask, taken.outcome.hold);
    if (taken.outcome.type !== 'Granted') return { outcome: taken.outcome, position: taken.position };
    const { hold, already } = taken.outcome;
    if (already && !taken.repeated) return this.#running(ask, hold);

    const { token } = hold;
    const begun = await decideFlow(this.decisions, context, flowId, (state, nowMs) =>
      begin({ flowId, phase: name, token, holder, nowMs }, state),
    );
    const { outcome, position } = begun;
    if (outcome.type !== 'Begun') {
      const reason = outcome.type === 'Done' ? 'already_complete' : 'claim_failed';
      const givenBack = await this.#giveBack(context, resource, token, reason, `the flow says ${outcome.type}`);
      if (outcome.type === 'Done') return doneAnswer(known(begun.state), outcome.phase, later(position, givenBack));
      return outcome.type === 'Running' ? this.#running(ask, hold) : { outcome, position: later(position, givenBack) };
    }
    const lost = await this.#lostMeanwhile(context, ask, resource, token);
    if (lost) return { outcome: lost, position };
    if (!begun.repeated) this.watch.acquired({ flowId, phase: name, token });
    const current = known(begun.state);
    return { outcome: { type: 'Resumed', flow: current, phase: phaseIn(current, name), hold }, position };
  }

  async #running({ flowId, phase }: PhaseClaimAsk, hold: Hold): Promise<ClaimAnswer> {
    const { state, position } = await this.decisions.current(flow, flowStream(flowId));
    const found = known(state);
    return { outcome: { type: 'AlreadyRunning', flow: found, phase: phaseIn(found, phase), hold }, position };
  }

  /** Nobody works under it yet: it goes back as it came, in the name of the claim. */
  async #giveBack(
    context: CommandContext,
    resource: Resource,
    token: number,
    reason: ReleaseReason,
    detail: string,
  ): Promise<bigint> {
    const undo = { ...stepOf(context, `given-back-${token}`), mayBeRepeat: false };
    const by = { kind: 'system', id: 'claim' } as const;
    const { position } = await decideLease(this.decisions, undo, resource, (state, nowMs) =>
      release({ resource, holder: null, token, reason, detail, by, nowMs }, state),
    );
    return position;
  }

  /** Its lease may have been taken before the flow knew of it, and nobody could be told of the loss then. */
  async #lostMeanwhile(
    context: CommandContext,
    { flowId, phase }: PhaseClaimAsk,
    resource: Resource,
    token: number,
  ): Promise<LeaseRefusal | undefined> {
    const { hold, lastToken, previous } = (await this.decisions.current(lease, leaseStream(resource))).state;
    if (hold?.token === token) return undefined;
    const reason = previous?.token === token ? previous.reason : 'preempted';
    const detail = previous?.token === token ? previous.detail : '';
    await decideFlow(this.decisions, stepOf(context, `lost-${token}`), flowId, (state, nowMs) =>
      lose({ flowId, phase, token, reason, detail, nowMs }, state),
    );
    return { type: 'StaleToken', resource, token, lastToken, hold };
  }
}

function doneAnswer(found: FlowSnapshot, phase: PhaseSnapshot, position: bigint): ClaimAnswer {
  return { outcome: { type: 'AlreadyCompleted', flow: found, phase }, position };
}
