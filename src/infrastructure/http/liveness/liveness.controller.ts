import { Body, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { z } from 'zod';
import { HealthWatch } from '../../../application/health/health-watch.js';
import { Liveness } from '../../../application/liveness/liveness.js';
import { ShowLiveness } from '../../../application/liveness/show-liveness.js';
import { ApiV1 } from '../asking/api.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { RefusalCounts } from '../asking/refusal-counts.js';
import { Answers } from '../openapi/answers.js';
import { livenessBody, sweptBody } from './liveness-body.js';
import { liveness, sweepNow, swept } from './liveness-schemas.js';

@ApiV1('liveness', 'health')
export class LivenessController {
  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(Liveness) private readonly loops: Liveness,
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

  @Post('sweep')
  @HttpCode(200)
  @Answers('Look for silent, dead and half-made holders now, or only say what would be done', swept)
  async sweep(@Body({ schema: sweepNow }) { dryRun }: z.output<typeof sweepNow>) {
    return sweptBody(await this.loops.sweepNow(dryRun), dryRun);
  }
}
