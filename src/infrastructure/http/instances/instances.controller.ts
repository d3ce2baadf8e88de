import { Get, Inject, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ListInstances } from '../../../application/queries/instances.js';
import { ApiV1 } from '../asking/api.js';
import { asSeen } from '../asking/as-seen.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import * as schemas from './instance-schemas.js';

@ApiV1('instances', 'health')
export class InstancesController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get()
  @Answers('The processes that served, newest first, each with its receipt and its manifest', schemas.instanceList, {
    refusals: [503],
  })
  async list(@Query({ schema: schemas.listInstances }) query: z.output<typeof schemas.listInstances>) {
    const answer = await this.dispatcher.view(new ListInstances(query));
    return asSeen(answer, { instances: answer.value });
  }
}
