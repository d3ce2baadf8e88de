import { Controller, Get, Inject, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { shownPrefixes } from '../../../domain/streams.js';
import { ProblemError } from '../edge/problem.js';
import { Answers } from '../openapi/answers.js';
import { LiveStreams } from './live-streams.js';
import * as schemas from './stream-schemas.js';

@Controller('api/v1/stream')
@ApiTags('events')
export class StreamController {
  constructor(@Inject(LiveStreams) private readonly live: LiveStreams) {}

  @Get()
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The last `id` received: goes on after it, without loss and without repeats',
    schema: { type: 'string', pattern: '^(0|[1-9][0-9]*)$' },
  })
  @Answers(
    'The log as it grows, as server-sent events: `id` is the position, `data` the event; `event: end` says why it ends',
    schemas.streamedEvent,
    { refusals: [422, 503] },
  )
  async follow(
    @Query({ schema: schemas.followStream })
    { after, player, streams = [...shownPrefixes] }: z.output<typeof schemas.followStream>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const from = lastEventIdOf(request) ?? after;
    void reply.header('X-Accel-Buffering', 'no');
    const type = 'text/event-stream; charset=utf-8';
    if (request.method === 'HEAD') return new StreamableFile(Buffer.alloc(0), { type });
    return new StreamableFile(await this.live.open({ after: from, player, streamPrefixes: streams }), { type });
  }
}

function lastEventIdOf({ headers }: FastifyRequest): bigint | undefined {
  const { data, error } = schemas.lastEventId.safeParse(headers['last-event-id']);
  if (!error) return data;
  const message = 'Must be an id that this stream sent.';
  throw new ProblemError({
    status: 422,
    code: 'validation',
    title: 'The request does not fit its schema',
    detail: `header Last-Event-ID: ${message}`,
    errors: [{ in: 'header', pointer: '/last-event-id', rule: 'validation', message }],
  });
}
