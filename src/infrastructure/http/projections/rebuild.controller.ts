import { Body, Controller, HttpCode, Inject, Post, Req, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Answers } from '../openapi/answers.js';
import { failure } from '../problems.js';
import { rebuildLine, rebuildViews } from './projection-schemas.js';
import { rebuildStream } from './rebuild-stream.js';
import { REBUILDS, type Rebuilds } from './rebuilds.js';

@Controller('api/v1/projections')
@ApiTags('projections')
export class RebuildController {
  constructor(@Inject(REBUILDS) private readonly rebuilds: Rebuilds) {}

  @Post('rebuild')
  @HttpCode(200)
  @Answers('Make views anew from the log, or only compare; one JSON object a line, `Done` last', rebuildLine, {
    refusals: [404],
  })
  rebuild(
    @Body({ schema: rebuildViews }) { view, all: _all, ...ask }: z.output<typeof rebuildViews>,
    @Req() { id }: FastifyRequest,
  ) {
    const { views } = this.rebuilds;
    if (view !== undefined && !views.includes(view)) {
      throw failure('Unknown', `There is no view ${view}; there are ${views.join(', ')}`);
    }
    const chosen = view === undefined ? views : [view];
    return new StreamableFile(rebuildStream(this.rebuilds, chosen, ask, id), { type: 'application/x-ndjson' });
  }
}
