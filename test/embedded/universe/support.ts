import { startUniverse, type RunningUniverse, type UniverseOptions } from '../../../src/embedded/universe/server.js';

/** What an answer holds is said by the assertions. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Loose;
}

/** A caller of the game and of its controls, by real HTTP. */
export class Caller {
  token: string | undefined;

  constructor(
    readonly url: string,
    readonly agent = 'TESTER',
  ) {}

  async ask(method: string, path: string, body?: object, token = this.token): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  }

  get = (path: string) => this.ask('GET', `/v2${path}`);
  post = (path: string, body?: object) => this.ask('POST', `/v2${path}`, body);
  patch = (path: string, body?: object) => this.ask('PATCH', `/v2${path}`, body);
  control = (path: string, body?: object) => this.ask('POST', `/_control/${path}`, body);

  async data(path: string): Promise<Loose> {
    return (await this.get(path)).body.data;
  }

  /** What was committed by ships, in order. */
  async deeds(action?: string): Promise<Loose[]> {
    const { mutations } = (await this.ask('GET', '/_control/journal')).body;
    return mutations.filter((each: Loose) => (action ?? each.action) === each.action);
  }

  async register(): Promise<Loose> {
    const { body } = await this.post('/register', { symbol: this.agent, faction: 'COSMIC' });
    this.token = body.data.token;
    return body.data;
  }

  /** Lets the time of a flight pass. */
  async land(ship: string): Promise<void> {
    const { route } = await this.data(`/my/ships/${ship}/nav`);
    const { now } = (await this.ask('GET', '/_control/clock')).body;
    const left = Date.parse(route.arrival) - Date.parse(now);
    if (left > 0) await this.control('clock', { stepMs: left });
  }

  /** Flies as the game wants it, from wherever it is, and docks. */
  async bring(ship: string, waypointSymbol: string): Promise<void> {
    await this.land(ship);
    await this.post(`/my/ships/${ship}/orbit`);
    await this.post(`/my/ships/${ship}/navigate`, { waypointSymbol });
    await this.land(ship);
    await this.post(`/my/ships/${ship}/dock`);
  }
}

const running: RunningUniverse[] = [];

/** A universe in this process; ended by `endUniverses`. Its clock stands still, and there is no limit of calls. */
export async function universe(options: Partial<UniverseOptions> = {}): Promise<RunningUniverse> {
  const started = await startUniverse({ port: 0, timeFactor: 1, rateLimit: false, ...options });
  running.push(started);
  return started;
}

export async function endUniverses(): Promise<void> {
  await Promise.all(running.splice(0).map((each) => each.stop()));
}

/** A new universe with an agent, and a clock that only a test moves. */
export async function newGame(options: Partial<UniverseOptions> = {}): Promise<Caller> {
  const { url } = await universe(options);
  const caller = new Caller(url);
  await caller.control('clock', { frozen: true });
  await caller.register();
  return caller;
}
