import fc from 'fast-check';
import { beginAttempt, complete, fail } from '../../../src/domain/container/attempts.js';
import {
  container as containers,
  containerToken,
  isFinished,
  type ContainerState,
} from '../../../src/domain/container/container.js';
import type { ContainerEvent } from '../../../src/domain/container/events.js';
import { createAndStart, interrupt, markStopped, stop } from '../../../src/domain/container/lifecycle.js';
import type { Decision } from '../../../src/domain/kernel/decider.js';
import { acquire } from '../../../src/domain/lease/granting.js';
import { handOver } from '../../../src/domain/lease/handing-over.js';
import { release } from '../../../src/domain/lease/releasing.js';
import { lift, reserve } from '../../../src/domain/lease/reserving.js';
import { breakLease, expire } from '../../../src/domain/lease/taking-away.js';
import { incurObligation } from '../../../src/domain/lease/effects.js';
import type { LeaseEvent } from '../../../src/domain/lease/events.js';
import { isReservation, lease as leases, type LeaseState } from '../../../src/domain/lease/lease.js';
import type { Repair, SweepPlan, SweepRules } from '../../../src/domain/sweep/repairs.js';
import { planSweep } from '../../../src/domain/sweep/plan-sweep.js';
import { description, rules as restartRules } from '../container/containers.js';
import { frozen } from '../laws.js';
import {
  acquiring,
  breaking,
  container,
  handing,
  lifting,
  releasing,
  reserving,
  ship,
  silence,
} from '../lease/leases.js';

const shipNames = ['A-1', 'B-1', 'C-1'];
const ids = ['c-1', 'c-2', 'c-3'];
const playerOf = (id: string) => (id === 'c-3' ? 2 : 1);

const action = fc.record({
  verb: fc.constantFrom(
    'begin',
    'begin',
    'begin',
    'restart',
    'restart',
    'end',
    'stop',
    'interrupt',
    'break',
    'expire',
    'reserve',
    'lift',
    'load',
  ),
  id: fc.constantFrom(...ids),
  ship: fc.constantFrom(...shipNames),
  ships: fc.uniqueArray(fc.constantFrom(...shipNames), { minLength: 1, maxLength: 2 }),
  waitMs: fc.constantFrom(0, 1_000, 61_000, 600_000),
  /** After so many writes the process is killed. */
  writes: fc.constantFrom(1, 2, 9, 9),
  well: fc.boolean(),
});
type Action = typeof action extends fc.Arbitrary<infer Each> ? Each : never;

/** Ships and containers whose writers may be killed between any two writes. */
class World {
  nowMs = 10_000_000;
  readonly leases = new Map<string, LeaseState>();
  readonly containers = new Map<string, ContainerState>();

  lease = (player: number, name: string) => this.leases.get(`${player} ${name}`) ?? leases.initial;

  onLease<O extends { type: string }>(
    player: number,
    name: string,
    decide: (state: LeaseState) => Decision<O, LeaseEvent>,
  ) {
    const decision = decide(this.lease(player, name));
    this.leases.set(`${player} ${name}`, frozen(decision.events.reduce(leases.evolve, this.lease(player, name))));
    return decision;
  }

  onContainer<O>(id: string, decide: (state: ContainerState) => Decision<O, ContainerEvent>) {
    const state = this.containers.get(id) ?? null;
    const decision = decide(state);
    this.containers.set(id, frozen(decision.events.reduce(containers.evolve, state)));
    return decision;
  }

  claim(id: string, name: string, attempt: number): boolean {
    const player = playerOf(id);
    const to = container(id, attempt);
    const resource = ship(name, player);
    const { hold } = this.lease(player, name);
    const { outcome } = this.onLease(player, name, (state) =>
      hold?.holder.id === id
        ? handOver({ ...handing({ id, token: hold.token }, to, this.nowMs), resource }, state)
        : acquire({ ...acquiring(to, this.nowMs, { adoptsObligations: true }), resource }, state),
    );
    return outcome.type === 'Granted';
  }

