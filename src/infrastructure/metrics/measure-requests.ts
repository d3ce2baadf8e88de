import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.js';

/**
 * Times every request by its route's pattern, never by the path that was asked for. Call before routes are added. What
 * stays open for as long as somebody listens is not timed.
 */
export function measureRequests(server: Pick<FastifyInstance, 'addHook'>, { httpDuration }: Metrics): void {
  server.addHook('onResponse', (request, reply, done) => {
    done();
    if (String(reply.getHeader('content-type') ?? '').startsWith('text/event-stream')) return;
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    const labels = { route, method: request.method, status: String(reply.statusCode) };
    httpDuration.observe(labels, reply.elapsedTime / 1_000);
  });
}
