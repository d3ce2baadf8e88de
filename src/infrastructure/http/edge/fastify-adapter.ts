import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AllowedMethods } from './allowed-methods.js';
import { bodyClassOf } from './bulk-body.js';
import { answerClientError } from './client-error.js';
import { bodyLimitsOf } from './edge-options.js';
import type { EdgeOptions } from './edge-options.js';
import { edgeProblem } from './edge-problems.js';
import { explainError } from './explain-error.js';
import { checkHost, checkOrigin, hostSet, isWrite } from './host-and-origin.js';
import { parseJsonBody } from './json-body.js';
import type { ProblemError } from './problem.js';
import { requestIdOf } from './request-id.js';
import { checkBodyType, checkHeaders, checkParameters, checkUrl, mostHeaderFields } from './request-rules.js';
import { setSecurityHeaders } from './security-headers.js';
import { sendProblem } from './send-problem.js';

const longestParameter = 1024;
const pathOf = (url: string) => url.split('?', 1)[0] ?? url;

/** The adapter with the edge in front of it. */
export class EdgeAdapter extends FastifyAdapter {
  #draining = false;

  /** From now on every write is refused with 503, until the server is closed. */
  startDraining(): void {
    this.#draining = true;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** The edge has its own parser, the only one. */
  override registerParserMiddleware(): void {}
}

function serverOptions({ timeouts = {}, docsPath = '/docs' }: EdgeOptions) {
  return {
    genReqId: requestIdOf,
    requestIdHeader: false as const,
    forceCloseConnections: true,
    return503OnClosing: false,
    requestTimeout: timeouts.request ?? 30_000,
    keepAliveTimeout: timeouts.keepAlive ?? 5_000,
    http: {
      maxHeaderSize: 16_384,
      headersTimeout: timeouts.headers ?? 10_000,
      connectionsCheckingInterval: timeouts.checkEvery ?? 1_000,
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: longestParameter },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      setSecurityHeaders(reply.raw, '', docsPath);
      reply.raw.setHeader('X-Request-Id', request.id);
      sendProblem(reply, explainError(error) ?? edgeProblem('internal'), request.id);
    },
  };
}

function noRoute(request: FastifyRequest, methods: AllowedMethods): ProblemError {
  const allowed = methods.of(pathOf(request.url));
  if (allowed.length === 0) return edgeProblem('not-found');
  return edgeProblem('method-not-allowed', undefined, { headers: { Allow: allowed.join(', ') } });
}

/**
 * The HTTP server with everything that stands between the socket and a controller: limits, host and origin, headers,
 * addresses, bodies. `useEdge` completes it on the Nest side.
 */
export function createFastifyAdapter(options: EdgeOptions = {}): EdgeAdapter {
  const adapter = new EdgeAdapter(serverOptions(options));
  const server = adapter.getInstance();
  const limits = bodyLimitsOf(options);
  const hosts = hostSet(options.allowedHosts ?? []);
  const methods = new AllowedMethods();

  server.server.maxConnections = options.maxConnections ?? 512;
  server.server.maxHeadersCount = mostHeaderFields + 1;

  server.addHook('onRoute', (route) => {
    methods.add(route.url, [route.method].flat());
    route.bodyLimit = limits[bodyClassOf(route.config)].bytes;
  });

  server.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(reply.raw, pathOf(request.url), options.docsPath ?? '/docs');
    reply.raw.setHeader('X-Request-Id', request.id);
    checkHeaders(request.raw.rawHeaders);
    checkUrl(request.url);
    checkHost(request.headers.host, hosts);
    checkOrigin(request.method, request.headers);
    if (adapter.isDraining && isWrite(request.method)) {
      throw edgeProblem('draining', undefined, { headers: { 'Retry-After': '5' } });
    }
    done();
  });

  server.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.is404) throw noRoute(request, methods);
    checkParameters('path', request.params);
    checkParameters('query', request.query);
    checkBodyType(request.method, request.headers);
    done(null, payload);
  });

  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    done(null, parseJsonBody(body as Buffer, limits[bodyClassOf(request.routeOptions.config)]));
  });
  return adapter;
}
