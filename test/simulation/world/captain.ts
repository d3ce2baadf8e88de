import { StartContainer } from '../../../src/application/containers/start-container.js';
import type { JsonObject } from '../../../src/domain/kernel/json.js';
import type { Chance } from '../../support/interleaving.js';
import { startOf, type StartAsk } from '../../support/custody.js';
import type { InMemoryGame } from '../../support/in-memory-game.js';
import type { Door } from './door.js';
import type { Life } from './life.js';
import type { Truth } from './truth.js';

export type Order =
  | { readonly type: 'tour'; readonly markets: readonly string[]; readonly laps: number }
  | { readonly type: 'trade'; readonly units: number; readonly buyAt: string; readonly sellAt: string }
  | { readonly type: 'flight'; readonly to: string };

export const good = 'IRON_ORE';

/** Gives one ship its orders, one after the other, and sees to it that nothing bought is left aboard. */
export class Captain {
  isDone = false;
  #asked = 0;

  constructor(
    private readonly life: Life,
    private readonly door: Door,
    private readonly truth: Truth,
    private readonly game: InMemoryGame,
    private readonly chance: Chance,
    readonly ship: string,
    readonly orders: readonly Order[],
    /** Its clock and another machine's differ by no more. Milliseconds. */
    private readonly mostSkewMs: number,
  ) {}

  async run(): Promise<void> {
    for (const [index, order] of this.orders.entries()) await this.#carryOut(order, `${this.ship}-${index + 1}`);
    await this.#clearTheHold('the-end');
    this.isDone = true;
  }

  async #carryOut(order: Order, name: string): Promise<void> {
    switch (order.type) {
      case 'tour': {
        const { markets, laps } = order;
        return this.#toItsEnd(`tour-${name}`, 'ScoutTourCommand', { markets }, { maxIterations: laps });
      }
      case 'flight':
        return this.#toItsEnd(`flight-${name}`, 'navigate', { destination: order.to });
      case 'trade': {
        const { units, buyAt } = order;
        await this.#toItsEnd(`purchase-${name}`, 'purchase', { good, units, waypoint: buyAt });
        return this.#clearTheHold(name, order.sellAt);
      }
      default:
        return order satisfies never;
    }
  }

  /** One sale after the other, each taking over what the one before it left, until nothing is aboard and nothing is owed. */
  async #clearTheHold(name: string, waypoint = 'X1-GZ7-B2'): Promise<void> {
    for (let n = 1; ; n++) {
      const { cargo } = await this.game.ship(this.ship);
      const { owed, holder, open } = this.truth.ship(this.ship);
      const mayLandUntilMs = Math.max(0, ...[...open.values()].map(({ deadlineMs }) => deadlineMs + this.mostSkewMs));
      const leftMs = mayLandUntilMs - this.life.clock.nowMs();
      if (leftMs > 0) {
        await this.life.clock.sleep(leftMs);
        continue;
      }
      if (cargo.units === 0 && owed.size === 0) return;
      const takesOver = holder !== null && this.truth.isOver(holder) ? { containerId: holder } : null;
      await this.#toItsEnd(`sale-${name}-${n}`, 'sell', { good, waypoint }, { takesOver, adoptsObligations: true });
    }
  }

  async #toItsEnd(containerId: string, commandType: string, params: JsonObject, more: Partial<StartAsk> = {}) {
    const config = { command_type: commandType, params: { ship_symbol: this.ship, ...params } };
    const ask = startOf({
      ...{ containerId, containerType: 'command', commandType, config, ships: [this.ship], runner: 'daemon' },
      ...{ maxIterations: 1, ...more },
    });
    for (;;) {
      const name = `start ${containerId} ${++this.#asked}`;
      const { type } = await this.door.ask(name, (context) => new StartContainer(context, ask));
      if (type === 'Started' || type === 'AlreadyExists') break;
      await this.life.clock.sleep(2_000 + this.chance.next() * 3_000);
      // Who has the ship, and whom to take it over from, may be another by now.
      if (more.adoptsObligations) return;
    }
    await new Promise<void>((resolve) =>
      this.truth.whenOver(containerId, () => this.life.after(100, `${containerId} is over`, resolve)),
    );
  }
}

export function drawOrders(chance: Chance): readonly Order[] {
  const markets = ['X1-GZ7-A1', 'X1-GZ7-B2', 'X1-GZ7-C3', 'X1-GZ7-D4'];
  const shuffled = () => [...markets].map((each) => ({ each, at: chance.next() })).sort((a, b) => a.at - b.at);
  const some = (count: number) =>
    shuffled()
      .slice(0, count)
      .map(({ each }) => each);
  return Array.from({ length: 1 + chance.below(2) }, (): Order => {
    switch (chance.below(5)) {
      case 0:
        return { type: 'flight', to: chance.oneOf(markets) };
      case 1:
      case 2:
        return { type: 'tour', markets: some(2 + chance.below(2)), laps: 1 + chance.below(2) };
      default: {
        const [buyAt = '', sellAt = ''] = some(2);
        return { type: 'trade', units: 4 + chance.below(15), buyAt, sellAt };
      }
    }
  });
}
