import { get, type IncomingMessage } from 'node:http';
import { eventually } from './eventually.js';

export interface SourceEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** What a browser's EventSource makes of an event stream, over a socket that a test can pause and cut. */
export interface EventSource {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: readonly SourceEvent[];
  /** Everything received, comments too. */
  text(): string;
  lastEventId(): string;
  readonly ended: boolean;
  /** The data of every event of the log so far. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  facts(): any[];
  until(count: number): Promise<void>;
  pause(): void;
  resume(): void;
  /** Cuts the connection. */
  close(): void;
}

export async function openEventSource(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventSource> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, agent: false }, resolve).on('error', reject);
  });
  const events: SourceEvent[] = [];
  let received = '';
  let rest = '';
  let id = '';
  let ended = false;
  response.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => /^([a-z]*): ?(.*)$/.exec(line));
      const last = (name: string) => fields.findLast((field) => field?.[1] === name)?.[2];
      id = last('id') ?? id;
      const data = last('data');
      if (data !== undefined) events.push({ id, event: last('event') ?? 'message', data });
    }
  });
  response.on('error', () => undefined).on('close', () => (ended = true));
  const facts = () => events.filter(({ event }) => event === 'message').map(({ data }) => JSON.parse(data) as unknown);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    text: () => received,
    lastEventId: () => id,
    get ended() {
      return ended;
    },
    facts,
    until: (count) =>
      eventually(() => {
        if (facts().length < count) throw new Error(`${facts().length} of ${count} events came`);
      }),
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close: () => response.destroy(),
  };
}
