import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agentTask, agentTaskStream, taskLock } from '../../domain/agent-task/agent-task.js';
import { claim, consider } from '../../domain/agent-task/claims.js';
import type { AgentTaskSnapshot, TaskClaim } from '../../domain/agent-task/events.js';
import {
  agentTaskRefusalText,
  isAgentTaskRefusal,
  releaseReasonOfRefusal,
  type AgentTaskRefusal,
} from '../../domain/agent-task/refusals.js';
import { abandon } from '../../domain/agent-task/work.js';
import { acquire, release } from '../../domain/lease/decisions.js';
import type { Hold, Holder, Particulars } from '../../domain/lease/events.js';
import { lease } from '../../domain/lease/lease.js';
import type { ReleaseReason } from '../../domain/lease/reasons.js';
import { leaseRefusalText, type LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, type Resource } from '../../domain/lease/resource.js';
import type { Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { UnreadableEvent } from '../events/event-codec.js';
import { decideLease } from '../leases/decide-lease.js';
import type { Clock } from '../ports/clock.js';
import { OutcomeUnknown } from '../ports/event-store.js';
import { CLOCK } from '../ports/tokens.js';
import { decideAgentTask, type TaskName } from './decide-agent-task.js';
import { Dependencies } from './dependencies.js';
import { TaskLocks } from './task-locks.js';
import { TaskWatch } from './task-watch.js';

/** How a lock is held for work on a task, as opposed to a plain lock on the same name. */
export const claimOperation = 'claim';

export interface ClaimAsk extends TaskName {
  readonly agent: string;
  /** The session that will hold the lock: an id that outlives any one process of it. */
  readonly session: string;
  readonly process?: Particulars['process'];
  readonly ttlMs: number;
  /** How often a lock that another has is asked for again, and after how long; null: it is refused at once. */
  readonly wait: { readonly tries: number; readonly everyMs: number } | null;
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
  ) {
    super();
  }
}

interface Taken {
  readonly type: 'Taken';
  readonly hold: Hold;
  /** This claim took it: a lock that the session had already is not its own to give back. */
  readonly isOwn: boolean;
}

