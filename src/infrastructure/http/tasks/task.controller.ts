import { Body, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ClaimTask } from '../../../application/agent-tasks/claim-task.js';
import { AbandonTask, CompleteTask, FailTask } from '../../../application/agent-tasks/end-task.js';
import { ExplainTask } from '../../../application/agent-tasks/explain-task.js';
import { ReassignTask, RequeueTask } from '../../../application/agent-tasks/operator-tasks.js';
import { TaskHistory } from '../../../application/agent-tasks/task-history.js';
import type { CommandContext } from '../../../application/command-context.js';
import { RenewLease } from '../../../application/liveness/renew-lease.js';
import type { Policy } from '../../../application/policy.js';
import { POLICY } from '../../../application/ports/tokens.js';
import { FindAgentTask } from '../../../application/queries/agent-tasks.js';
import { taskLock } from '../../../domain/agent-task/agent-task.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Asked } from '../asking/command-context.js';
import { cursorOf, keyOf } from '../asking/cursors.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { holderWait } from '../asking/holder-wait.js';
import { eventBody } from '../asking/event-body.js';
import { historyQuery } from '../asking/history-body.js';
import { Answers } from '../openapi/answers.js';
import { refusalProblem } from '../problems.js';
import { historyPage } from '../schemas/answered.js';
import { renewedBody } from '../leases/lease-bodies.js';
import { renewedLease } from '../leases/lease-schemas.js';
import { changedTaskBody, claimedBody, listedTaskBody, taskBody, taskExplanationBody } from './task-bodies.js';
import * as schemas from './task-schemas.js';

const place = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform(BigInt)
  .nullable();
const historyPlace = z.object({ task: place, lock: place });
const params = { queue: { schema: schemas.queueName }, task: { schema: schemas.taskId } };

