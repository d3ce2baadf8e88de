import { Inject, Injectable } from '@nestjs/common';
import { HeardHeartbeats } from '../../application/liveness/heard-heartbeats.js';
import { METRICS, type Metrics } from './metrics.js';

/** Holders that renew late are seen before they are expired. */
@Injectable()
export class CountRenewals {
  constructor(
    @Inject(METRICS) { leaseRenewMargin, leaseRenewMarginRatio }: Metrics,
    @Inject(HeardHeartbeats) heard: HeardHeartbeats,
  ) {
    heard.onRenewal = ({ leftMs, ttlMs }) => {
      leaseRenewMargin.observe(leftMs / 1_000);
      leaseRenewMarginRatio.observe(leftMs / ttlMs);
    };
  }
}
