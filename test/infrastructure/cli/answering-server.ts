import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Said {
  readonly status?: number;
  readonly type?: string;
  readonly body?: unknown;
  /** Never answers. */
  readonly silent?: true;
  /** Cuts the connection after the body has begun. */
  readonly cut?: true;
}

export interface AnsweringServer {
  readonly url: string;
  readonly heard: readonly Heard[];
  /** Resolves with the next request. */
  asked(): Promise<void>;
  close(): Promise<void>;
}

/** A server of a few lines that says whatever a test wants to see the command cope with. */
export async function answeringServer(answer: (heard: Heard) => Said | Promise<Said>): Promise<AnsweringServer> {
  const heard: Heard[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    const respond = async (): Promise<void> => {
      const { method = '', url = '', headers } = request;
      heard.push({ method, url, headers, body });
      for (const resolve of waiting.splice(0)) resolve();
      const said = await answer({ method, url, headers, body });
      if (said.silent) return;
      const status = said.status ?? 200;
      const type = said.type ?? (status < 400 ? 'application/json' : 'application/problem+json');
      response.writeHead(status, { 'content-type': type });
      const text = typeof said.body === 'string' ? said.body : JSON.stringify(said.body);
      if (!said.cut) response.end(text);
      else response.write(text, () => response.destroy());
    };
    request.on('end', () => void respond());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    asked: () => new Promise((resolve) => waiting.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A problem as the API words it. */
export function problem(status: number, code: string, detail: string, more: object = {}): Said {
  return {
    status,
    body: { type: `urn:holdfast:problem:${code}`, title: code, status, detail, code, retryable: false, ...more },
  };
}

export const noShips = { ships: [], next: null, position: '0', ageMs: 0 };

/** A ship as the API has it, held by an agent unless told otherwise. */
export function shipOf(symbol: string, more: object = {}) {
  return {
    player: 2,
    symbol,
    status: 'active',
    holder: { kind: 'agent', id: 'agent-7', attempt: 1 },
    container: null,
    containerStatus: null,
    token: 3,
    operation: 'mining',
    ttlMs: 30_000,
    assignedAtMs: Date.now() - 7_200_000,
    releasedAtMs: null,
    releaseReason: null,
    reservationReason: null,
    previous: null,
    freeFromMs: null,
    obligations: [],
    effects: [],
    updatedAtMs: Date.now(),
    revision: '4',
    ...more,
  };
}