  adopted = (id: string, names: readonly string[]) =>
    names.map((name) => ({ ship: name, token: this.lease(playerOf(id), name).hold?.token ?? 0 }));

  act({ verb, id, ship: name, ships, waitMs, writes, well }: Action): void {
    this.nowMs += waitMs;
    const { nowMs } = this;
    const player = playerOf(id);
    const resource = ship(name, player);
    const state = this.containers.get(id) ?? null;
    switch (verb) {
      case 'begin':
        if (state || !ships.slice(0, writes).every((each) => this.claim(id, each, 1)) || ships.length >= writes) return;
        this.onContainer(id, (now) =>
          createAndStart(
            { ...description({ containerId: id, player, ships }), nowMs, leases: this.adopted(id, ships) },
            now,
          ),
        );
        return;
      case 'restart':
        if (!state || state.status === 'COMPLETED') return;
        if (!state.ships.slice(0, writes).every((each) => this.claim(id, each, state.attempt + 1))) return;
        if (state.ships.length < writes) this.#beginAttempt(id);
        return;
      case 'end': {
        if (!state) return;
        const own = { containerId: id, nowMs, token: containerToken(state), rules: restartRules };
        this.onContainer(id, (now) =>
          well ? complete(own, now) : fail({ ...own, error: 'no fuel', permanent: false }, now),
        );
        for (const each of state.leases.slice(0, writes - 1)) {
          const giving = {
            ...releasing(container(id), each.token, 'completed', nowMs),
            resource: ship(each.ship, player),
          };
          this.onLease(player, each.ship, (now) => release(giving, now));
        }
        return;
      }
      case 'stop':
        this.onContainer(id, (now) => stop({ containerId: id, reason: 'asked', nowMs }, now));
        return;
      case 'interrupt':
        this.onContainer(id, (now) => interrupt({ containerId: id, reason: 'cut', nowMs }, now));
        return;
      case 'break':
        this.onLease(player, name, (now) => breakLease({ ...breaking(nowMs), resource }, now));
        return;
      case 'expire':
        this.onLease(player, name, (now) => expire({ ...silence(now.lastToken, nowMs), resource }, now));
        return;
      case 'reserve':
        this.onLease(player, name, (now) => reserve({ ...reserving('ada', nowMs, well), resource }, now));
        return;
      case 'lift':
        this.onLease(player, name, (now) => lift({ ...lifting(nowMs), resource }, now));
        return;
      case 'load':
        this.onLease(player, name, (now) =>
          incurObligation({ resource, token: now.lastToken, nowMs, obligationId: 'o', good: 'FUEL', units: 1 }, now),
        );
        return;
      default:
        return verb satisfies never;
    }
  }

  #beginAttempt(id: string) {
    const names = this.containers.get(id)?.ships ?? [];
    const ask = { containerId: id, nowMs: this.nowMs, leases: this.adopted(id, names), immediately: true };
    return this.onContainer(id, (now) => beginAttempt(ask, now));
  }

  plan(rules: SweepRules): SweepPlan {
    const listed = [...this.leases].map(([key, state]) => {
      const [player = '', name = ''] = key.split(' ');
      return { resource: ship(name, Number(player)), hold: state.hold, obligations: state.obligations };
    });
    const known = [...this.containers.values()].filter((each) => each !== null);
    return planSweep(frozen({ leases: listed, containers: known, nowMs: this.nowMs }), rules);
  }

  /** By the ordinary commands, as an application would; whether anything was written. */
  carryOut(repair: Repair): boolean {
    const { nowMs } = this;
    if ('resource' in repair) {
      const { resource, holder, token, reason, detail } = repair;
      const by = { kind: 'system', id: 'sweep' } as const;
      return (
        this.onLease<{ type: string }>(Number(resource.scope), resource.name, (state) =>
          release({ resource, holder, token, reason, detail, by, nowMs }, state),
        ).events.length > 0
      );
    }
    const { containerId, token, reason } = repair;
    switch (repair.type) {
      case 'FinishStop':
        return (
          this.onContainer(containerId, (now) => markStopped({ containerId, token, nowMs }, now)).events.length > 0
        );
      case 'InterruptWithoutLease':
        return (
          this.onContainer(containerId, (now) => interrupt({ containerId, token, reason, nowMs }, now)).events.length >
          0
        );
      case 'FinishAttempt': {
        const { attempt } = this.containers.get(containerId)!;
        for (const each of repair.leases) this.claim(containerId, each.ship, attempt + 1);
        return this.#beginAttempt(containerId).events.length > 0;
      }
      default:
        return repair satisfies never;
    }
  }
}

