import type { FastifyInstance } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../actions/refusal.js';
import type { World } from '../state/world.js';
import type { Fault, Faults } from './faults.js';
import { RateLimit } from './rate-limit.js';
import type { Tokens } from './tokens.js';
import { limitHeaders, noLimitHeaders, tooMany } from './too-many.js';

declare module 'fastify' {
  interface FastifyRequest {
    fault: Fault | undefined;
  }
}

export interface Disturbances {
  readonly world: World;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly rateLimit: boolean;
  /** Ends the waiting of slow answers. */
  readonly closing: AbortSignal;
}

const html = (title: string) => `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;

/** The limit of calls, and what the controls let go wrong. No answer leaves before what it tells is on the disk. */
export function disturb(app: FastifyInstance, { world, tokens, faults, rateLimit, closing }: Disturbances): void {
  const limit = new RateLimit();
  app.decorateRequest('fault', undefined);

  app.addHook('onRequest', async (request, reply) => {
    if (!rateLimit) {
      reply.headers(noLimitHeaders);
      return;
    }
    const now = Date.now();
    const verdict = limit.ask(request.ip, tokens.accountOf(request.headers.authorization), now);
    if (verdict.allowed) {
      reply.headers(limitHeaders(verdict));
      return;
    }
    const { headers, body } = tooMany(verdict, now);
    return reply.status(429).headers(headers).send(body);
  });

  app.addHook('onRequest', async (request, reply) => {
    const [path = ''] = request.url.split('?');
    const fault = (request.fault = faults.strike(request.method, path));
    if (fault?.kind === 'error-before') throw new Refusal(500, 3000, 'The server could not build its answer.');
    if (fault?.kind !== 'rate-limit') return;
    if (!fault.headers) return reply.status(429).type('text/html').send(html('429 Too Many Requests'));
    const now = Date.now();
    const { headers, body } = tooMany({ type: 'IP Address', remaining: 0, resetAt: now + 1_000 }, now);
    return reply.status(429).headers(headers).send(body);
  });

  // Once the body is there, so that it makes no difference whether the caller stays.
  app.addHook('preHandler', async ({ fault }) => {
    if (fault?.kind === 'late') await sleep(fault.delayMs, undefined, { signal: closing });
  });

  app.addHook('onSend', async (request, reply, payload) => {
    await world.settled();
    const { fault } = request;
    if (fault?.kind === 'slow') await sleep(fault.delayMs, undefined, { signal: closing }).catch(() => undefined);
    if (fault?.kind === 'lose-answer') request.raw.socket.destroy();
    if (fault?.kind !== 'error-after') return payload;
    reply.status(502).type('text/html').removeHeader('content-length');
    return html('502 Bad Gateway');
  });
}
