import { StopContainer } from '../../../src/application/containers/stop-container.js';
import { LiftReservation } from '../../../src/application/leases/operator-acts.js';
import { shipResource } from '../../../src/domain/lease/resource.js';
import { Chance } from '../../support/interleaving.js';
import { InMemoryGame } from '../../support/in-memory-game.js';
import { Agent } from './agent.js';
import { Captain, drawOrders, type Order } from './captain.js';
import { Door } from './door.js';
import { beginningMs, Life, type Machine } from './life.js';
import { Operator, operator } from './operator.js';
import type { Planted } from './planted.js';
import { Scheduler } from './scheduler.js';
import { player, SimulatedDaemon, type Shared } from './simulated-daemon.js';
import { GameReached, SimulatedGame } from './simulated-game.js';
import { SimulatedLog } from './simulated-log.js';
import { SimulatedViews } from './simulated-views.js';
import { Trace } from './trace.js';
import { Truth } from './truth.js';
import { Watch } from './watch.js';
import { drawWeather, fairSky, noWeather, stormySky, type Death, type Weather } from './weather.js';
import { Worker, type WorkersNotes } from './worker.js';

/** Who and what there is. */
export interface Cast {
  readonly ships: readonly { readonly symbol: string; readonly orders: readonly Order[] }[];
  readonly machines: readonly Machine[];
  readonly workers: number;
  /** They work on tasks; none by default. */
  readonly agents?: number;
  /** When an operator does something, and when a daemon is stopped in order. */
  readonly operatorAtMs: readonly number[];
  readonly deployAtMs: readonly number[];
}

/** Somebody who works from outside until there is nothing left to do, or they are told to take nothing new on. */
interface Hand {
  run(): Promise<void>;
  finish(): void;
}

export interface SimulationOptions {
  readonly planted?: Planted;
  /** Every line of the trace is added to it. */
  readonly lines?: string[];
  readonly weather?: Weather;
  readonly cast?: Cast;
  /** Instead of a storm: fair weather, in which the daemons die in these calls. */
  readonly deaths?: readonly Death[];
}

const ore = { IRON_ORE: { price: 10, volume: 10 } };
export const places = [
  { symbol: 'X1-GZ7-A1', x: 0, y: 0, goods: ore },
  { symbol: 'X1-GZ7-B2', x: 2, y: 0, goods: ore },
  { symbol: 'X1-GZ7-C3', x: 2, y: 3, goods: ore },
  { symbol: 'X1-GZ7-D4', x: 0, y: 4, goods: ore },
];

/** How long after the storm everything must be as it should. */
export const calmMs = 900_000;
/** Where a bug is planted, nobody waits for rest. */
const shortCalmMs = 60_000;

/** One world from its beginning until everything in it has come to rest: all of it decided by the seed. */
export class Simulation {
  readonly trace: Trace;
  readonly scheduler: Scheduler;
  readonly log: SimulatedLog;
  readonly views: SimulatedViews;
  readonly world: InMemoryGame;
  readonly game: SimulatedGame;
  readonly truth = new Truth();
  readonly weather: Weather;
  readonly cast: Cast;
  readonly captains: readonly Captain[];
  readonly watch: Watch;
  /** What the daemons have asked, where it is counted. */
  readonly calls: string[] = [];
  /** How many daemons are no more. */
  died = 0;
  readonly daemons: (SimulatedDaemon | undefined)[] = [];
  readonly #chance: Chance;
  /** Of its own: with agents or without, a seed is the same storm for all others. */
  readonly #luck: Chance;
  readonly #shared: Shared;
  readonly #lives = new Map<string, Life>();
  readonly #hands = new Map<string, Hand>();
  #endsAtMs: number;
  #working = 0;
  #acting = 0;
  #born = 0;

