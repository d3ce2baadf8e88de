import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { container, containerStream } from '../../domain/container/container.js';
import { found } from '../../domain/container/decision.js';
import type { ContainerRefusal } from '../../domain/container/refusals.js';
import type { Answer } from '../answer.js';
import { Decisions } from '../decide-and-append.js';
import type { ContainerLines, Line } from '../ports/container-lines.js';
import { CONTAINER_LINES } from '../ports/tokens.js';

export interface LinesTaken {
  readonly type: 'Taken';
}

/** What a worker says of its work. Writes nothing to the log. */
export class LogLines extends Command<Answer<LinesTaken | ContainerRefusal>> {
  constructor(
    readonly containerId: string,
    readonly token: number,
    readonly lines: readonly Pick<Line, 'level' | 'text'>[],
  ) {
    super();
  }
}

@CommandHandler(LogLines)
export class LogLinesHandler implements ICommandHandler<LogLines> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(CONTAINER_LINES) private readonly kept: ContainerLines,
  ) {}

  async execute({ containerId, token, lines }: LogLines): Promise<Answer<LinesTaken | ContainerRefusal>> {
    const { state, position } = await this.decisions.current(container, containerStream(containerId));
    const { container: known, refusal } = found({ containerId, token }, state);
    if (refusal) return { outcome: refusal, position };
    for (const line of lines) this.kept.write({ containerId, attempt: known.attempt, ...line });
    return { outcome: { type: 'Taken' }, position };
  }
}
