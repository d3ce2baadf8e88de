import type { Command } from '@nestjs/cqrs';
import { ContainerEnds } from '../../../src/application/containers/container-ends.js';
import { Decisions, type Ask, type Decided } from '../../../src/application/decide-and-append.js';
import type { DomainEvent } from '../../../src/application/events/catalogue.js';
import { decideLease } from '../../../src/application/leases/decide-lease.js';
import { RecordEffect } from '../../../src/application/leases/record-effect.js';
import { ReleaseLease } from '../../../src/application/leases/release-lease.js';
import { HeardHeartbeats, type Silence } from '../../../src/application/liveness/heard-heartbeats.js';
import { GameOutcomeUnknown, type Game } from '../../../src/application/ports/game.js';
import {
  OutcomeUnknown,
  type EventStore,
  type SubscriptionOptions,
} from '../../../src/application/ports/event-store.js';
import type { RuntimePorts } from '../../../src/application/runtime/runtime-ports.js';
import { release } from '../../../src/domain/lease/releasing.js';
import { lease, type LeaseState } from '../../../src/domain/lease/lease.js';
import { leaseStream, shipResource } from '../../../src/domain/lease/resource.js';
import type { Planted } from './planted.js';

/** The log as it is, but for its appends. */
function appending(store: EventStore, append: EventStore['append']): EventStore {
  return Object.assign(Object.create(store) as EventStore, {
    append,
    readBackwards: store.readBackwards.bind(store),
    readForwards: store.readForwards.bind(store),
    headPosition: store.headPosition.bind(store),
    subscribe: store.subscribe.bind(store),
  });
}

/** The store answers before anything is on its disk: when it crashes, what it has answered last is gone. */
const ackBeforeSync: Planted = { name: 'ackBeforeSync', losesUpTo: 4 };

/** Whoever was fenced goes on: its memory is asked in place of the log, and a refusal of its token is not heard. */
const noFence: Planted = {
  name: 'noFence',
  weather: { pauses: 0.004, longestPauseMs: 60_000, deaths: 0 },
  // Nor is it told: whoever hears of its successor ends an attempt before the fence has to.
  store: (store) =>
    Object.assign(appending(store, store.append.bind(store)), {
      subscribe: (options: SubscriptionOptions) => store.subscribe({ ...options, onBatch: () => Promise.resolve() }),
    }),
  runtime: (ports) => ({
    ...ports,
    decisions: Object.assign(Object.create(ports.decisions) as Decisions, {
      current: ports.decisions.lastSeen.bind(ports.decisions),
    }),
    commands: {
      execute: async (command: Command<unknown>) => {
        const answer = (await ports.commands.execute(command)) as { readonly outcome: { readonly type: string } };
        const isFenced = command instanceof RecordEffect && answer.outcome.type === 'StaleToken';
        return isFenced ? { ...answer, outcome: { type: 'Recorded', already: false } } : answer;
      },
    } as RuntimePorts['commands'],
  }),
};

const changes = ['navigate', 'refuel', 'purchase', 'sell', 'jettison'];

/** What was sent and not answered is sent again, without looking whether it happened. */
const noIdem: Planted = {
  name: 'noIdem',
  weather: { lostAnswers: 0.1 },
  runtime: (ports) => ({
    ...ports,
    game: new Proxy<Game>(ports.game, {
      get: (game, key) => {
        const method: unknown = Reflect.get(game, key);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => {
          const send = () => (method as (...all: unknown[]) => Promise<unknown>).apply(game, given);
          if (!changes.includes(String(key))) return send();
          return send().catch((error: unknown) => {
            if (error instanceof GameOutcomeUnknown) return send();
            throw error;
          });
        };
      },
    }),
  }),
};

/** Effects that an attempt inherits are not looked into: the probe is skipped. */
const skippedProbe: Planted = {
  name: 'skippedProbe',
  runtime: (ports) => ({
    ...ports,
    decisions: Object.assign(Object.create(ports.decisions) as Decisions, {
      current: async (aggregate: never, stream: string) => {
        const seen = await ports.decisions.current<LeaseState, DomainEvent>(aggregate, stream);
        return stream.startsWith('ship-') ? { ...seen, state: { ...seen.state, effects: [] } } : seen;
      },
    }),
  }),
};

