import { Inject } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FlowSnapshot } from '../../domain/flow/events.js';
import { currentPhase, flow, flowStream, phaseResource } from '../../domain/flow/flow.js';
import { whyHere } from '../../domain/flow/why.js';
import { ExplainLease, type Explanation } from '../custody/explain-lease.js';
import { historyOf, type HistoryPage } from '../custody/lease-history.js';
import { Decisions } from '../decide-and-append.js';
import type { EventStore } from '../ports/event-store.js';
import { EVENT_STORE } from '../ports/tokens.js';

/** A flow as the log has it now; null: it was never declared. */
export class FlowInLog extends Query<{ readonly flow: FlowSnapshot | null; readonly position: bigint }> {
  constructor(readonly flowId: string) {
    super();
  }
}

@QueryHandler(FlowInLog)
export class FlowInLogHandler implements IQueryHandler<FlowInLog> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  async execute({ flowId }: FlowInLog) {
    const { state, position } = await this.decisions.current(flow, flowStream(flowId));
    return { flow: state, position };
  }
}

/** Why a flow stands where it stands, with the lease of the phase that is due; null: it was never declared. */
export interface FlowExplanation {
  readonly flow: FlowSnapshot;
  readonly why: string;
  /** Null where no phase is due, or the one that is runs nothing. */
  readonly lease: Explanation | null;
  readonly position: bigint;
}

export class ExplainFlow extends Query<FlowExplanation | null> {
  constructor(readonly flowId: string) {
    super();
  }
}

@QueryHandler(ExplainFlow)
export class ExplainFlowHandler implements IQueryHandler<ExplainFlow> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  async execute({ flowId }: ExplainFlow): Promise<FlowExplanation | null> {
    const { state, position } = await this.decisions.current(flow, flowStream(flowId));
    if (!state) return null;
    const due = currentPhase(state);
    const lease = due?.runs ? await this.queries.execute(new ExplainLease(phaseResource(flowId, due.name))) : null;
    return { flow: state, why: whyHere(state), lease, position };
  }
}

/** Everything that was decided about a flow, a page at a time. */
export class FlowHistory extends Query<HistoryPage> {
  constructor(
    readonly flowId: string,
    readonly page: { readonly from?: bigint; readonly limit: number },
  ) {
    super();
  }
}

@QueryHandler(FlowHistory)
export class FlowHistoryHandler implements IQueryHandler<FlowHistory> {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  execute({ flowId, page }: FlowHistory): Promise<HistoryPage> {
    return historyOf(this.store, flowStream(flowId), page);
  }
}
