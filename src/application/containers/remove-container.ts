import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { remove } from '../../domain/container/lifecycle.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { ContainerAnswer } from './container-answer.js';
import { ContainerEnds } from './container-ends.js';
import { decideContainer } from './decide-container.js';

/** Takes an ended container out of the lists and frees what it still holds. Its history stays. */
export class RemoveContainer extends Command<ContainerAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly containerId: string,
  ) {
    super();
  }
}

@CommandHandler(RemoveContainer)
export class RemoveContainerHandler implements ICommandHandler<RemoveContainer> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
  ) {}

  async execute({ context, containerId }: RemoveContainer): Promise<ContainerAnswer> {
    const removed = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      remove({ containerId, nowMs }, state),
    );
    return this.ends.answer(context, removed);
  }
}
