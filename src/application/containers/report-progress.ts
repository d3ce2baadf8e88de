import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { completeIteration, setMetadata, visitMarket } from '../../domain/container/progress.js';
import type { ContainerDecision } from '../../domain/container/decision.js';
import type { ContainerState } from '../../domain/container/container.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import type { CommandContext } from '../command-context.js';
import { Decisions } from '../decide-and-append.js';
import { containerAnswer, type ContainerAnswer } from './container-answer.js';
import { decideContainer } from './decide-container.js';

/** What a worker says of its progress: milestones that must survive, each an event. */
export type ProgressReport =
  | {
      readonly type: 'iteration';
      readonly token: number;
      readonly visited: readonly string[];
      readonly report: JsonObject;
    }
  | { readonly type: 'visit'; readonly token: number; readonly waypoint: string }
  | { readonly type: 'metadata'; readonly token?: number; readonly entries: JsonObject };

export class ReportProgress extends Command<ContainerAnswer> {
  constructor(
    readonly context: CommandContext,
    readonly containerId: string,
    readonly report: ProgressReport,
  ) {
    super();
  }
}

@CommandHandler(ReportProgress)
export class ReportProgressHandler implements ICommandHandler<ReportProgress> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  async execute({ context, containerId, report }: ReportProgress): Promise<ContainerAnswer> {
    const reported = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      decideReport(report, containerId, state, nowMs),
    );
    return containerAnswer(reported);
  }
}

function decideReport(
  report: ProgressReport,
  containerId: string,
  state: ContainerState,
  nowMs: number,
): ContainerDecision {
  switch (report.type) {
    case 'iteration':
      return completeIteration({ ...report, containerId, nowMs }, state);
    case 'visit':
      return visitMarket({ ...report, containerId, nowMs }, state);
    case 'metadata':
      return setMetadata({ ...report, containerId, nowMs }, state);
    default:
      return report satisfies never;
  }
}