@CommandHandler(ClaimTask)
export class ClaimTaskHandler implements ICommandHandler<ClaimTask> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Dependencies) private readonly dependencies: Dependencies,
    @Inject(TaskLocks) private readonly locks: TaskLocks,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TaskWatch) private readonly watch: TaskWatch,
  ) {}

  async execute(command: ClaimTask): Promise<ClaimAnswer> {
    const answer = await this.#claimOnce(command);
    if (answer.outcome.type !== 'TaskClaimed') this.watch.refused(answer.outcome);
    return answer;
  }

  async #claimOnce({ context, ask }: ClaimTask): Promise<ClaimAnswer> {
    const { queue, taskId } = ask;
    try {
      const before = await this.#claimedBefore(context, ask);
      if (before) return before;
      return await this.#claim(context, ask);
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
    const lock = await this.decisions.leftBy(context, lease, leaseStream(taskLock(queue, taskId)));
    const hold = lock?.state.hold ?? holdOf(task.claim, ask);
    return { outcome: { type: 'TaskClaimed', task, hold, already: false }, position: then?.position ?? 0n };
  }

  async #claim(context: CommandContext, ask: ClaimAsk): Promise<ClaimAnswer> {
    const { queue, taskId, agent } = ask;
    const open = await this.#openDependencies(ask);
    const considered = await decideAgentTask(this.decisions, stepOf(context, 'considered'), ask, (state, nowMs) =>
      consider({ queue, taskId, agent, open, nowMs }, state),
    );
    if (considered.outcome.type !== 'Claimable') return { outcome: considered.outcome, position: considered.position };
    const taken = await this.#takeOrWait(context, taskLock(queue, taskId), ask);
    if (taken.type !== 'Taken') return refused(taken);
    return this.#adopt(context, ask, open, taken);
  }

  async #openDependencies({ queue, taskId }: ClaimAsk): Promise<readonly string[]> {
    const task = await this.dependencies.find({ queue, taskId });
    return this.dependencies.open(queue, task?.dependencies ?? []);
  }

  /** The second half. Whatever comes in between, the lock that this claim took is given back, with what came for a reason. */
  async #adopt(context: CommandContext, ask: ClaimAsk, open: readonly string[], taken: Taken): Promise<ClaimAnswer> {
    const { queue, taskId, agent } = ask;
    const { hold } = taken;
    const { holder, token } = hold;
    try {
      const { outcome, state, position } = await decideAgentTask(this.decisions, context, ask, (now, nowMs) =>
        claim({ queue, taskId, agent, holder, token, open, nowMs }, now),
      );
      if (!isAgentTaskRefusal(outcome) && state) {
        const fenced = await this.#letGoIfFenced(context, ask, hold);
        if (fenced) return refused(fenced);
        return { outcome: { type: 'TaskClaimed', task: state, hold, already: outcome.already }, position };
      }
      const refusal = isAgentTaskRefusal(outcome) ? outcome : ({ type: 'UnknownTask', queue, taskId } as const);
      await this.#giveBack(context, ask, taken, releaseReasonOfRefusal(refusal), agentTaskRefusalText(refusal));
      return { outcome: refusal, position };
    } catch (error) {
      // Where it is not known whether the task was adopted, the sweep will see, and give the lock back if it was not.
      if (!(error instanceof OutcomeUnknown)) {
        const reason = error instanceof UnreadableEvent ? 'json_error' : 'claim_failed';
        const detail = error instanceof Error ? error.message : '';
        await this.#giveBack(context, ask, taken, reason, detail).catch(() => undefined);
      }
      throw error;
    }
  }

  /** The lock may have been taken from it before the task was adopted: whoever took it found nothing to tell. */
  async #letGoIfFenced(context: CommandContext, ask: ClaimAsk, { token }: Hold): Promise<LeaseRefusal | undefined> {
    const lost = await this.locks.refusalOf({ ...ask, token });
    if (!lost) return undefined;
    const detail = leaseRefusalText(lost);
    const step = { ...stepOf(context, `fenced-${token}`), mayBeRepeat: false };
    await decideAgentTask(this.decisions, step, ask, (state, nowMs) =>
      abandon({ ...ask, token, reason: 'claim_failed', detail, nowMs }, state),
    );
    return lost;
  }

  async #giveBack(context: CommandContext, ask: TaskName, taken: Taken, reason: ReleaseReason, detail: string) {
    if (!taken.isOwn) return;
    const { holder, token } = taken.hold;
    const resource = taskLock(ask.queue, ask.taskId);
    // Named by the token, and no repeat: the same command may claim, and give back, more than once.
    const undo = { ...stepOf(context, `given-back-${token}`), mayBeRepeat: false };
    const by = { kind: 'system', id: 'claim' } as const;
    await decideLease(this.decisions, undo, resource, (state, nowMs) =>
      release({ resource, holder, token, reason, detail, by, nowMs }, state),
    );
  }

  async #takeOrWait(context: CommandContext, resource: Resource, ask: ClaimAsk): Promise<Taken | LeaseRefusal> {
    for (let tries = 1; ; tries++) {
      const taken = await this.#take(context, resource, ask);
      const mayWait = taken.type === 'HeldByAnother' || taken.type === 'NotFreeYet';
      if (!mayWait || !ask.wait || tries >= ask.wait.tries) return taken;
      await this.clock.sleep(ask.wait.everyMs);
    }
  }

  /** What the same command took when it was first asked, and lost since, is asked for anew, under a name of its own. */
  async #take(context: CommandContext, resource: Resource, ask: ClaimAsk): Promise<Taken | LeaseRefusal> {
    const { agent, session, process, ttlMs } = ask;
    const holder: Holder = { kind: 'agent', id: session, attempt: 1 };
    const said = { owner: agent, ...(process && { process }) };
    for (let { commandId } = context; ;) {
      const { outcome, repeated } = await decideLease(
        this.decisions,
        { ...context, commandId },
        resource,
        (state, nowMs) =>
          acquire(
            { resource, holder, operation: claimOperation, ttlMs, adoptsObligations: false, ...said, nowMs },
            state,
          ),
      );
      if (outcome.type !== 'Granted') return outcome;
      const { hold, already } = outcome;
      if (!repeated) return { type: 'Taken', hold, isOwn: !already };
      const { state } = await this.decisions.current(lease, leaseStream(resource));
      if (state.hold?.token === hold.token) return { type: 'Taken', hold, isOwn: !already };
      commandId = `${context.commandId}/after-${hold.token}`;
    }
  }
}

function refused(outcome: AgentTaskRefusal | LeaseRefusal): ClaimAnswer {
  return { outcome, position: 0n };
}

/** The lock as the task knows it, where the log's page with its grant is far back. */
function holdOf({ token, holder, agent, sinceMs }: TaskClaim, { ttlMs }: ClaimAsk): Hold {
  return { token, holder, sinceMs, operation: claimOperation, ttlMs, reason: '', owner: agent };
}
