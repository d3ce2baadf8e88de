import { Body, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { RegisterAgent } from '../../../application/agent-tasks/register-agent.js';
import type { CommandContext } from '../../../application/command-context.js';
import { ListAgents } from '../../../application/queries/agent-tasks.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Asked } from '../asking/command-context.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import * as schemas from './task-schemas.js';

@ApiV1('agents', 'agent tasks')
export class AgentsController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('Everybody who works on tasks', schemas.agentList, { refusals: [503] })
  async list(@Query({ schema: schemas.oneTask }) query: z.output<typeof schemas.oneTask>) {
    const answer = await this.dispatcher.view(new ListAgents(query));
    return asSeen(answer, { agents: answer.value });
  }

  @Post()
  @HttpCode(200)
  @Answers('Say who works on tasks, and what for', schemas.registeredAgent)
  async register(
    @Body({ schema: schemas.registerAgent }) agent: z.output<typeof schemas.registerAgent>,
    @Asked() context: CommandContext,
  ) {
    const { outcome, position } = await this.dispatcher.command(new RegisterAgent(context, agent));
    return { agent, already: outcome.already, position: String(position) };
  }
}
