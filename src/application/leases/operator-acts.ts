import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Freed, NothingToDo } from '../../domain/lease/decision.js';
import { lift, reserve, type Reserved } from '../../domain/lease/reserving.js';
import { breakLease } from '../../domain/lease/taking-away.js';
import { decided, type Decision } from '../../domain/kernel/decider.js';
import type { Asker, LeaseEvent } from '../../domain/lease/events.js';
import { lease, type LeaseState } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { ContainerEnds } from '../containers/container-ends.js';
import { Decisions, TooContended } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import { POLICY } from '../ports/tokens.js';
import { decideLease } from './decide-lease.js';
import { WorkUnderLeases } from './held-work.js';

interface OperatorAsk {
  readonly resource: Resource;
  readonly operator: string;
  readonly reason: string;
  /** What a preview said: whoever holds it under another token by now keeps it. */
  readonly expectedToken?: number | undefined;
}

/** Keeps a resource for an operator; survives every sweep and restart until it is lifted. */
export class ReserveLease extends Command<Answer<Reserved | LeaseRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: OperatorAsk & { readonly displaces: boolean },
  ) {
    super();
  }
}

export class LiftReservation extends Command<Answer<Freed | NothingToDo>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: OperatorAsk,
  ) {
    super();
  }
}

/** Takes a lease from its living holder. The loser is always ended. */
export class BreakLease extends Command<Answer<Freed | NothingToDo>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: OperatorAsk,
  ) {
    super();
  }
}

@CommandHandler(ReserveLease)
export class ReserveLeaseHandler implements ICommandHandler<ReserveLease> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(WorkUnderLeases) private readonly work: WorkUnderLeases,
  ) {}

  async execute({ context, ask }: ReserveLease): Promise<Answer<Reserved | LeaseRefusal>> {
    const decide: Take<Reserved | LeaseRefusal> = (state, nowMs) => reserve({ ...ask, nowMs }, state);
    if (!ask.displaces) return decideLease(this.decisions, context, ask.resource, decide);
    const answer = await takeFromLoser(this.decisions, this.ends, context, ask, decide);
    const displaced = answer.outcome.type === 'Reserved' ? answer.outcome.displaced : null;
    if (displaced) {
      const { resource, reason: detail } = ask;
      await this.work.abandon(context, { resource, token: displaced.token, reason: 'preempted', detail });
    }
    return answer;
  }
}

@CommandHandler(LiftReservation)
export class LiftReservationHandler implements ICommandHandler<LiftReservation> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  execute({ context, ask }: LiftReservation): Promise<Answer<Freed | NothingToDo>> {
    const { resource, reason, expectedToken } = ask;
    return decideLease(this.decisions, context, resource, (state, nowMs) =>
      lift({ resource, reason, expectedToken, by: operatorOf(ask), nowMs }, state),
    );
  }
}

@CommandHandler(BreakLease)
export class BreakLeaseHandler implements ICommandHandler<BreakLease> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(WorkUnderLeases) private readonly work: WorkUnderLeases,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async execute({ context, ask }: BreakLease): Promise<Answer<Freed | NothingToDo>> {
    const { resource, reason, expectedToken } = ask;
    const { lockDelayMs } = this.policy;
    const answer = await takeFromLoser<Freed | NothingToDo>(this.decisions, this.ends, context, ask, (state, nowMs) =>
      breakLease({ resource, reason, expectedToken, by: operatorOf(ask), lockDelayMs, nowMs }, state),
    );
    const { outcome } = answer;
    if (outcome.type === 'Freed') await this.work.abandon(context, { resource, ...outcome.past });
    return answer;
  }
}

function operatorOf({ operator }: OperatorAsk): Asker {
  return { kind: 'operator', id: operator };
}

type Take<Outcome> = (state: LeaseState, nowMs: number) => Decision<Outcome, LeaseEvent>;

const attempts = 12;

/** Ends whoever holds it, then takes it from that holder and from nobody who had it next. */
async function takeFromLoser<Outcome>(
  decisions: Decisions,
  ends: ContainerEnds,
  context: CommandContext,
  ask: OperatorAsk,
  decide: Take<Outcome>,
): Promise<Answer<Outcome>> {
  const { resource, reason } = ask;
  const stream = leaseStream(resource);
  if (await decisions.leftBy(context, lease, stream)) return decideLease(decisions, context, resource, decide);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { hold: loser } = (await decisions.current(lease, stream)).state;
    const isMeant = ask.expectedToken === undefined || loser?.token === ask.expectedToken;
    const endLoser = async (step: CommandContext) => {
      if (loser && isMeant) await ends.endLoser(step, { resource, ...loser }, reason, 'preempted', operatorOf(ask));
    };
    await endLoser(context);
    const { outcome, position } = await decideLease<Outcome | 'held by the next'>(
      decisions,
      context,
      resource,
      (state, nowMs) =>
        state.hold && state.hold.token !== loser?.token ? decided('held by the next') : decide(state, nowMs),
    );
    if (outcome === 'held by the next') continue;
    // It may have begun meanwhile, with the lease that it had just been granted.
    await endLoser(stepOf(context, 'afterwards'));
    return { outcome, position };
  }
  throw new TooContended(stream);
}
