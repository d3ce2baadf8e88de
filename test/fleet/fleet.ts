import { randomUUID } from 'node:crypto';
import type { HttpAnswer } from '../support/http.js';
import { untilAnswered, type Door } from './asking.js';
import type { Order } from './judge/work.js';
import type { FleetPlan, Tour, Trade } from './plan.js';

const player = 1;
const lookAgainMs = 200;
const over = ['COMPLETED', 'FAILED', 'STOPPED'];
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Whoever commands the fleet from outside: probes tour for ever, haulers buy and sell, one container after the other. It
 * outlives every server. Each order has a name of its own, so that asking for it again is harmless.
 */
export class Fleet {
  readonly #orders = new Map<string, Order>();
  readonly #refusals: string[] = [];
  readonly #hauling: Promise<void>[] = [];
  #isEnding = false;

  constructor(
    private readonly door: Door,
    private readonly plan: FleetPlan,
  ) {}

  get orders(): readonly Order[] {
    return [...this.#orders.values()];
  }

  /** What the server would not do, or what did not come to its proper end. */
  get refusals(): readonly string[] {
    return this.#refusals;
  }

  async begin(): Promise<void> {
    await Promise.all(this.plan.tours.map((tour) => this.#scout(tour)));
    for (const trade of this.plan.trades) {
      const hauling = this.#haul(trade).catch(
        (error: unknown) => void this.#refusals.push(`${trade.ship}: ${String(error)}`),
      );
      this.#hauling.push(hauling);
    }
  }

  /** Haulers sell what they have bought, probes are stopped; resolves when all of it is over. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#hauling);
    await Promise.all(
      this.plan.tours.map(async ({ ship }) => {
        await this.#ask('containers/' + tourId(ship) + '/stop', { reason: 'the storm is over' }, `stop-${ship}`);
        await this.#end(tourId(ship));
      }),
    );
  }

  async #scout({ ship, markets }: Tour): Promise<void> {
    const id = tourId(ship);
    const params = { ship_symbol: ship, player_id: player, system: this.plan.system, markets };
    await this.#start({ id, ship, kind: 'tour', markets }, 'SCOUT_TOUR', 'ScoutTourCommand', params, {
      iterations: -1,
    });
  }

  async #haul({ ship, good, units, from, to }: Trade): Promise<void> {
    for (let round = 1; !this.#isEnding; round += 1) {
      const [buy, sell] = [`buy-${ship}-${round}`, `sell-${ship}-${round}`];
      const bought = { ship_symbol: ship, good, units, waypoint: from };
      await this.#start({ id: buy, ship, kind: 'buy', units }, 'PURCHASE', 'purchase', bought);
      await this.#completed(buy);
      const takeover = { takeover: { container: buy }, adoptObligations: true };
      const sold = { ship_symbol: ship, good, waypoint: to };
      await this.#start({ id: sell, ship, kind: 'sell', units }, 'TRADING', 'sell', sold, takeover);
      await this.#completed(sell);
    }
  }

  async #start(
    order: Omit<Order, 'acknowledged'>,
    type: string,
    commandType: string,
    params: object,
    more: object = {},
  ): Promise<void> {
    this.#orders.set(order.id, { ...order, acknowledged: false });
    const config = { command_type: commandType, params };
    const body = { player, id: order.id, type, ships: [order.ship], runner: 'daemon', config, ...more };
    const { status, body: answer } = await this.#ask('containers', body, `start-${order.id}`);
    if (status === 201) this.#orders.set(order.id, { ...order, acknowledged: true });
    else throw new Error(`${order.id} was refused with ${status}: ${answer.code} ${answer.detail}`);
  }

  #ask(path: string, body: object, key: string): Promise<HttpAnswer> {
    const headers = { 'idempotency-key': `${key}-${runKey}` };
    return untilAnswered(this.door, (server) => server.post(path, body, headers));
  }

  async #completed(id: string): Promise<void> {
    const { status, lastError } = await this.#end(id);
    if (status !== 'COMPLETED') throw new Error(`${id} is ${status}: ${lastError}`);
  }

  async #end(id: string): Promise<{ readonly status: string; readonly lastError: string | null }> {
    for (;;) {
      const { status, body } = await untilAnswered(this.door, (server) => server.get(`containers/${id}`));
      if (status === 200 && over.includes(body.container.status as string)) return body.container;
      await wait(lookAgainMs);
    }
  }
}

const runKey = randomUUID();

export function tourId(ship: string): string {
  return `tour-${ship}`;
}
