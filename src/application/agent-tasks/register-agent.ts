import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agent, agentStream, registerAgent, type AgentProfile, type Registered } from '../../domain/agent/agent.js';
import type { Answer } from '../answer.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';

/** Says who works on tasks, and what for. Again: with another speciality from now on. */
export class RegisterAgent extends Command<Answer<Registered>> {
  constructor(
    readonly context: CommandContext,
    readonly profile: AgentProfile,
  ) {
    super();
  }
}

@CommandHandler(RegisterAgent)
export class RegisterAgentHandler implements ICommandHandler<RegisterAgent> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  execute({ context, profile }: RegisterAgent): Promise<Answer<Registered>> {
    return decideAgent(this.decisions, context, profile);
  }
}

export function decideAgent(decisions: Decisions, context: CommandContext, profile: AgentProfile) {
  return decisions.decide({
    aggregate: agent,
    stream: agentStream(profile.name),
    context,
    decide: (state, nowMs) => registerAgent({ ...profile, nowMs }, state),
  });
}
