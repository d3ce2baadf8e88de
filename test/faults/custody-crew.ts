import type { Command } from '@nestjs/cqrs';
import type { Answer } from '../../src/application/answer.js';
import { EndContainer } from '../../src/application/containers/end-container.js';
import { RestartContainer } from '../../src/application/containers/restart-container.js';
import { StartContainer } from '../../src/application/containers/start-container.js';
import { StopContainer } from '../../src/application/containers/stop-container.js';
import { AcquireLease } from '../../src/application/leases/acquire-lease.js';
import { HandOverLease } from '../../src/application/leases/hand-over-lease.js';
import { BreakLease, LiftReservation, ReserveLease } from '../../src/application/leases/operator-acts.js';
import { RecordEffect } from '../../src/application/leases/record-effect.js';
import { ReleaseLease } from '../../src/application/leases/release-lease.js';
import type { CommandContext } from '../../src/application/command-context.js';
import { acquiring, operator, policy, ship, startOf } from '../support/custody.js';
import type { Chance } from '../support/interleaving.js';

export type Asked = (context: CommandContext) => Command<Answer<{ readonly type: string }>>;

/** What somebody believes to hold; it may be wrong by now. */
interface Belief {
  readonly kind: 'container' | 'agent';
  readonly id: string;
  readonly ship: string;
  readonly token: number;
}

const fleet = ['SHIP-1', 'SHIP-2', 'SHIP-3'];

/** Somebody who asks for this and that, and acts on what it was told last, even when that is long over. */
export class CrewMember {
  #beliefs: Belief[] = [];
  readonly #askedFor = new Map<string, string>();
  #made = 0;

  constructor(
    private readonly name: string,
    private readonly chance: Chance,
  ) {}

  next(): Asked {
    const { chance } = this;
    if (this.#beliefs.length === 0 || chance.with(0.35)) return this.#wish();
    const belief = chance.oneOf(this.#beliefs);
    return belief.kind === 'container' ? this.#ofContainer(belief) : this.#ofSession(belief);
  }

  /** Takes a new hold to heart; what it held before it may still believe in. */
  learn(outcome: { readonly type: string }): void {
    const told = outcome as { container?: { containerId: string; leases: { ship: string; token: number }[] } } & {
      hold?: { token: number; holder: { id: string } };
    };
    if (outcome.type === 'Started' && told.container) {
      const { containerId: id, leases } = told.container;
      for (const { ship, token } of leases) this.#beliefs.push({ kind: 'container', id, ship, token });
    }
    const symbol = told.hold && this.#askedFor.get(told.hold.holder.id);
    if (outcome.type === 'Granted' && told.hold && symbol) {
      this.#beliefs.push({ kind: 'agent', id: told.hold.holder.id, ship: symbol, token: told.hold.token });
    }
    this.#beliefs = this.#beliefs.slice(-4);
  }

  #wish(): Asked {
    const { chance } = this;
    const symbol = chance.oneOf(fleet);
    const about = { resource: ship(symbol), operator, reason: 'because' };
    const id = `${this.name}-${++this.#made}`;
    switch (chance.below(8)) {
      case 0:
        return (context) => new ReserveLease(context, { ...about, displaces: chance.with(0.5) });
      case 1:
        return (context) => new LiftReservation(context, about);
      case 2:
        return (context) => new BreakLease(context, about);
      case 3: {
        this.#askedFor.set(id, symbol);
        return (context) => new AcquireLease(context, acquiring(symbol, id));
      }
      default: {
        const ships = fleet.filter(() => chance.with(0.6));
        const last = this.#beliefs.at(-1);
        const takesOver = last?.kind === 'container' && chance.with(0.4) ? { containerId: last.id } : null;
        return (context) => new StartContainer(context, startOf({ containerId: id, ships, takesOver }));
      }
    }
  }

  #ofContainer({ id: containerId, token, ship: symbol }: Belief): Asked {
    const { chance } = this;
    switch (chance.below(7)) {
      case 0:
        return (context) => new EndContainer(context, containerId, token, { type: 'completed' });
      case 1: {
        const permanent = chance.with(0.3);
        return (context) => new EndContainer(context, containerId, token, { type: 'failed', error: 'x', permanent });
      }
      case 2:
        return (context) => new RestartContainer(context, { containerId, token: null, immediately: true });
      case 3:
        return (context) => new RestartContainer(context, { containerId, token, immediately: false });
      case 4: {
        const how = { token: chance.with(0.5) ? token : null, immediately: chance.with(0.5) };
        return (context) => new StopContainer(context, { containerId, reason: 'enough', ...how });
      }
      case 5:
        return this.#release({ kind: 'container', id: containerId, ship: symbol, token });
      default:
        return this.#effect(symbol, token);
    }
  }

  #ofSession(belief: Belief): Asked {
    const { chance } = this;
    const { id, token, ship: symbol } = belief;
    switch (chance.below(3)) {
      case 0:
        return this.#release(belief);
      case 1: {
        const to = { kind: 'agent', id: `${id}-next`, attempt: 1 } as const;
        this.#askedFor.set(to.id, symbol);
        const ask = {
          resource: ship(symbol),
          from: { id, token },
          to,
          operation: 'trade',
          ttlMs: policy.shipTtlMs,
          reason: 'shift ends',
          by: { kind: 'holder', id },
        } as const;
        return (context) => new HandOverLease(context, ask);
      }
      default:
        return this.#effect(symbol, token);
    }
  }

  #release({ kind, id, ship: symbol, token }: Belief): Asked {
    return (context) =>
      new ReleaseLease(context, {
        resource: ship(symbol),
        holder: { kind, id },
        token,
        reason: 'manual',
        detail: '',
        by: null,
      });
  }

  #effect(symbol: string, token: number): Asked {
    const effectId = `e-${this.chance.below(3)}`;
    const intend = { type: 'intend', token, effectId, action: 'buy', withinMs: 1_000, probe: {} } as const;
    const observe = { type: 'observe', token, effectId, result: 'happened', evidence: {} } as const;
    const record = this.chance.with(0.6) ? intend : observe;
    return (context) => new RecordEffect(context, ship(symbol), record);
  }
}
