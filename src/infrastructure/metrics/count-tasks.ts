import { Inject, Injectable } from '@nestjs/common';
import { RefusedClaims } from '../../application/agent-tasks/refused-claims.js';
import { METRICS, type Metrics } from './metrics.js';

@Injectable()
export class CountTasks {
  constructor(@Inject(METRICS) { taskClaimsRefused }: Metrics, @Inject(RefusedClaims) refusedClaims: RefusedClaims) {
    refusedClaims.onRefused = (word) => taskClaimsRefused.inc({ word });
  }
}
