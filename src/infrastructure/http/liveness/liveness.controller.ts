import { Get, Inject } from '@nestjs/common';
import { HealthWatch } from '../../../application/health/health-watch.js';
import { ShowLiveness } from '../../../application/liveness/liveness.js';
import { ApiV1 } from '../asking/api.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { RefusalCounts } from '../asking/refusal-counts.js';
import { Answers } from '../openapi/answers.js';
import { livenessBody } from './liveness-body.js';
import { liveness } from './liveness-schemas.js';

@ApiV1('liveness', 'health')
export class LivenessController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(HealthWatch) private readonly health: HealthWatch,
    @Inject(RefusalCounts) private readonly refusals: RefusalCounts,
  ) {}

  @Get()
  @Answers(
    'How this process watches over the leases and the fleet, and how often it refused a command since its start',
    liveness,
  )
  async show() {
    return livenessBody(await this.dispatcher.query(new ShowLiveness()), this.health.status, this.refusals);
  }
}
