import { Body, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { ClaimNextTask } from '../../../application/agent-tasks/claim-next.js';
import { ImportTasks } from '../../../application/agent-tasks/import-tasks.js';
import { PassOnRetries } from '../../../application/agent-tasks/operator-tasks.js';
import { QueueTask } from '../../../application/agent-tasks/queue-task.js';
import type { CommandContext } from '../../../application/command-context.js';
import type { Policy } from '../../../application/policy.js';
import { POLICY } from '../../../application/ports/tokens.js';
import { ListAgentTasks } from '../../../application/queries/agent-tasks.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Asked } from '../asking/command-context.js';
import { cursorOf, keyOf } from '../asking/cursors.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { notThereYet } from '../problems.js';
import { changedTaskBody, claimedBody, listedTaskBody } from './task-bodies.js';
import * as schemas from './task-schemas.js';

/** A queue of work for agents. */
@ApiV1('queues/:queue', 'agent tasks')
export class QueueController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  @Get('tasks')
  @Answers('The tasks of a queue, and whether each can be claimed', schemas.taskPage, { refusals: [503] })
  async list(
    @Param('queue', { schema: schemas.queueName }) queue: string,
    @Query({ schema: schemas.listTasks }) query: z.output<typeof schemas.listTasks>,
  ) {
    const { status, cursor, ...filter } = query;
    const after = keyOf(cursor, z.string());
    const answer = await this.dispatcher.view(new ListAgentTasks({ queue, ...filter, statuses: status, after }));
    const { rows, next } = answer.value;
    return asSeen(answer, { tasks: rows.map(listedTaskBody), next: cursorOf(next) });
  }

  @Post('tasks')
  @Answers('Put a task into the queue; the same task again changes nothing', schemas.changedTask, { status: 201 })
  async queue(
    @Param('queue', { schema: schemas.queueName }) queue: string,
    @Body({ schema: schemas.queueTask }) ask: z.output<typeof schemas.queueTask>,
    @Asked() context: CommandContext,
  ) {
    const { id: taskId, estimates = {}, ...description } = ask;
    const task = { queue, taskId, estimates, ...description };
    return changedTaskBody(await this.dispatcher.command(new QueueTask(context, task)));
  }

  @Post('import')
  @HttpCode(200)
  @Answers('Take over a TASK_QUEUE.json, whole or not at all', schemas.importedTasks)
  async import(
    @Param('queue', { schema: schemas.queueName }) queue: string,
    @Body({ schema: schemas.importTasks }) { text }: z.output<typeof schemas.importTasks>,
    @Asked() context: CommandContext,
  ) {
    const { outcome, position } = await this.dispatcher.command(new ImportTasks(context, { queue, source: text }));
    const { queued, unchanged, agents } = outcome;
    return { queued, unchanged, agents, position: String(position) };
  }

  @Post('claim-next')
  @HttpCode(200)
  @Answers('Claim the most urgent task that the agent can do', schemas.claimedNext, { refusals: [404] })
  async claimNext(
    @Param('queue', { schema: schemas.queueName }) queue: string,
    @Body({ schema: schemas.claimNext }) ask: z.output<typeof schemas.claimNext>,
    @Asked() context: CommandContext,
  ) {
    const { agent, session = agent, process, ttlMs = this.policy.taskTtlMs, minPosition } = ask;
    const who = { queue, agent, session, ttlMs, minPosition, ...(process && { process }) };
    const { outcome, position } = await this.dispatcher.command(new ClaimNextTask(context, who));
    if (outcome.type === 'NotThereYet') throw notThereYet(outcome);
    return outcome.type === 'NothingClaimable' ? { task: null } : claimedBody({ outcome, position }, this.policy);
  }

  @Post('retries/pass-on')
  @HttpCode(200)
  @Answers('Let other agents take what waits for its next try', schemas.passedRetries)
  async passOn(
    @Param('queue', { schema: schemas.queueName }) queue: string,
    @Body({ schema: schemas.passOnRetries }) ask: z.output<typeof schemas.passOnRetries>,
    @Asked() context: CommandContext,
  ) {
    const { outcome, position } = await this.dispatcher.command(new PassOnRetries(context, { queue, ...ask }));
    if (outcome.type === 'NotThereYet') throw notThereYet(outcome);
    const passed = outcome.passed.map(({ taskId: id, from, to }) => ({ id, from, to }));
    return { passed, kept: outcome.kept, position: String(position) };
  }
}
