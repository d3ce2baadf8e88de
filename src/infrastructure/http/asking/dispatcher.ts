import { Inject, Injectable } from '@nestjs/common';
import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import type { Answer } from '../../../application/answer.js';
import { ExplainLease } from '../../../application/custody/explain-lease.js';
import type { Clock } from '../../../application/ports/clock.js';
import { CLOCK } from '../../../application/ports/tokens.js';
import type { NotThereYet } from '../../../application/queries/view-answer.js';
import { isFlightRefusal } from '../../../application/flights/flight.js';
import { isAgentTaskRefusal } from '../../../domain/agent-task/refusals.js';
import { isContainerRefusal } from '../../../domain/container/refusals.js';
import { isFlowRefusal } from '../../../domain/flow/refusals.js';
import { isLeaseRefusal } from '../../../domain/lease/refusals.js';
import { notThereYet, refusalProblem, type Refusal } from '../problems.js';
import { RefusalCounts } from './refusal-counts.js';

type Typed = { readonly type: string };
type Accepted<Outcome> = Exclude<Outcome, Refusal>;

/** From a controller to the buses and back: what was granted is returned, what was refused is thrown as its problem. */
@Injectable()
export class Dispatcher {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RefusalCounts) private readonly refusals: RefusalCounts,
  ) {}

  /** @throws ProblemError for a refusal; one about a lease explains that lease */
  async command<Outcome extends Typed>(command: Command<Answer<Outcome>>): Promise<Answer<Accepted<Outcome>>> {
    const { outcome, position } = await this.commands.execute<Command<Answer<Outcome>>, Answer<Outcome>>(command);
    if (isRefusal(outcome)) throw await this.#refused(outcome);
    return { outcome: outcome as Accepted<Outcome>, position };
  }

  async #refused(refusal: Refusal) {
    this.refusals.count(refusal);
    const why = isLeaseRefusal(refusal) ? await this.query(new ExplainLease(refusal.resource, true)) : undefined;
    return refusalProblem(refusal, this.clock.nowMs(), why);
  }

  query<Result>(query: Query<Result>): Promise<Result> {
    return this.queries.execute(query);
  }

  /** @throws ProblemError 503 when the view is not at the position that was asked for */
  async view<Result extends Typed>(query: Query<Result>): Promise<Exclude<Result, NotThereYet>> {
    const answer = await this.query(query);
    if (answer.type === 'NotThereYet') throw notThereYet(answer as unknown as NotThereYet);
    return answer as Exclude<Result, NotThereYet>;
  }
}

function isRefusal(outcome: Typed): outcome is Refusal {
  const kinds = [isLeaseRefusal, isContainerRefusal, isFlightRefusal, isFlowRefusal, isAgentTaskRefusal];
  return kinds.some((is) => is(outcome));
}
