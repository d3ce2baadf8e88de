import { Body, Get, HttpCode, Inject, Param, Post, Query, Res, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { LogLines } from '../../../application/containers/log-lines.js';
import { ContainerInLog } from '../../../application/custody/container-in-log.js';
import type { Clock } from '../../../application/ports/clock.js';
import type { ContainerLines, KeptLine, LinesAsked } from '../../../application/ports/container-lines.js';
import { CLOCK, CONTAINER_LINES } from '../../../application/ports/tokens.js';
import { ApiV1 } from '../asking/api.js';
import { Dispatcher } from '../asking/dispatcher.js';
import { Answers } from '../openapi/answers.js';
import { refusalProblem } from '../problems.js';
import { containerId } from '../schemas/asked.js';
import * as schemas from './log-schemas.js';

const lookAgainMs = 250;

/** What containers say of their own work. */
@ApiV1('containers', 'containers')
export class LogsController implements OnModuleDestroy {
  readonly #closing = new AbortController();

  constructor(
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(CONTAINER_LINES) private readonly kept: ContainerLines,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get(':id/logs')
  @Answers(
    'The newest lines of a container, oldest first; or what was said after a line, waited for',
    schemas.logPage,
    {
      refusals: [404, 503],
    },
  )
  async read(
    @Param('id', { schema: containerId }) id: string,
    @Query({ schema: schemas.readLogs }) query: z.output<typeof schemas.readLogs>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { level, since, waitMs, order, ...page } = query;
    const { container } = await this.dispatcher.query(new ContainerInLog(id));
    if (!container) throw refusalProblem({ type: 'UnknownContainer', containerId: id }, 0);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const lines = await this.#waitFor({ containerId: id, levels: level, sinceMs: since, ...page }, waitMs, gone.signal);
    const bodies = lines.map(lineBody);
    return { lines: order === 'desc' ? bodies.reverse() : bodies, next: nextOf(lines.at(-1) ?? page.after) };
  }

  @Post(':id/logs')
  @HttpCode(202)
  @Answers('What the worker of a container says of its work', schemas.linesTaken, { status: 202, refusals: [404] })
  async write(
    @Param('id', { schema: containerId }) id: string,
    @Body({ schema: schemas.logLines }) { token, lines }: z.output<typeof schemas.logLines>,
  ) {
    await this.dispatcher.command(new LogLines(id, token, lines));
    return { taken: lines.length };
  }

  onModuleDestroy(): void {
    this.#closing.abort();
  }

  async #waitFor(ask: LinesAsked, mostMs: number, gone: AbortSignal): Promise<readonly KeptLine[]> {
    const enough = AbortSignal.any([gone, this.#closing.signal]);
    const untilMs = this.clock.monotonicMs() + mostMs;
    for (;;) {
      const lines = await this.kept.read(ask);
      const leftMs = untilMs - this.clock.monotonicMs();
      if (lines.length > 0 || leftMs <= 0 || enough.aborted) return lines;
      await this.clock.sleep(Math.min(leftMs, lookAgainMs), enough);
    }
  }
}

function nextOf(seen: Pick<KeptLine, 'id' | 'count'> | undefined): string {
  return seen ? `${seen.id}.${seen.count}` : '0.0';
}

function lineBody({ firstAtMs, lastAtMs, attempt, level, text, count }: KeptLine) {
  return { atMs: firstAtMs, lastAtMs, attempt, level, text, count };
}
