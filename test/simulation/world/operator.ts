import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { BreakLease, LiftReservation, ReserveLease } from '../../../src/application/leases/operator-acts.js';
import { shipResource } from '../../../src/domain/lease/resource.js';
import type { Chance } from '../../support/interleaving.js';
import type { Door } from './door.js';
import type { Life } from './life.js';
import { player } from './simulated-daemon.js';
import type { Truth } from './truth.js';

export const operator = 'ada';
const reason = 'because';

/** Somebody who now and then stops what runs, breaks what is held, and keeps a ship for a while. */
export class Operator {
  constructor(
    private readonly life: Life,
    private readonly door: Door,
    private readonly truth: Truth,
    private readonly ships: readonly string[],
    private readonly chance: Chance,
  ) {}

  async act(number: number): Promise<void> {
    const resource = shipResource(player, this.chance.oneOf(this.ships));
    const about = { resource, operator, reason };
    const name = `operator ${number}`;
    switch (this.chance.below(3)) {
      case 0: {
        const live = [...this.truth.containers.keys()].filter((id) => !this.truth.isOver(id));
        if (live.length === 0) return;
        const ask = { containerId: this.chance.oneOf(live), reason, token: null, immediately: this.chance.with(0.3) };
        return void (await this.door.ask(name, (context) => new StopContainer(context, ask)));
      }
      case 1:
        return void (await this.door.ask(name, (context) => new BreakLease(context, about)));
      default: {
        const displaces = this.chance.with(0.5);
        await this.door.ask(name, (context) => new ReserveLease(context, { ...about, displaces }));
        await this.life.clock.sleep(5_000 + this.chance.next() * 20_000);
        await this.door.ask(`${name} lifts`, (context) => new LiftReservation(context, about));
      }
    }
  }
}
