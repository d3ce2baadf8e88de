/** An answer as a test reads it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

type Send = (path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<HttpAnswer>;

export interface Asker {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  readonly post: Send;
  readonly put: Send;
  readonly delete: Send;
}

/** Asks a server over HTTP; paths without a leading slash lie under `/api/v1/`. */
export function asker(url: string): Asker {
  const send = async (method: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${url}${path.startsWith('/') ? path : `/api/v1/${path}`}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text };
  };
  return {
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
    delete: (path, body, headers) => send('DELETE', path, body, headers),
  };
}