const rulesOf = fc.record({
  repairGraceMs: fc.constant(60_000),
  stopGraceMs: fc.constant(30_000),
  orphanReason: fc.constantFrom('stale_cleanup' as const, 'daemon_restart' as const),
  player: fc.constantFrom(null, null, 1, 2),
});
const worlds = fc.array(action, { maxLength: 30, size: 'max' }).map((actions) => {
  const world = new World();
  for (const each of actions) world.act(each);
  return world;
});
const runs = { numRuns: 400 };

describe('over any crashes, a sweep', () => {
  it('[A216] has nothing left to do once its repairs are carried out, and each of them was worth carrying out', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(worlds, rulesOf, (world, rules) => {
        for (const repair of world.plan(rules).repairs) {
          seen.add(repair.type);
          expect([repair, world.carryOut(repair)]).toEqual([repair, true]);
        }
        expect(world.plan(rules).repairs).toEqual([]);
      }),
      { ...runs, seed: 3 },
    );
    expect([...seen].sort()).toEqual([
      'FinishAttempt',
      'FinishStop',
      'InterruptWithoutLease',
      'ReleaseEnded',
      'ReleaseOrphan',
      'RollBackClaim',
    ]);
  });

  it('plans the same for the same snapshot, and changes nothing by planning', () => {
    fc.assert(
      fc.property(worlds, rulesOf, (world, rules) => {
        expect(world.plan(rules)).toEqual(world.plan(rules));
      }),
      { numRuns: 50 },
    );
  });

  it('leaves every reservation and every laden ship as it is, and everything of other players', () => {
    fc.assert(
      fc.property(worlds, rulesOf, (world, rules) => {
        const before = new Map(world.leases);
        const containersBefore = new Map(world.containers);
        for (const repair of world.plan(rules).repairs) {
          if (repair.type !== 'FinishAttempt') world.carryOut(repair);
        }
        for (const [key, state] of before) {
          const foreign = rules.player !== null && !key.startsWith(`${rules.player} `);
          const reserved = state.hold !== null && isReservation(state.hold);
          if (foreign || reserved || state.obligations.length > 0) expect(world.leases.get(key)).toBe(state);
        }
        for (const [id, state] of containersBefore) {
          if (rules.player !== null && playerOf(id) !== rules.player) expect(world.containers.get(id)).toBe(state);
        }
      }),
      runs,
    );
  });

  it('makes the two sides say the same: past its grace, what runs has its leases, and what is held has a live holder', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        world.nowMs += 600_000;
        const rules = {
          repairGraceMs: 60_000,
          stopGraceMs: 30_000,
          orphanReason: 'stale_cleanup',
          player: null,
        } as const;
        for (const repair of world.plan(rules).repairs) world.carryOut(repair);
        for (const state of world.containers.values()) {
          if (state?.status !== 'RUNNING') continue;
          for (const { ship: name, token } of state.leases) {
            const { hold } = world.lease(state.player, name);
            expect([hold?.holder.id, hold?.token]).toEqual([state.containerId, token]);
          }
        }
        for (const state of world.leases.values()) {
          if (state.hold?.holder.kind !== 'container' || state.obligations.length > 0) continue;
          const holder = world.containers.get(state.hold.holder.id);
          expect(holder && isFinished(holder)).toBe(false);
        }
      }),
      runs,
    );
  });
});
