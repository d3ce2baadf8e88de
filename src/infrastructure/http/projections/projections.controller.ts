import { Get, Inject, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ListParked, ListProjections } from '../../../application/queries/projections.js';
import { ApiV1 } from '../asking/api.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { parkedList, parkedQuery, projectionList } from './projection-schemas.js';

const textOrNull = (position: bigint | null) => (position === null ? null : String(position));

@ApiV1('projections', 'projections')
export class ProjectionsController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('How each view stands; also while the database or the log cannot be asked', projectionList)
  async list() {
    const statuses = await this.dispatcher.query(new ListProjections());
    const projections = statuses.map(({ position, head, ...status }) => ({
      ...status,
      position: textOrNull(position),
      head: textOrNull(head),
    }));
    return { projections };
  }

  @Get('parked')
  @Answers('Streams that a view stopped following, each with the event it cannot apply', parkedList, {
    refusals: [503],
  })
  async parked(@Query({ schema: parkedQuery }) query: z.output<typeof parkedQuery>) {
    const streams = await this.dispatcher.query(new ListParked(query));
    const parked = streams.map(({ revision, position, ...stream }) => ({
      ...stream,
      revision: String(revision),
      position: String(position),
    }));
    return { parked };
  }
}
