import { Get, Inject } from '@nestjs/common';
import { ListHeartbeats } from '../../../application/liveness/list-heartbeats.js';
import { ApiV1 } from '../asking/api.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { heartbeatList } from './liveness-schemas.js';

@ApiV1('liveness', 'health')
export class HeartbeatsController {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  @Get('heartbeats')
  @Answers('The last heartbeat of every holder, as far as this process knows one', heartbeatList)
  async heartbeats() {
    return { heartbeats: await this.dispatcher.query(new ListHeartbeats()) };
  }
}
