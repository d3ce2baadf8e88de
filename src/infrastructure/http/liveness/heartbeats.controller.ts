import { Get, Inject } from '@nestjs/common';
import { ListHeartbeats } from '../../../application/liveness/list-heartbeats.js';
import type { ContainerLines } from '../../../application/ports/container-lines.js';
import { CONTAINER_LINES } from '../../../application/ports/tokens.js';
import { ApiV1 } from '../asking/api.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { latestLines } from '../containers/log-schemas.js';
import { Answers } from '../openapi/answers.js';
import { heartbeatList } from './liveness-schemas.js';

@ApiV1('liveness', 'health')
export class HeartbeatsController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(CONTAINER_LINES) private readonly lines: ContainerLines,
  ) {}

  @Get('heartbeats')
  @Answers('The last heartbeat of every holder, as far as this process knows one', heartbeatList)
  async heartbeats() {
    return { heartbeats: await this.dispatcher.query(new ListHeartbeats()) };
  }

  @Get('lines')
  @Answers('When each container last said something of its work', latestLines, { refusals: [503] })
  async latestLines() {
    return { latest: [...(await this.lines.latest())].map(([container, atMs]) => ({ container, atMs })) };
  }
}