  constructor(
    readonly seed: number,
    { planted = { name: 'none' }, lines, weather, cast, deaths }: SimulationOptions = {},
  ) {
    this.trace = new Trace(lines);
    const chance = new Chance(seed * 7_919);
    this.#chance = chance;
    const scheduler = new Scheduler(new Chance(seed * 104_729), this.trace);
    this.scheduler = scheduler;
    const nowMs = () => scheduler.nowMs;
    const gameClock = { nowMs: () => beginningMs + Math.round(scheduler.nowMs) };
    this.log = new SimulatedLog(gameClock.nowMs);
    const drawn = weather ?? (deaths ? noWeather : drawWeather(chance));
    this.weather = { ...drawn, ...planted.weather };
    const luck = new Chance(seed * 15_485_863);
    const sky = deaths ? fairSky(luck, deaths, this.calls) : stormySky(this.weather, luck, nowMs);
    this.views = new SimulatedViews(scheduler, this.log, () => sky.lagMs());
    this.#endsAtMs = this.weather.stormMs + (planted.name === 'none' ? calmMs : shortCalmMs);
    const { operatorActs: acts = 0 } = planted;
    const often = Array.from({ length: acts }, (_, i) => (this.weather.stormMs * i) / acts);
    this.#luck = new Chance(seed * 32_452_843);
    const agents = this.#luck.with(0.25) ? 1 + this.#luck.below(2) : 0;
    const drawnCast = cast ?? { ...drawCast(chance, this.weather), agents };
    this.cast = { ...drawnCast, ...(acts > 0 && { operatorAtMs: often }) };
    this.world = new InMemoryGame(gameClock, {
      places,
      ships: this.cast.ships.map(({ symbol }) => ({ symbol, at: 'X1-GZ7-A1' })),
    });
    this.game = new SimulatedGame(this.world, this.truth, nowMs);
    this.watch = new Watch(this);
    this.log.onWritten((events) => {
      this.truth.take(events);
      this.watch.take(events);
      for (const { stream, type, revision } of events) this.trace.add(nowMs(), `  ${stream} ${revision} ${type}`);
    });
    this.#shared = {
      ...{ log: this.log, views: this.views, game: this.game, sky, planted },
      lives: (began) => this.#lives.get(began)?.isDead === false,
      say: (what) => this.trace.add(nowMs(), `  ${what}`),
    };
    this.captains = this.cast.ships.map(({ symbol, orders }) => {
      const life = this.#live(`captain-${symbol}`, machineOfPeople, false);
      const mostSkewMs = 6_000 + this.weather.offsetMs;
      return new Captain(life, this.#doorFor(life), this.truth, this.world, chance, symbol, orders, mostSkewMs);
    });
  }

  get isCalm(): boolean {
    return this.scheduler.nowMs >= this.weather.stormMs;
  }

  /** What is wrong with how it went: nothing, if all is well. */
  async run(): Promise<readonly string[]> {
    const bug = (error: unknown) =>
      this.watch.say('R0', `unhandled: ${error instanceof Error ? error.stack : String(error)}`);
    process.on('unhandledRejection', bug);
    try {
      this.#begin();
      await this.scheduler.run(
        () => !this.#isAtRest() && !this.watch.isBroken && this.scheduler.nowMs < this.#endsAtMs,
      );
      return this.watch.verdict();
    } finally {
      process.off('unhandledRejection', bug);
    }
  }

