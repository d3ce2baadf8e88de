import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What the pages tell; asked for at every request. */
export interface NodeStatus {
  readonly isReady: boolean;
  readonly version: string;
  readonly instanceId: string;
  readonly host: string;
  readonly port: number;
  readonly lastPosition: number;
  readonly uptimeMs: number;
}

/** What Prometheus reads. */
export type MetricsPage = () => Promise<{ readonly type: string; readonly text: string }>;

const json = { 'content-type': 'application/json; charset=utf-8' };
type Page = (response: ServerResponse, status: NodeStatus, method: string, url: URL) => void;

const pages: Readonly<Record<string, Page>> = {
  '/health/live': (response, { isReady }, method, url) => {
    if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
    response.writeHead(isReady ? liveCode(url) : 503).end();
  },
  '/ping': (response) => send(response, { msgTypeId: 0, text: 'Ping request successfully handled' }),
  '/info': (response, { version }) =>
    send(response, {
      esVersion: version,
      state: 'leader',
      features: { projections: false, userManagement: false, atomPub: false },
      authentication: { type: 'insecure', properties: {} },
    }),
  '/gossip': (response, { instanceId, host, port, lastPosition }) =>
    send(response, {
      members: [
        {
          instanceId,
          timeStamp: new Date().toISOString(),
          state: 'Leader',
          isAlive: true,
          httpEndPointIp: host,
          httpEndPointPort: port,
          lastCommitPosition: lastPosition,
          writerCheckpoint: lastPosition,
        },
      ],
      serverIp: host,
      serverPort: port,
    }),
  '/stats': (response, { uptimeMs, lastPosition }) => {
    const { rss, heapUsed } = process.memoryUsage();
    send(response, { proc: { id: process.pid, uptimeMs, mem: rss, heapUsed }, es: { lastPosition } });
  },
};

/** The few HTTP pages a client, a probe or a person may ask a node for. It does not listen: connections are handed to it. */
export function createStatusPages(status: () => NodeStatus, metrics: MetricsPage): Server {
  const server = createServer((request, response) => answer(request, response, status(), metrics));
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  server.keepAliveTimeout = 5_000;
  return server;
}

function answer(request: IncomingMessage, response: ServerResponse, status: NodeStatus, metrics: MetricsPage): void {
  request.resume();
  const url = new URL(request.url ?? '/', 'http://node');
  if (url.pathname === '/metrics') return void answerMetrics(response, metrics);
  const page = pages[url.pathname.toLowerCase()];
  const method = request.method ?? 'GET';
  if (page === undefined) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not Found');
  page(response, status, method, url);
}

async function answerMetrics(response: ServerResponse, metrics: MetricsPage): Promise<void> {
  try {
    const { type, text } = await metrics();
    response.writeHead(200, { 'content-type': type }).end(text);
  } catch {
    response.writeHead(500).end();
  }
}

/** A probe may ask for a code of its own, as `?liveCode=200`. */
function liveCode(url: URL): number {
  const asked = Number(url.searchParams.get('liveCode'));
  return Number.isInteger(asked) && asked >= 200 && asked < 600 ? asked : 204;
}

function send(response: ServerResponse, body: object): void {
  response.writeHead(200, json).end(JSON.stringify(body));
}
