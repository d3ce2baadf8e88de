import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  breakLease,
  lift,
  reserve,
  type Freed,
  type NothingToDo,
  type Reserved,
} from '../../domain/lease/decisions.js';
import type { Asker } from '../../domain/lease/events.js';
import { lease } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { ContainerEnds } from '../containers/container-ends.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import { POLICY } from '../ports/tokens.js';
import { decideLease } from './decide-lease.js';

interface OperatorAsk {
  readonly resource: Resource;
  readonly operator: string;
  readonly reason: string;
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
  ) {}

  async execute({ context, ask }: ReserveLease): Promise<Answer<Reserved | LeaseRefusal>> {
    if (ask.displaces) await endLoser(this.decisions, this.ends, context, ask);
    return decideLease(this.decisions, context, ask.resource, (state, nowMs) => reserve({ ...ask, nowMs }, state));
  }
}

@CommandHandler(LiftReservation)
export class LiftReservationHandler implements ICommandHandler<LiftReservation> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  execute({ context, ask }: LiftReservation): Promise<Answer<Freed | NothingToDo>> {
    const { resource, reason } = ask;
    return decideLease(this.decisions, context, resource, (state, nowMs) =>
      lift({ resource, reason, by: operatorOf(ask), nowMs }, state),
    );
  }
}

@CommandHandler(BreakLease)
export class BreakLeaseHandler implements ICommandHandler<BreakLease> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async execute({ context, ask }: BreakLease): Promise<Answer<Freed | NothingToDo>> {
    const { resource, reason } = ask;
    const { lockDelayMs } = this.policy;
    await endLoser(this.decisions, this.ends, context, ask);
    return decideLease(this.decisions, context, resource, (state, nowMs) =>
      breakLease({ resource, reason, by: operatorOf(ask), lockDelayMs, nowMs }, state),
    );
  }
}

function operatorOf({ operator }: OperatorAsk): Asker {
  return { kind: 'operator', id: operator };
}

async function endLoser(
  decisions: Decisions,
  ends: ContainerEnds,
  context: CommandContext,
  ask: OperatorAsk,
): Promise<void> {
  const { state } = await decisions.load(lease, leaseStream(ask.resource));
  if (!state.hold) return;
  await ends.endLoser(context, { resource: ask.resource, ...state.hold }, ask.reason, 'preempted', operatorOf(ask));
}