/** One task: its lock and its work, as one thing. */
@ApiV1('queues/:queue/tasks/:task', 'agent tasks')
export class TaskController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  @Get()
  @Answers('One task as it stands', schemas.seenTask, { refusals: [404, 503] })
  async one(
    @Param('queue', params.queue) queue: string,
    @Param('task', params.task) taskId: string,
    @Query({ schema: schemas.oneTask }) query: z.output<typeof schemas.oneTask>,
  ) {
    const answer = await this.dispatcher.view(new FindAgentTask({ queue, taskId, ...query }));
    if (!answer.value) throw refusalProblem({ type: 'UnknownTask', queue, taskId }, 0);
    return asSeen(answer, { task: listedTaskBody(answer.value) });
  }

  @Get('why')
  @Answers('Why the task can, or cannot, be claimed', schemas.explainedTask, { refusals: [404] })
  async why(
    @Param('queue', params.queue) queue: string,
    @Param('task', params.task) taskId: string,
    @Query({ schema: schemas.whyTask }) { agent }: z.output<typeof schemas.whyTask>,
  ) {
    const found = await this.dispatcher.query(new ExplainTask({ queue, taskId }, agent));
    if (found.type !== 'TaskExplanation') throw refusalProblem(found, 0);
    return taskExplanationBody(found);
  }

  @Get('history')
  @Answers('What became of the task and of its lock, newest first', historyPage, { refusals: [404] })
  async history(
    @Param('queue', params.queue) queue: string,
    @Param('task', params.task) taskId: string,
    @Query({ schema: historyQuery }) { cursor, limit }: z.output<typeof historyQuery>,
  ) {
    const from = keyOf(cursor, historyPlace);
    const { events, before } = await this.dispatcher.query(new TaskHistory({ queue, taskId }, { from, limit }));
    if (events.length === 0 && cursor === undefined) throw refusalProblem({ type: 'UnknownTask', queue, taskId }, 0);
    const next = before && { task: before.task?.toString() ?? null, lock: before.lock?.toString() ?? null };
    return { events: events.map(eventBody), next: cursorOf(next) };
  }

  @Post('claim')
  @HttpCode(200)
  @Answers('Take the lock and the task: both, or neither', schemas.claimedTask, { refusals: [404] })
  async claim(
    @Param('queue', params.queue) queue: string,
    @Param('task', params.task) taskId: string,
    @Body({ schema: schemas.claimTask }) ask: z.output<typeof schemas.claimTask>,
    @Asked() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { agent, session = agent, process, ttlMs = this.policy.taskTtlMs, waitMs } = ask;
    const claim = { queue, taskId, agent, session, ttlMs, ...(process && { process }) };
    const claiming = new ClaimTask(context, claim, holderWait(waitMs, reply));
    return claimedBody(await this.dispatcher.command(claiming), this.policy);
  }

  @Post('renew')
  @HttpCode(200)
  @Answers('A renewal by the session that works on it', renewedLease, { refusals: [404] })
  async renew(
    @Param('queue', params.queue) queue: string,
    @Param('task', params.task) taskId: string,
    @Body({ schema: schemas.renewTask }) { cursor = null, ...renewal }: z.output<typeof schemas.renewTask>,
  ) {
    const renew = new RenewLease(taskLock(queue, taskId), { cursor, ...renewal });
    return renewedBody(await this.dispatcher.command(renew), renewal.quietForMs, this.policy);
  }

  @Post('complete')
  @HttpCode(200)
  @Answers('The task is done; a repeat changes nothing', schemas.doneTask, { refusals: [404] })
  async complete(
    @Param('queue', params.queue) queue: string,
    @Param('task', params.task) taskId: string,
    @Body({ schema: schemas.completeTask }) ask: z.output<typeof schemas.completeTask>,
    @Asked() context: CommandContext,
  ) {
    const { outcome, position } = await this.dispatcher.command(new CompleteTask(context, { queue, taskId, ...ask }));
    const { task, already, unlocked } = outcome;
    return { task: taskBody(task), already, unlocked, position: String(position) };
  }

  @Post('fail')
  @HttpCode(200)
  @Answers('The try failed: it waits for its next one, or is poisoned; a repeat changes nothing', schemas.changedTask, {
    refusals: [404],
  })
  async fail(
    @Param('queue', params.queue) queue: string,
    @Param('task', params.task) taskId: string,
    @Body({ schema: schemas.failTask }) ask: z.output<typeof schemas.failTask>,
    @Asked() context: CommandContext,
  ) {
    return changedTaskBody(await this.dispatcher.command(new FailTask(context, { queue, taskId, ...ask })));
  }

  @Post('abandon')
  @HttpCode(200)
  @Answers('Give the task up: it can be claimed again at once; a repeat changes nothing', schemas.changedTask, {
    refusals: [404],
  })
  async abandon(
    @Param('queue', params.queue) queue: string,
    @Param('task', params.task) taskId: string,
    @Body({ schema: schemas.abandonTask }) ask: z.output<typeof schemas.abandonTask>,
    @Asked() context: CommandContext,
  ) {
    return changedTaskBody(await this.dispatcher.command(new AbandonTask(context, { queue, taskId, ...ask })));
  }

  @Post('requeue')
  @HttpCode(200)
  @Answers('Give a task that failed, or is poisoned, a fresh start', schemas.changedTask, { refusals: [404] })
  async requeue(
    @Param('queue', params.queue) queue: string,
    @Param('task', params.task) taskId: string,
    @Body({ schema: schemas.requeueTask }) ask: z.output<typeof schemas.requeueTask>,
    @Asked() context: CommandContext,
  ) {
    return changedTaskBody(await this.dispatcher.command(new RequeueTask(context, { queue, taskId, ...ask })));
  }

  @Post('reassign')
  @HttpCode(200)
  @Answers('Let another agent do it', schemas.changedTask, { refusals: [404] })
  async reassign(
    @Param('queue', params.queue) queue: string,
    @Param('task', params.task) taskId: string,
    @Body({ schema: schemas.reassignTask }) { agent: name, ...ask }: z.output<typeof schemas.reassignTask>,
    @Asked() context: CommandContext,
  ) {
    const agent = name === 'auto' ? ('auto' as const) : { name };
    const command = new ReassignTask(context, { queue, taskId, ...ask, agent });
    return changedTaskBody(await this.dispatcher.command(command));
  }
}