  #begin(): void {
    const { scheduler, cast, weather } = this;
    cast.machines.forEach((_, slot) =>
      scheduler.after(this.#chance.below(3_000), `start of ${slot}`, () => this.#start(slot)),
    );
    for (const captain of this.captains) {
      const failed = (error: unknown) => this.watch.say('R0', `captain: ${String(error)}`);
      scheduler.after(
        this.#chance.below(8_000),
        `${captain.ship} is given orders`,
        () => void captain.run().catch(failed),
      );
    }
    for (let i = 0; i < cast.workers; i++) {
      const notes: WorkersNotes = { containerId: undefined, works: 0 };
      this.#startHand(`w${i}`, this.#chance, (life) => this.#workerOf(life, notes));
    }
    for (let i = 0; i < (cast.agents ?? 0); i++) {
      this.#startHand(`a${i}`, this.#luck, (life) => new Agent(life, this.#doorFor(life), this.#luck));
    }
    cast.operatorAtMs.forEach((atMs, number) => scheduler.after(atMs, 'operator', () => void this.#operate(number)));
    cast.deployAtMs.forEach((atMs) => {
      scheduler.after(atMs, 'deploy', () => void this.daemons[this.#chance.below(this.daemons.length)]?.stop());
    });
    for (const { port, fromMs, untilMs } of weather.outages) {
      if (port !== 'views') continue;
      scheduler.after(fromMs, 'database down', () => (this.views.isDown = true), false);
      scheduler.after(untilMs, 'database up', () => (this.views.isDown = false), false);
    }
    const { losesUpTo } = this.#shared.planted;
    if (losesUpTo !== undefined) {
      const atMs = this.#chance.below(weather.stormMs);
      scheduler.after(atMs, 'the store crashes', () => {
        this.log.lose(Math.max(0, this.log.events.length - this.#chance.below(losesUpTo + 1)));
        // Whoever has seen what is gone would never come to rest.
        this.#endsAtMs = atMs;
      });
    }
    scheduler.after(weather.stormMs, 'calm', () => {
      for (const hand of this.#hands.values()) hand.finish();
      void this.#tidyUp().catch((error: unknown) => this.watch.say('R0', `tidying up: ${String(error)}`));
    });
  }

  #start(slot: number): void {
    const machine = this.cast.machines[slot]!;
    const life = this.#live(`d${slot}.${++this.#born}`, machine, true);
    life.onDeath = () => {
      this.died += 1;
      this.trace.add(this.scheduler.nowMs, `  ${life.name} is dead`);
      this.scheduler.after(this.#chance.next() * (this.isCalm ? 2_000 : 25_000), `start of ${slot}`, () =>
        this.#start(slot),
      );
    };
    const daemon = new SimulatedDaemon(life, this.#shared);
    this.daemons[slot] = daemon;
    void daemon.start();
  }

  #workerOf(life: Life, notes: WorkersNotes): Worker {
    const ships = this.cast.ships.map(({ symbol }) => symbol);
    const game = new GameReached(life, this.game, () => this.#shared.sky.turnMs());
    return new Worker(life, this.#doorFor(life), game, notes, ships, this.#chance);
  }

  /** Somebody outside, who begins again after each death. */
  #startHand(name: string, chance: Chance, handOf: (life: Life) => Hand): void {
    const life = this.#live(`${name}.${++this.#born}`, machineOfPeople, true);
    const hand = handOf(life);
    this.#hands.set(name, hand);
    if (this.isCalm) hand.finish();
    this.#working += 1;
    life.onDeath = () => {
      this.scheduler.after(chance.next() * 20_000, `start of ${name}`, () => {
        this.#working -= 1;
        this.#startHand(name, chance, handOf);
      });
    };
    const failed = (error: unknown) => this.watch.say('R0', `${name}: ${String(error)}`);
    life.after(chance.next() * 5_000, `${life.name} begins`, () => {
      void hand
        .run()
        .catch(failed)
        .then(() => (this.#working -= 1));
    });
  }

  async #operate(number: number): Promise<void> {
    this.#acting += 1;
    const life = this.#live(`operator-${number}`, machineOfPeople, false);
    const ships = this.cast.ships.map(({ symbol }) => symbol);
    const somebody = new Operator(life, this.#doorFor(life), this.truth, ships, this.#chance);
    await somebody.act(number).catch((error: unknown) => this.watch.say('R0', `operator: ${String(error)}`));
    this.#acting -= 1;
  }

  /**
   * Somebody stops what workers have begun and know nothing of any more, and lifts what was reserved by a request that
   * came long after its repeat was answered.
   */
  async #tidyUp(): Promise<void> {
    const life = this.#live('janitor', machineOfPeople, false);
    for (let n = 1; !this.#isAtRest(); n++) {
      await life.clock.sleep(20_000);
      if (this.#working > 0) continue;
      for (const [symbol, { isReserved }] of this.truth.ships) {
        if (!isReserved || this.#acting > 0) continue;
        const about = { resource: shipResource(player, symbol), operator, reason: 'nobody knows why' };
        await this.#doorFor(life).ask(`lift ${symbol} ${n}`, (context) => new LiftReservation(context, about));
      }
      for (const containerId of this.truth.containers.keys()) {
        if (!containerId.startsWith('errand-') || this.truth.isOver(containerId)) continue;
        const ask = { containerId, reason: 'abandoned', token: null, immediately: true };
        await this.#doorFor(life).ask(`tidy ${containerId} ${n}`, (context) => new StopContainer(context, ask));
      }
    }
  }

  #live(name: string, machine: Machine, isMortal: boolean): Life {
    const { sky } = this.#shared;
    const life = new Life(name, machine, this.scheduler, (of, port, what) => sky.fateOf(of, port, what, isMortal));
    this.#lives.set(name, life);
    return life;
  }

  #doorFor(life: Life): Door {
    return new Door(life, () => this.daemons.filter((each) => each?.isUp === true) as SimulatedDaemon[], this.#chance);
  }

  #isAtRest(): boolean {
    if (!this.isCalm || this.#working > 0 || this.#acting > 0) return false;
    if (this.captains.some(({ isDone }) => !isDone)) return false;
    return this.watch.restless().length === 0;
  }
}

const machineOfPeople: Machine = { name: 'elsewhere', offsetMs: 0, rate: 1 };

function drawCast(chance: Chance, { stormMs, offsetMs, drift }: Weather): Cast {
  const off = (most: number) => (2 * chance.next() - 1) * most;
  const isOneMachine = chance.with(0.3);
  const one = { name: 'm0', offsetMs: off(offsetMs), rate: 1 + off(drift) };
  const machines = Array.from({ length: 1 + chance.below(3) }, (_, i) =>
    isOneMachine ? one : { name: `m${i}`, offsetMs: off(offsetMs), rate: 1 + off(drift) },
  );
  const moments = (most: number) => Array.from({ length: chance.below(most + 1) }, () => chance.below(stormMs));
  return {
    ships: Array.from({ length: 1 + chance.below(4) }, (_, i) => ({
      symbol: `SHIP-${i + 1}`,
      orders: drawOrders(chance),
    })),
    machines,
    workers: chance.below(3),
    operatorAtMs: chance.with(0.6) ? moments(3) : [],
    deployAtMs: chance.with(0.5) ? moments(2) : [],
  };
}
