import { Query } from '@nestjs/cqrs';
import type { AgentTaskSnapshot, AgentTaskStatus } from '../../domain/agent-task/events.js';
import type { AgentProfile } from '../../domain/agent/agent.js';
import type { Freshness, NotThereYet, Page, Paging, ViewAnswer } from './view-answer.js';

/** A task as the view has it. */
export interface AgentTaskRow extends AgentTaskSnapshot {
  /** Whether an agent that may have it could claim it when the view was asked. */
  readonly claimable: boolean;
  readonly revision: bigint;
}

export interface AgentTaskFilter {
  readonly statuses?: readonly AgentTaskStatus[] | undefined;
  /** Assigned to it, or under way with it. */
  readonly agent?: string | undefined;
  /** Under way with this holder of its lock. */
  readonly holder?: string | undefined;
  readonly claimable?: boolean | undefined;
}

/** The tasks of one queue, by id. */
export class ListAgentTasks extends Query<ViewAnswer<Page<AgentTaskRow, string>> | NotThereYet> {
  constructor(readonly ask: { readonly queue: string } & AgentTaskFilter & Paging<string> & Freshness) {
    super();
  }
}

/** One task; null when there is none. */
export class FindAgentTask extends Query<ViewAnswer<AgentTaskRow | null> | NotThereYet> {
  constructor(readonly ask: { readonly queue: string; readonly taskId: string } & Freshness) {
    super();
  }
}

/** Where a list of what can be claimed goes on. */
export interface ClaimablePlace {
  readonly priority: number;
  readonly queuedAtMs: number;
  readonly taskId: string;
}

/** What an agent of that speciality could claim now, the most urgent first, then the oldest. */
export class ListClaimable extends Query<ViewAnswer<Page<AgentTaskRow, ClaimablePlace>> | NotThereYet> {
  constructor(
    readonly ask: {
      readonly queue: string;
      readonly agent: string;
      /** Null: of any. */
      readonly speciality: string | null;
    } & Paging<ClaimablePlace> &
      Freshness,
  ) {
    super();
  }
}

/** Ids of the tasks that name this one as a dependency. */
export class ListDependants extends Query<ViewAnswer<readonly string[]> | NotThereYet> {
  constructor(readonly ask: { readonly queue: string; readonly taskId: string } & Freshness) {
    super();
  }
}

/** Everybody who works on tasks, by name. */
export class ListAgents extends Query<ViewAnswer<readonly AgentProfile[]> | NotThereYet> {
  constructor(readonly ask: Freshness = {}) {
    super();
  }
}
