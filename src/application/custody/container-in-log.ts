import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { container, containerStream } from '../../domain/container/container.js';
import type { ContainerSnapshot } from '../../domain/container/events.js';
import { Decisions } from '../decide-and-append.js';

/** One container as its own stream has it: for while the views are away. */
export class ContainerInLog extends Query<FoundInLog> {
  constructor(readonly containerId: string) {
    super();
  }
}

export interface FoundInLog {
  /** Null: there is none, or it was taken out of the lists. */
  readonly container: ContainerSnapshot | null;
  /** Of the newest event of its stream; 0 when there is none. */
  readonly position: bigint;
}

@QueryHandler(ContainerInLog)
export class ContainerInLogHandler implements IQueryHandler<ContainerInLog> {
  constructor(@Inject(Decisions) private readonly decisions: Decisions) {}

  async execute({ containerId }: ContainerInLog): Promise<FoundInLog> {
    const { state, position } = await this.decisions.current(container, containerStream(containerId));
    return { container: state?.removed ? null : state, position };
  }
}
