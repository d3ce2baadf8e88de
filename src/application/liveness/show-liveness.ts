import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Watcher } from '../ports/watch-turn.js';
import { Liveness, type LivenessStatus } from './liveness.js';

export interface ShownLiveness extends LivenessStatus {
  readonly watcher: Watcher | null;
}

export class ShowLiveness extends Query<ShownLiveness> {}

@QueryHandler(ShowLiveness)
export class ShowLivenessHandler implements IQueryHandler<ShowLiveness> {
  constructor(@Inject(Liveness) private readonly liveness: Liveness) {}

  async execute(): Promise<ShownLiveness> {
    return { ...this.liveness.status, watcher: await this.liveness.watcher() };
  }
}
