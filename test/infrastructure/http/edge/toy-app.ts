import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import {
  BadRequestException,
  Body,
  Controller,
  ConflictException,
  Delete,
  Get,
  Ip,
  Module,
  NotFoundException,
  Param,
  Post,
  Query,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { BulkBody } from '../../../../src/infrastructure/http/edge/bulk-body.js';
import type { EdgeOptions } from '../../../../src/infrastructure/http/edge/edge-options.js';
import { createFastifyAdapter } from '../../../../src/infrastructure/http/edge/fastify-adapter.js';
import type { EdgeAdapter } from '../../../../src/infrastructure/http/edge/fastify-adapter.js';
import { ProblemError } from '../../../../src/infrastructure/http/edge/problem.js';
import * as schemas from '../../../../src/infrastructure/http/edge/schemas.js';
import { useEdge } from '../../../../src/infrastructure/http/edge/use-edge.js';

export class LeaseHeld extends Error {}

const claim = z.strictObject({
  ship: schemas.symbol,
  player: schemas.playerId,
  container: schemas.containerId.optional(),
  reason: schemas.reason.optional(),
  tags: z.array(z.string()).optional(),
  urgent: z.boolean().optional(),
  config: z.record(z.string(), z.unknown()).optional(),
});
const pageQuery = z.strictObject({ ...schemas.page, q: z.string().optional() });
type PageQuery = z.output<typeof pageQuery>;

@Controller('ships')
class ShipsController {
  @Get()
  list(@Query({ schema: pageQuery }) query: PageQuery) {
    return query;
  }

  @Get(':player/:symbol')
  one(
    @Param('player', { schema: schemas.playerIdText }) player: number,
    @Param('symbol', { schema: schemas.symbol }) symbol: string,
  ) {
    return { player, symbol };
  }

  @Get('at/log/:position')
  at(@Param('position', { schema: schemas.position }) position: bigint) {
    return { position: String(position) };
  }

  @Get('mine/from/here')
  address(@Ip() ip: string) {
    return { ip };
  }

  @Post('claims')
  claim(@Body({ schema: claim }) body: z.output<typeof claim>) {
    return body;
  }

  @Post('ping')
  ping() {
    return { ok: true };
  }

  @Post('graph')
  @BulkBody()
  graph(@Body({ schema: z.strictObject({ nodes: z.array(z.number()) }) }) body: { nodes: number[] }) {
    return { nodes: body.nodes.length };
  }

  @Delete('claims/:symbol')
  drop(@Param('symbol', { schema: schemas.symbol }) symbol: string) {
    return { symbol };
  }
}

@Controller('faults')
class FaultsController {
  @Get('bug')
  bug(): never {
    throw new Error('connect to /var/lib/secret.db failed: SELECT * FROM leases');
  }

  @Get('not-an-error')
  notAnError(): never {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw 'boom at /etc/passwd';
  }

  @Get('held')
  held(): never {
    throw new ProblemError({
      code: 'lease-held',
      status: 409,
      title: 'The ship is held',
      retryable: true,
      extensions: { currentHolder: 'scout-1', status: 200 },
      headers: { 'Retry-After': '3' },
    });
  }

  @Get('translated')
  translated(): never {
    throw new LeaseHeld();
  }

  @Get('missing')
  missing(): never {
    throw new NotFoundException('No ship COOPER-2.');
  }

  @Get('coded')
  coded(): never {
    throw new BadRequestException('Too late.', { errorCode: 'too-late' });
  }

  @Get('conflict')
  conflict(): never {
    throw new ConflictException('Somebody was first.');
  }

  @Get('bad')
  bad(): never {
    throw new BadRequestException('That cannot be.');
  }

  @Get('begun')
  begun(@Res() reply: FastifyReply): never {
    reply.raw.write('the first half, ');
    throw new Error('the second half is missing');
  }

  @Get('endless')
  endless(@Res() reply: FastifyReply) {
    reply.hijack();
    reply.raw.write('more will come');
  }

  @Get('unavailable')
  unavailable(): never {
    throw new ServiceUnavailableException('postgres at 10.0.0.7 is down');
  }
}

@Controller('docs')
class DocsController {
  @Get()
  docs() {
    return {};
  }
}

@Module({ controllers: [ShipsController, FaultsController, DocsController] })
class ToyModule {}

export interface ToyApp {
  readonly app: NestFastifyApplication;
  readonly adapter: EdgeAdapter;
  readonly port: number;
  /** Errors nobody foresaw, each with its request id. */
  readonly reported: { error: unknown; requestId: string }[];
}

/** A real application behind the real edge, listening on a free port of 127.0.0.1. */
export async function startToyApp(options: EdgeOptions = {}): Promise<ToyApp> {
  const reported: ToyApp['reported'] = [];
  const edge: EdgeOptions = {
    onUnforeseen: (error, requestId) => reported.push({ error, requestId }),
    translate: (error) =>
      error instanceof LeaseHeld ? new ProblemError({ code: 'lease-held', status: 409, title: 'Held' }) : undefined,
    ...options,
  };
  const adapter = createFastifyAdapter(edge);
  const app = await NestFactory.create<NestFastifyApplication>(ToyModule, adapter, { logger: false });
  useEdge(app, edge);
  await app.listen(0, '127.0.0.1');
  return { app, adapter, port: (app.getHttpServer().address() as AddressInfo).port, reported };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Everything the server sent. */
  readonly all: string;
}

function parse(all: string): RawAnswer | undefined {
  const end = all.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = all.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { status: Number(first.split(' ')[1]), headers, text: all.slice(end + 4), all };
}

/**
 * Writes bytes to the server as they are.
 * @returns the first answer, or `undefined` if the server hung up without one
 */
export function exchange(port: number, bytes: string | Buffer, untilClosed = false): Promise<RawAnswer | undefined> {
  return new Promise((resolve, reject) => {
    let all = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const settle = () => {
      resolve(parse(all));
      socket.destroy();
    };
    socket.setEncoding('latin1').on('data', (chunk) => {
      all += String(chunk);
      const answer = parse(all);
      const isWhole = answer && answer.text.length >= Number(answer.headers['content-length'] ?? Infinity);
      if (isWhole && !untilClosed) settle();
    });
    socket.on('close', settle);
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? settle() : reject(error)));
  });
}

/** One HTTP request as bytes, with a `Host` and, if there is a body, its length. */
export function requestBytes(line: string, headers: readonly string[] = [], body: string | Buffer = ''): Buffer {
  const named = (name: string) => headers.some((header) => header.toLowerCase().startsWith(`${name}:`));
  const bytes = Buffer.from(body);
  const head = [
    `${line} HTTP/1.1`,
    ...(named('host') ? [] : ['Host: 127.0.0.1']),
    ...headers,
    ...(bytes.length === 0 || named('content-length') || named('transfer-encoding')
      ? []
      : [`Content-Length: ${bytes.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}
