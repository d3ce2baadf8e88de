import { Inject } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { agentTask, agentTaskStream, taskLock } from '../../domain/agent-task/agent-task.js';
import { consider } from '../../domain/agent-task/claims.js';
import type { AgentTaskSnapshot } from '../../domain/agent-task/events.js';
import {
  agentTaskRefusalText,
  isAgentTaskRefusal,
  refusalWord,
  type AgentTaskRefusal,
} from '../../domain/agent-task/refusals.js';
import { ExplainLease, type Explanation } from '../custody/explain-lease.js';
import { Decisions } from '../decide-and-append.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/tokens.js';
import type { TaskName } from './decide-agent-task.js';
import { Dependencies } from './dependencies.js';

/** Why a task can, or cannot, be claimed: what the task says, then what its lock says. */
export interface TaskExplanation {
  readonly type: 'TaskExplanation';
  readonly task: AgentTaskSnapshot;
  readonly openDependencies: readonly string[];
  /** The way from it back to itself, where tasks wait for one another: none of them can ever be claimed. */
  readonly circle: readonly string[] | null;
  /** Null: nothing about the task itself stands in the way. */
  readonly refusal: { readonly word: string; readonly text: string } | null;
  readonly claimable: boolean;
  readonly lock: Explanation;
  readonly position: bigint;
}

export class ExplainTask extends Query<TaskExplanation | AgentTaskRefusal> {
  constructor(
    readonly task: TaskName,
    /** The agent that would claim it; undefined: whoever it is meant for. */
    readonly agent?: string,
  ) {
    super();
  }
}

@QueryHandler(ExplainTask)
export class ExplainTaskHandler implements IQueryHandler<ExplainTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ task: name, agent }: ExplainTask): Promise<TaskExplanation | AgentTaskRefusal> {
    const { queue, taskId } = name;
    const { state: task, position } = await this.decisions.current(agentTask, agentTaskStream(queue, taskId));
    if (!task) return { type: 'UnknownTask', queue, taskId };
    const open = await this.dependencies.open(queue, task.dependencies);
    const circle = open.length > 0 ? await this.dependencies.pathBack(name, open) : undefined;
    const asker = agent ?? task.assignedTo ?? '';
    const lock = await this.queries.execute(new ExplainLease(taskLock(queue, taskId)));
    // After the lock was looked at: one that is free has been so until then.
    const nowMs = this.clock.nowMs();
    const { outcome } = consider({ queue, taskId, agent: asker, open, nowMs }, task);
    const refusal = isAgentTaskRefusal(outcome) ? outcome : undefined;
    return {
      type: 'TaskExplanation',
      task,
      openDependencies: open,
      circle: circle ?? null,
      refusal: refusal ? { word: refusalWord(refusal), text: agentTaskRefusalText(refusal) } : null,
      claimable: !refusal && lock.hold === null && (lock.freeFromMs ?? 0) <= nowMs,
      lock,
      position: position > lock.position ? position : lock.position,
    };
  }
}
