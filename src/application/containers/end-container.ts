import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { complete, fail } from '../../domain/container/attempts.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import { POLICY } from '../ports/tokens.js';
import type { ContainerAnswer } from './container-answer.js';
import { ContainerEnds } from './container-ends.js';
import { decideContainer } from './decide-container.js';

/** How work comes to its own end. */
export type WorkEnd =
  | { readonly type: 'completed' }
  | {
      readonly type: 'failed';
      readonly error: string;
      readonly permanent: boolean;
      /** What the container's end is called, where a word says more than the error. */
      readonly exitReason?: string;
    };

/** The worker's own word that its attempt is over. Its restart policy may grant another; then the leases are kept. */
export class EndContainer extends Command<ContainerAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly containerId: string,
    readonly token: number,
    readonly end: WorkEnd,
  ) {
    super();
  }
}

@CommandHandler(EndContainer)
export class EndContainerHandler implements ICommandHandler<EndContainer> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async execute({ context, containerId, token, end }: EndContainer): Promise<ContainerAnswer> {
    const rules = this.policy.restart;
    const ended = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      end.type === 'completed'
        ? complete({ containerId, token, rules, nowMs }, state)
        : fail({ containerId, token, rules, nowMs, ...failureOf(end) }, state),
    );
    return this.ends.answer(context, ended);
  }
}

function failureOf({ error, permanent, exitReason }: Extract<EndContainer['end'], { readonly type: 'failed' }>) {
  return { error, permanent, ...(exitReason !== undefined && { exitReason }) };
}
