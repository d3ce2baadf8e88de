import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { Clock } from '../../../application/ports/clock.js';
import { CLOCK } from '../../../application/ports/tokens.js';
import { Answers } from '../openapi/answers.js';
import { failure } from '../problems.js';
import { ReadinessCheck } from './readiness.js';

const health = z.object({ status: z.literal('ok'), timestamp: z.string() });
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
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('health')
  @Answers('The process answers', health)
  health() {
    return { status: 'ok', timestamp: new Date(this.clock.nowMs()).toISOString() };
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
