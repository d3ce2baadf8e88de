import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ReportFleet } from '../../../application/health/fleet-report.js';
import { ShowLiveness } from '../../../application/liveness/show-liveness.js';
import type { Clock } from '../../../application/ports/clock.js';
import { CLOCK } from '../../../application/ports/tokens.js';
import { BootRecovery } from '../../../application/runtime/recovery/boot-recovery.js';
import { verdicts } from '../../../domain/health/verdict.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { failure } from '../problems.js';
import { instant } from '../schemas/answered.js';
import { VERSION } from './product.js';
import { ReadinessCheck } from './readiness.js';

const health = z.object({
  status: z.literal('ok'),
  timestamp: z.string(),
  version: z.string(),
  uptimeS: z.int(),
  recovering: z.boolean().meta({ description: 'What an earlier run left is still being taken over' }),
  lastSweepAtMs: instant.nullable(),
  containers: z
    .object({
      live: z.int(),
      running: z.int(),
      verdicts: z.record(z.enum(verdicts), z.int()),
      blocked: z.array(z.string()),
    })
    .nullable()
    .meta({ description: 'Null while the views cannot say' }),
});
const live = z.object({ status: z.literal('ok') });
const ready = z.object({
  status: z.enum(['ready', 'degraded']),
  eventStore: z.enum(['up', 'down']),
  database: z.enum(['up', 'down']),
  projections: z.enum(['alive', 'folding', 'not-alive']),
  recovery: z.enum(['off', 'waiting', 'unbalanced', 'balanced']),
});

@Controller()
@ApiTags('health')
export class HealthController {
  constructor(
    @Inject(ReadinessCheck) private readonly readiness: ReadinessCheck,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(BootRecovery) private readonly recovery: BootRecovery,
    @Inject(VERSION) private readonly version: string,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('health')
  @Answers('The process answers, and what its fleet looks like', health)
  async health() {
    const [containers, { sweep }] = await Promise.all([
      this.dispatcher.query(new ReportFleet()),
      this.dispatcher.query(new ShowLiveness()),
    ]);
    return {
      status: 'ok',
      timestamp: new Date(this.clock.nowMs()).toISOString(),
      version: this.version,
      uptimeS: Math.round(process.uptime()),
      recovering: this.recovery.status.state === 'waiting' || this.recovery.status.state === 'unbalanced',
      lastSweepAtMs: sweep.lastRunAtMs,
      containers,
    };
  }

  @Get('livez')
  @Answers('The process is alive', live)
  live() {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Answers('The process can do its work; `degraded`: without the views', ready, { refusals: [503] })
  async ready() {
    const { missing, ...parts } = await this.readiness.look();
    if (missing.length > 0) {
      throw failure('NotReady', `Not ready: ${missing.join(', ')}`, {
        extensions: { missing, ...parts },
        retryAfterMs: 1_000,
      });
    }
    const whole = parts.database === 'up' && parts.projections === 'alive';
    return { status: whole ? 'ready' : 'degraded', ...parts };
  }
}
