import { Controller, Get, Inject, Param, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { failure } from '../problems.js';
import { PageFiles, type PageFile } from './page-files.js';

/** An asset's name holds the hash of its content, so under one name it never changes. */
const forEver = 'public, max-age=31536000, immutable';

@Controller()
@ApiExcludeController()
export class PageController {
  constructor(@Inject(PageFiles) private readonly files: PageFiles) {}

  @Get()
  async page(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const page = await this.files.file('index.html');
    if (!page) throw failure('Unknown', 'The page was not built. The API is at /docs.');
    return send(page, 'no-cache', request, reply);
  }

  @Get('assets/:name')
  async asset(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asset = await this.files.file(`assets/${name}`);
    if (!asset) throw failure('Unknown', 'There is nothing at this address');
    return send(asset, forEver, request, reply);
  }
}

function send(file: PageFile, caching: string, { headers }: FastifyRequest, reply: FastifyReply) {
  void reply.header('Cache-Control', caching).header('ETag', file.etag).header('Vary', 'Accept-Encoding');
  if (headers['if-none-match'] === file.etag) {
    void reply.status(304);
    return undefined;
  }
  const gzipped = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  if (gzipped) void reply.header('Content-Encoding', 'gzip');
  return new StreamableFile(gzipped ? file.gzipped : file.plain, { type: file.type });
}
