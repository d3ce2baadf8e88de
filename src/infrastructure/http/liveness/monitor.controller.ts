import { Body, HttpCode, Inject, Post } from '@nestjs/common';
import type { z } from 'zod';
import { Liveness } from '../../../application/liveness/liveness.js';
import { ApiV1 } from '../asking/api.js';
import { Answers } from '../openapi/answers.js';
import { sweptBody } from './liveness-body.js';
import { sweepNow, swept } from './liveness-schemas.js';

@ApiV1('monitor', 'health')
export class MonitorController {
  constructor(@Inject(Liveness) private readonly liveness: Liveness) {}

  @Post('sweep')
  @HttpCode(200)
  @Answers('Look for silent, dead and half-made holders now, or only say what would be done', swept)
  async sweep(@Body({ schema: sweepNow }) { dryRun }: z.output<typeof sweepNow>) {
    return sweptBody(await this.liveness.sweepNow(dryRun), dryRun);
  }
}
