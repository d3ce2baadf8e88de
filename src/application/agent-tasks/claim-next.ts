import { Inject } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { agentTask, agentTaskStream } from '../../domain/agent-task/agent-task.js';
import type { AgentTaskRefusal } from '../../domain/agent-task/refusals.js';
import { agent as agentAggregate, agentStream, type AgentProfile } from '../../domain/agent/agent.js';
import type { Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { ListAgentTasks, ListClaimable, type ClaimablePlace } from '../queries/agent-tasks.js';
import type { Freshness, NotThereYet } from '../queries/view-answer.js';
import { ClaimTask, type ClaimAsk, type TaskClaimed } from './claim-task.js';

export interface NothingClaimable {
  readonly type: 'NothingClaimable';
}

type NextAnswer = Answer<TaskClaimed | NothingClaimable | AgentTaskRefusal | NotThereYet>;

/**
 * Claims the most urgent task that the agent can do. Whoever asks at the same time gets another one. The views say what
 * there is: it is never less than what this process has written, where they take that over within a second.
 */
export class ClaimNextTask extends Command<NextAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: Omit<ClaimAsk, 'taskId'> & { readonly minPosition?: bigint | undefined },
  ) {
    super();
  }
}

const pageSize = 20;
const ownWritesWithinMs = 1_000;

@CommandHandler(ClaimNextTask)
export class ClaimNextTaskHandler implements ICommandHandler<ClaimNextTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
  ) {}

  async execute({ context, ask }: ClaimNextTask): Promise<NextAnswer> {
    const { agent, minPosition } = ask;
    const { state: profile } = await this.decisions.current(agentAggregate, agentStream(agent));
    if (!profile) return answer({ type: 'UnregisteredAgent', agent });
    const before = await this.#claimedBefore(context, ask);
    if (before) return before;
    const first = await this.#first(context, ask, profile, { minPosition });
    if (first.type !== 'NothingIn') return first.answer;
    // What this very process wrote may be what the view did not have yet.
    const written = this.decisions.newestWrite('agentTask');
    if (written <= first.position) return answer({ type: 'NothingClaimable' });
    const second = await this.#first(context, ask, profile, { minPosition: written, waitMs: ownWritesWithinMs });
    const isFound = second.type !== 'NothingIn' && second.answer.outcome.type !== 'NotThereYet';
    return isFound ? second.answer : answer({ type: 'NothingClaimable' });
  }

  /** The first that can be claimed of those that the view has. */
  async #first(
    context: CommandContext,
    ask: ClaimNextTask['ask'],
    { speciality }: AgentProfile,
    freshness: Freshness,
  ): Promise<
    | { readonly type: 'Answered'; readonly answer: NextAnswer }
    | { readonly type: 'NothingIn'; readonly position: bigint }
  > {
    const { queue, agent } = ask;
    for (let after: ClaimablePlace | undefined; ;) {
      const listed = { queue, agent, speciality, limit: pageSize, after };
      const page = await this.queries.execute(new ListClaimable({ ...listed, ...freshness }));
      if (page.type === 'NotThereYet') return { type: 'Answered', answer: answer(page) };
      for (const { taskId } of page.value.rows) {
        const one = await this.#claim(context, ask, taskId);
        const { outcome } = one;
        if (outcome.type === 'TaskClaimed' && !outcome.already)
          return { type: 'Answered', answer: { ...one, outcome } };
      }
      if (!page.value.next) return { type: 'NothingIn', position: page.position };
      after = page.value.next;
    }
  }

  #claim(context: CommandContext, { minPosition: _seen, ...ask }: ClaimNextTask['ask'], taskId: string) {
    return this.commands.execute(new ClaimTask(stepOf(context, taskId), { ...ask, taskId }));
  }

  /** What this very asking claimed is no longer among what can be claimed: it is looked for where the session works. */
  async #claimedBefore(context: CommandContext, ask: ClaimNextTask['ask']): Promise<NextAnswer | undefined> {
    if (!context.mayBeRepeat) return undefined;
    const { queue, session, minPosition } = ask;
    const held = await this.queries.execute(new ListAgentTasks({ queue, holder: session, minPosition, limit: 1_000 }));
    if (held.type === 'NotThereYet') return answer(held);
    for (const { taskId } of held.value.rows) {
      const step = stepOf(context, taskId);
      if (!(await this.decisions.leftBy(step, agentTask, agentTaskStream(queue, taskId)))) continue;
      const one = await this.#claim(context, ask, taskId);
      if (one.outcome.type === 'TaskClaimed') return { ...one, outcome: one.outcome };
    }
    return undefined;
  }
}

function answer(outcome: NextAnswer['outcome']): NextAnswer {
  return { outcome, position: 0n };
}
