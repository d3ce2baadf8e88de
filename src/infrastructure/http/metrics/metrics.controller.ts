import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Scrape } from '../../metrics/scrape.js';

@Controller('metrics')
@ApiExcludeController()
export class MetricsController {
  constructor(@Inject(Scrape) private readonly scrape: Scrape) {}

  @Get()
  async metrics(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('Content-Type', this.scrape.contentType);
    return this.scrape.text();
  }
}