/** What is free has forgotten its last token: the next grant has it again. */
class Forgetful extends Decisions {
  override decide<State, Event extends DomainEvent, Outcome>(
    ask: Ask<State, Event, Outcome>,
  ): Promise<Decided<Outcome, State>> {
    if ((ask.aggregate as unknown) !== lease) return super.decide(ask);
    const decide: typeof ask.decide = (state, nowMs, revision) => {
      const known = state as unknown as LeaseState;
      const isFree = known.hold === null && known.lastToken > 0;
      const forgotten = isFree ? { ...known, lastToken: known.lastToken - 1 } : known;
      return ask.decide(forgotten as unknown as State, nowMs, revision);
    };
    return super.decide({ ...ask, decide });
  }
}

const tokenReuse: Planted = {
  name: 'tokenReuse',
  parts: {
    decisions: ({ store, clock, ids, rules }) => new Forgetful(store, clock, ids, rules),
  },
};

/** Where somebody else wrote first, the same is written behind it. */
const blindComplete: Planted = {
  name: 'blindComplete',
  store: (store) =>
    appending(store, async (stream, expected, events) => {
      for (let at = expected; ;) {
        const result = await store.append(stream, at, events);
        if (result.type === 'Appended') return result;
        const [newest] = await store.readBackwards(stream, { max: 1 });
        at = newest?.revision ?? 'none';
      }
    }),
};

/** An ended container's ships are freed by their names: whoever has them by now. */
class TokenBlindEnds extends ContainerEnds {
  constructor(private readonly deciding: Decisions) {
    super(deciding);
  }

  override async freeShips(
    ...[context, ended, reason, detail, by, except = []]: Parameters<ContainerEnds['freeShips']>
  ) {
    for (const { ship } of ended.leases) {
      const resource = shipResource(ended.player, ship);
      if (except.some(({ name }) => name === ship)) continue;
      await decideLease(this.deciding, context, resource, (state, nowMs) => {
        const { token, holder } = state.hold ?? { token: state.lastToken, holder: null };
        const asker = by ?? ({ kind: 'holder', id: ended.containerId } as const);
        return release({ resource, holder, token, reason, detail, by: asker, nowMs }, state);
      });
    }
    return { ships: [], position: 0n };
  }
}

const releaseWithoutToken: Planted = {
  name: 'releaseWithoutToken',
  weather: { pauses: 0.01, longestPauseMs: 60_000 },
  operatorActs: 8,
  request: async (command, decisions) => {
    if (!(command instanceof ReleaseLease)) return command;
    const { resource, holder } = command.ask;
    const { hold } = (await decisions.current(lease, leaseStream(resource))).state;
    if (!hold || !holder) return command;
    const by = { kind: 'holder', id: holder.id } as const;
    return new ReleaseLease(command.context, { ...command.ask, holder: null, token: hold.token, by });
  },
  parts: { ends: (decisions) => new TokenBlindEnds(decisions) },
};

/** Silence is the difference between this machine's wall clock and the time that a heartbeat bears. */
const wallClockExpiry: Planted = {
  name: 'wallClockExpiry',
  weather: { offsetMs: 60_000 },
  parts: {
    heard: ({ clock, heartbeats }) =>
      new (class extends HeardHeartbeats {
        override silenceOf(subject: string, token: number, moved: bigint): Silence {
          const silence = super.silenceOf(subject, token, moved);
          const { heartbeat } = silence;
          if (!heartbeat || heartbeat.token !== token) return silence;
          return { ...silence, silentForMs: clock.nowMs() - heartbeat.atMs };
        }
      })(clock, heartbeats),
  },
};

/** What may have been written is written again under new names, behind whatever is there. */
const retryNewEventId: Planted = {
  name: 'retryNewEventId',
  store: (store) =>
    appending(store, async (stream, expected, events) => {
      let [at, named] = [expected, events];
      for (let again = 1; ; again++) {
        try {
          return await store.append(stream, at, named);
        } catch (error) {
          if (!(error instanceof OutcomeUnknown)) throw error;
          const [newest] = await store.readBackwards(stream, { max: 1 });
          at = newest?.revision ?? 'none';
          named = events.map((event) => ({ ...event, id: `${event.id} again ${again}` }));
        }
      }
    }),
};

/** Bugs of which the whole house is to be cured by what is watched. Two more lie deeper: on the disk, and in the views. */
export const bugs: readonly Planted[] = [
  ackBeforeSync,
  noFence,
  noIdem,
  skippedProbe,
  tokenReuse,
  blindComplete,
  releaseWithoutToken,
  wallClockExpiry,
  retryNewEventId,
];
