import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Heartbeat } from '../ports/heartbeats.js';
import { HeardHeartbeats, quietFor } from './heard-heartbeats.js';

export interface HeardHeartbeat extends Heartbeat {
  /** Since this process first saw it, on its own clock. */
  readonly agoMs: number;
  /** How much of the silence after it was announced. */
  readonly quietForMs: number;
}

/** The last heartbeat of every holder that this process knows one of. */
export class ListHeartbeats extends Query<readonly HeardHeartbeat[]> {}

@QueryHandler(ListHeartbeats)
export class ListHeartbeatsHandler implements IQueryHandler<ListHeartbeats> {
  constructor(@Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats) {}

  async execute(): Promise<readonly HeardHeartbeat[]> {
    return this.heard.all().map(({ heartbeat, agoMs }) => ({
      ...heartbeat,
      agoMs: Math.round(agoMs),
      quietForMs: quietFor(heartbeat),
    }));
  }
}
