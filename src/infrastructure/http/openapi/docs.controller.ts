import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Header, Inject, Param, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { failure } from '../problems.js';
import { ApiDocument } from './api-document.js';

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Holdfast API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script>SwaggerUIBundle({ url: '/docs-json', dom_id: '#swagger-ui', deepLinking: true });</script>
  </body>
</html>
`;

const assetTypes: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The page's parts come with the library that describes the API. */
function assetFolder(): string {
  const library = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));
  return dirname(library.resolve('swagger-ui-dist/package.json'));
}

@Controller()
@ApiExcludeController()
export class DocsController {
  constructor(@Inject(ApiDocument) private readonly document: ApiDocument) {}

  @Get('docs')
  @Header('Content-Type', 'text/html; charset=utf-8')
  page() {
    return page;
  }

  @Get('docs-json')
  json() {
    return this.document.get();
  }

  @Get('docs/:asset')
  async asset(@Param('asset') asset: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const type = Object.hasOwn(assetTypes, asset) ? assetTypes[asset] : undefined;
    if (type === undefined) throw failure('Unknown', 'There is nothing at this address');
    void reply.header('Cache-Control', 'max-age=86400');
    return new StreamableFile(await readFile(join(assetFolder(), asset)), { type });
  }
}
