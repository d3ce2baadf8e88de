import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agentTask, agentTaskStream, taskLock } from '../../domain/agent-task/agent-task.js';
import { claim, consider } from '../../domain/agent-task/claims.js';
import type { AgentTaskSnapshot } from '../../domain/agent-task/events.js';
import {
  agentTaskRefusalText,
  isAgentTaskRefusal,
  releaseReasonOfRefusal,
  type AgentTaskRefusal,
} from '../../domain/agent-task/refusals.js';
import type { Hold, Holder, Particulars } from '../../domain/lease/events.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import type { Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { UnreadableEvent } from '../events/event-codec.js';
import { waitForHolder, type HolderWait } from '../leases/wait-for-holder.js';
import { WorkLocks, type Taken } from '../leases/work-locks.js';
import type { Clock } from '../ports/clock.js';
import { CLOCK } from '../ports/tokens.js';
import { decideAgentTask, type TaskName } from './decide-agent-task.js';
import { Dependencies } from './dependencies.js';
import { taskAnswer } from './task-answer.js';
import { RefusedClaims } from './refused-claims.js';

export interface ClaimAsk extends TaskName {
  readonly agent: string;
  /** The session that will hold the lock: an id that outlives any one process of it. */
  readonly session: string;
  readonly process?: Particulars['process'];
  readonly ttlMs: number;
}

export interface TaskClaimed {
  readonly type: 'TaskClaimed';
  readonly task: AgentTaskSnapshot;
  readonly hold: Hold;
  /** True when this session had claimed it before: nothing was written. */
  readonly already: boolean;
}

type ClaimAnswer = Answer<TaskClaimed | AgentTaskRefusal | LeaseRefusal>;

/** Takes the lock of a task and adopts the task under its token: both, or neither. */
export class ClaimTask extends Command<ClaimAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: ClaimAsk,
    /** Absent: a lock that another has is refused at once. */
    readonly wait?: HolderWait,
  ) {
    super();
  }
}

@CommandHandler(ClaimTask)
export class ClaimTaskHandler implements ICommandHandler<ClaimTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
    @Inject(WorkLocks) private readonly locks: WorkLocks,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RefusedClaims) private readonly refusedClaims: RefusedClaims,
  ) {}

  async execute(command: ClaimTask): Promise<ClaimAnswer> {
    const answer = await this.#claimOnce(command);
    if (answer.outcome.type !== 'TaskClaimed') this.refusedClaims.tell(answer.outcome);
    return answer;
  }

  async #claimOnce({ context, ask, wait }: ClaimTask): Promise<ClaimAnswer> {
    const { queue, taskId } = ask;
    try {
      const before = await this.#claimedBefore(context, ask);
      if (before) return before;
      return await this.#claim(context, ask, wait);
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      return refused({ type: 'UnreadableTask', queue, taskId, message: error.message });
    }
  }

  /** What the lock says of a repeat is of no use: it may have passed on since. The task knows whether it was claimed. */
  async #claimedBefore(context: CommandContext, ask: ClaimAsk): Promise<ClaimAnswer | undefined> {
    const { queue, taskId } = ask;
    const then = await this.decisions.leftBy(context, agentTask, agentTaskStream(queue, taskId));
    const task = then?.state;
    if (!task?.claim) return undefined;
    const hold = await this.locks.claimedAs(context, taskLock(queue, taskId), task.claim, termsOf(ask));
    return { outcome: { type: 'TaskClaimed', task, hold, already: false }, position: then?.position ?? 0n };
  }

  async #claim(context: CommandContext, ask: ClaimAsk, wait: HolderWait | undefined): Promise<ClaimAnswer> {
    const { queue, taskId, agent } = ask;
    const open = await this.#openDependencies(ask);
    const considered = await decideAgentTask(this.decisions, stepOf(context, 'considered'), ask, (state, nowMs) =>
      consider({ queue, taskId, agent, open, nowMs }, state),
    );
    if (considered.outcome.type !== 'Claimable') return { outcome: considered.outcome, position: considered.position };
    const resource = taskLock(queue, taskId);
    const holder: Holder = { kind: 'agent', id: ask.session, attempt: 1 };
    const { outcome: taken, position } = await waitForHolder(this.clock, wait, () =>
      this.locks.take(context, { resource, holder, ...termsOf(ask) }),
    );
    return taken.type === 'Taken' ? this.#adopt(context, ask, open, taken) : { outcome: taken, position };
  }

  async #openDependencies({ queue, taskId }: ClaimAsk): Promise<readonly string[]> {
    const task = await this.dependencies.find({ queue, taskId });
    return this.dependencies.open(queue, task?.dependencies ?? []);
  }

  async #adopt(context: CommandContext, ask: ClaimAsk, open: readonly string[], taken: Taken): Promise<ClaimAnswer> {
    const { queue, taskId, agent } = ask;
    const { hold } = taken;
    const { holder, token } = hold;
    const { outcome, lost, position } = await this.locks.adopt(
      context,
      taken,
      async () => {
        const claiming = { queue, taskId, agent, holder, token, open };
        return taskAnswer(
          await decideAgentTask(this.decisions, context, ask, (task, nowMs) => claim({ ...claiming, nowMs }, task)),
        );
      },
      (claimed) =>
        isAgentTaskRefusal(claimed)
          ? { reason: releaseReasonOfRefusal(claimed), detail: agentTaskRefusalText(claimed) }
          : undefined,
    );
    if (lost) return { outcome: lost, position };
    if (isAgentTaskRefusal(outcome)) return { outcome, position };
    return { outcome: { type: 'TaskClaimed', task: outcome.task, hold, already: outcome.already }, position };
  }
}

function termsOf({ agent, process, ttlMs }: ClaimAsk) {
  return { ttlMs, owner: agent, ...(process && { process }) };
}

function refused(outcome: AgentTaskRefusal | LeaseRefusal): ClaimAnswer {
  return { outcome, position: 0n };
}
