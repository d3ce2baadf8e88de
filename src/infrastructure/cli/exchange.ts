import { request as plainly, type IncomingMessage } from 'node:http';
import { Failure } from './failure.js';

export interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** For the whole of it; absent: as long as it takes. */
  readonly timeoutMs: number | undefined;
  /** The Unix socket that the server is asked on; absent: the address says where. */
  readonly socket: string | undefined;
}

/**
 * One request and its answer. By `node:http`, because loading `fetch` alone takes longer than all the rest of a command:
 * 200 ms against 25 on a busy machine.
 */
export class Exchange {
  readonly #limit: AbortSignal | undefined;
  #response: IncomingMessage | undefined;

  constructor(
    private readonly url: URL,
    private readonly asked: Request,
  ) {
    this.#limit = asked.timeoutMs === undefined ? undefined : AbortSignal.timeout(asked.timeoutMs);
  }

  /** @throws Failure 5 when nobody answers, 124 when the time is over */
  async begin(): Promise<{ readonly status: number; readonly type: string }> {
    const { method, headers, body, socket } = this.asked;
    try {
      const request = this.url.protocol === 'https:' ? (await import('node:https')).request : plainly;
      this.#response = await new Promise<IncomingMessage>((resolve, reject) => {
        const where = socket === undefined ? {} : { socketPath: socket };
        const sent = request(this.url, { method, headers, ...where, ...(this.#limit && { signal: this.#limit }) });
        sent.once('response', resolve).once('error', reject);
        sent.end(body);
      });
    } catch (cause) {
      throw this.#failure(
        cause,
        `No Holdfast answers at ${this.#address}: start one with "holdfast start", or name another address with --url or HOLDFAST_URL.`,
      );
    }
    return { status: this.#response.statusCode ?? 0, type: this.#response.headers['content-type'] ?? '' };
  }

  /** The answer, piece by piece. @throws Failure as `begin` does, when it breaks off */
  async *pieces(): AsyncGenerator<string> {
    try {
      for await (const piece of this.#response?.setEncoding('utf8') ?? []) yield piece as string;
    } catch (cause) {
      throw this.#failure(cause, `The connection to ${this.#address} broke in the middle of an answer.`);
    }
  }

  async text(): Promise<string> {
    let text = '';
    for await (const piece of this.pieces()) text += piece;
    return text;
  }

  get #address(): string {
    return this.asked.socket === undefined ? this.url.origin : `unix:${this.asked.socket}`;
  }

  #failure(cause: unknown, otherwise: string): Failure {
    if (!this.#limit?.aborted) return new Failure(5, otherwise, { cause });
    const seconds = (this.asked.timeoutMs ?? 0) / 1_000;
    return new Failure(124, `No answer came within ${seconds} s; what was asked for may have been done.`, { cause });
  }
}
