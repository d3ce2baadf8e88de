import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { container, containerStream, isFinished } from '../../domain/container/container.js';
import { found } from '../../domain/container/decision.js';
import { markStopped, stop } from '../../domain/container/lifecycle.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import type { ContainerAnswer } from './container-answer.js';
import { ContainerEnds } from './container-ends.js';
import { decideContainer } from './decide-container.js';

/**
 * Asks a running container to stop; its worker learns it from the next heartbeat and answers by stopping it again with
 * its token. Where nobody runs, or when it must be now, it is stopped at once. An ended container stays as it is, and
 * a lease that it still has is freed.
 */
export class StopContainer extends Command<ContainerAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly ask: {
      readonly containerId: string;
      readonly reason: string;
      /** The worker's word that it has stopped. */
      readonly token: number | null;
      readonly immediately: boolean;
    },
  ) {
    super();
  }
}

@CommandHandler(StopContainer)
export class StopContainerHandler implements ICommandHandler<StopContainer> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
  ) {}

  async execute({ context, ask }: StopContainer): Promise<ContainerAnswer> {
    const { containerId, reason, token } = ask;
    const met = await this.decisions.metBy(context, container, containerStream(containerId));
    const { container: before, refusal } = found({ containerId, token }, met.state);
    if (refusal) return { outcome: refusal, position: met.position };
    const by = token === null ? ({ kind: 'operator', id: context.actor.key } as const) : undefined;
    if (isFinished(before) && before.status !== 'FAILED') {
      const ended = { outcome: { type: 'Changed', already: true }, state: before, position: met.position } as const;
      return this.ends.answer(context, ended, by);
    }
    const asked = await this.#stop(context, containerId, reason, token);
    const mustEndNow = ask.immediately || token !== null;
    const isAsked = asked.outcome.type === 'Changed' && asked.state?.status === 'STOPPING';
    const stopped = isAsked && mustEndNow ? await this.#markStopped(context, containerId, token) : asked;
    return this.ends.answer(context, stopped, by);
  }

  /** A worker's word is for its own attempt: one that was begun meanwhile goes on. */
  #stop(context: CommandContext, containerId: string, reason: string, token: number | null) {
    return decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      stop({ containerId, token, reason, nowMs }, state),
    );
  }

  #markStopped(context: CommandContext, containerId: string, token: number | null) {
    const step = stepOf(context, 'stopped');
    return decideContainer(this.decisions, step, containerId, (state, nowMs) =>
      markStopped({ containerId, token, nowMs }, state),
    );
  }
}
