import { Query } from '@nestjs/cqrs';
import type { FlowSnapshot, FlowStatus } from '../../domain/flow/events.js';
import type { Freshness, NotThereYet, Page, Paging, ViewAnswer } from './view-answer.js';

/** A flow without its phases, as lists show it. */
export interface FlowRow extends Omit<FlowSnapshot, 'phases'> {
  /** Null: all phases are done. */
  readonly currentPhase: string | null;
  readonly phasesDone: number;
  readonly phasesTotal: number;
  readonly revision: bigint;
}

/** Flows by id. */
export class ListFlows extends Query<ViewAnswer<Page<FlowRow, string>> | NotThereYet> {
  constructor(
    readonly ask: { readonly statuses?: readonly FlowStatus[] | undefined } & Paging<string> & Freshness = {},
  ) {
    super();
  }
}

export interface SeenFlow {
  readonly flow: FlowSnapshot;
  readonly revision: bigint;
}

/** One flow with its phases; null when there is none. */
export class FindFlow extends Query<ViewAnswer<SeenFlow | null> | NotThereYet> {
  constructor(readonly ask: { readonly flowId: string } & Freshness) {
    super();
  }
}
