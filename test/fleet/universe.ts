/** One change that the simulated universe made, as its control tells it. */
export interface Mutation {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  readonly at: string;
  readonly agent: string | null;
  readonly ship: string | null;
  readonly action: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface ShipNow {
  readonly symbol: string;
  readonly status: string;
  readonly waypoint: string;
  readonly fuelCapacity: number;
  readonly capacity: number;
  readonly cargo: readonly { readonly good: string; readonly units: number }[];
}

export interface MarketNow {
  readonly symbol: string;
  readonly goods: readonly string[];
}

export type FaultKind = 'lose-answer' | 'error-before' | 'error-after' | 'rate-limit' | 'slow' | 'late';

export interface FaultToArm {
  readonly kind: FaultKind;
  readonly times?: number;
  readonly method?: string;
  readonly path?: string;
  readonly delayMs?: number;
  readonly headers?: boolean;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- answers of the game are read as they come */

/** A simulated universe as a test reaches it: its controls, and the game as the owner of the fleet sees it. */
export class Universe {
  constructor(
    /** Without a path. */
    readonly url: string,
    /** Of the agent whose ships fly. */
    public token = '',
  ) {}

  async control(path: string, body?: object, method = body ? 'POST' : 'GET'): Promise<any> {
    const response = await fetch(`${this.url}/_control/${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the control ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }

  /** Gives ships to the agent and takes its token. */
  async give(fleet: object): Promise<void> {
    const { token } = (await this.control('fleet', fleet)) as { token: string };
    this.token = token;
  }

  async journal(): Promise<readonly Mutation[]> {
    const { mutations } = (await this.control('journal')) as { mutations: readonly Mutation[] };
    return mutations;
  }

  async arm(fault: FaultToArm): Promise<void> {
    await this.control('faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.control('faults', undefined, 'DELETE');
  }

  async ships(): Promise<readonly ShipNow[]> {
    const ships = (await this.#pages('/my/ships')).map(({ symbol, nav, fuel, cargo }: any): ShipNow => ({
      symbol,
      status: nav.status,
      waypoint: nav.waypointSymbol,
      fuelCapacity: fuel.capacity,
      capacity: cargo.capacity,
      cargo: cargo.inventory.map(({ symbol: good, units }: any) => ({ good, units })),
    }));
    return ships;
  }

  /** Markets where more than fuel is traded, by symbol. */
  async markets(system: string): Promise<readonly MarketNow[]> {
    const places = await this.#pages(`/systems/${system}/waypoints?traits=MARKETPLACE`);
    const markets = await Promise.all(
      places
        .filter(({ type }: any) => type !== 'FUEL_STATION')
        .map(async ({ symbol }: any): Promise<MarketNow> => {
          const { exports, imports, exchange } = await this.#game(`/systems/${system}/waypoints/${symbol}/market`);
          return { symbol, goods: [...exports, ...imports, ...exchange].map((good: any) => good.symbol) };
        }),
    );
    return markets.sort((one, other) => (one.symbol < other.symbol ? -1 : 1));
  }

  async #pages(path: string): Promise<any[]> {
    const all: any[] = [];
    for (let page = 1; ; page += 1) {
      const more = await this.#game(`${path}${path.includes('?') ? '&' : '?'}limit=20&page=${page}`);
      all.push(...more);
      if (more.length < 20) return all;
    }
  }

  async #game(path: string): Promise<any> {
    const response = await fetch(`${this.url}/v2${path}`, { headers: { authorization: `Bearer ${this.token}` } });
    if (!response.ok) throw new Error(`the game answered ${path} with ${response.status}`);
    return ((await response.json()) as { data: unknown }).data;
  }
}
