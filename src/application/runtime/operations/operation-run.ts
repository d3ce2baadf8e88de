import { continues, isStopping } from '../../../domain/container/container.js';
import type { ContainerSnapshot } from '../../../domain/container/events.js';
import { knownOf, noteFor } from '../../../domain/operations/known.js';
import type { Operation } from '../../../domain/operations/operation.js';
import { placeOf, type Offer, type ChartedPlace, type ShipInSight } from '../../../domain/operations/sight.js';
import type { Step } from '../../../domain/operations/step.js';
import { AttemptLog, type InLog } from '../attempt-log.js';
import type { AttemptEnd, AttemptIo } from '../attempt-run.js';
import { IntentGate } from '../effects/intent-gate.js';
import { Blocked, Halted, NoSuchShip } from '../endings.js';
import { GameRefused, GameUnavailable, tellsOfNoShip, type CallOptions } from '../../ports/game.js';
import type { RuntimeLimits, RuntimePorts } from '../runtime-ports.js';
import { Outage, Waits } from '../waits.js';
import type { Charts } from './charts.js';
import { TourWords } from './tour-words.js';

/** What has been seen since the last change; a change makes it old. */
interface Seen {
  readonly ship?: ShipInSight;
  readonly places?: readonly ChartedPlace[];
  readonly offers?: readonly Offer[];
}

/** After an announced wait, for the calls that follow it. */
const slackMs = 60_000;
/** An iteration that found nothing to do is not followed by the next one at once. */
const shortestIterationMs = 1_000;
/** How often in a row the game may say that the ship is not as it just showed it. */
const mostDisagreements = 5;

/**
 * One attempt: what the log knows and the game shows decides the next step, which is done and recorded, and so on. No
 * step is remembered here, so an attempt that comes after goes on where this one was.
 */
export class OperationRun {
  readonly #log: AttemptLog;
  readonly #gate: IntentGate;
  readonly #waits: Waits;
  readonly #outage: Outage;
  readonly #words: TourWords;
  #seen: Seen = {};
  #disagreements = 0;
  #iterationSinceMs: number;

  constructor(
    private readonly ports: RuntimePorts,
    limits: RuntimeLimits,
    private readonly charts: Charts,
    attempt: ContainerSnapshot,
    private readonly operation: Operation,
    private readonly ship: string,
    private readonly io: AttemptIo,
  ) {
    const lease = attempt.leases.find((each) => each.ship === ship);
    if (!lease) throw new Error('an attempt works with a ship that it holds');
    this.#waits = new Waits(ports.clock, io);
    this.#log = new AttemptLog(ports, limits, attempt, lease, this.#waits);
    this.#gate = new IntentGate(ports, limits, this.#log, this.#waits, io);
    this.#outage = new Outage(ports.clock, limits);
    this.#words = new TourWords(operation, ship, io);
    this.#iterationSinceMs = ports.clock.monotonicMs();
  }

  /** Rejects with what `endOf` knows to name. */
  async toItsEnd(): Promise<AttemptEnd> {
    this.#words.starting();
    for (;;) {
      try {
        const inLog = await this.#log.current();
        await this.#settled(inLog);
        if (!continues(inLog.container)) return { type: 'completed' };
        await this.#turn(inLog);
      } catch (error) {
        await this.#passed(error);
      }
    }
  }

  /** Nothing is begun while it is not known what became of what was begun before. */
  async #settled({ container, lease }: InLog): Promise<void> {
    const mayGoOn = !this.#waits.isStopping && !isStopping(container);
    if (lease.effects.length > 0) {
      const untilMs = Math.max(...lease.effects.map(({ deadlineMs }) => deadlineMs));
      const leftMs = untilMs - this.ports.clock.nowMs();
      if (leftMs > 0) this.io.progress({ iteration: container.iteration, doing: 'settle', untilMs }, leftMs + slackMs);
      if (await this.#gate.settle(this.ship, lease, mayGoOn)) this.#seen = {};
    }
    if (!mayGoOn) throw new Halted();
  }

  async #turn(inLog: InLog): Promise<void> {
    this.#waits.go();
    const { ship = await this.#lookAtShip(), places, offers } = this.#seen;
    this.#seen = { ...this.#seen, ship };
    const sight = { ship, places, offers, nowMs: this.ports.clock.nowMs() };
    const step = await this.#waits.answer(this.ports.decideStep(this.operation, knownOf(inLog.container), sight));
    await this.#take(step, ship, inLog);
  }

  async #lookAtShip(): Promise<ShipInSight> {
    return this.ports.game.ship(this.ship, this.#asking).catch((error: unknown) => {
      if (!tellsOfNoShip(error)) throw error;
      throw new NoSuchShip(`the game failed to load ship ${this.ship}: the account has none of that name`);
    });
  }

  async #take(step: Step, ship: ShipInSight, { container, lease }: InLog): Promise<void> {
    switch (step.type) {
      case 'act': {
        this.#moved(container, step.action.type, ship);
        this.#seen = {};
        const after = await this.#gate.perform(step.action, ship, lease.obligations);
        if (!after) return;
        this.#seen = { ship: after };
        return this.#gotOn();
      }
      case 'wait':
        this.#moved(container, 'wait', ship, step.untilMs - this.ports.clock.nowMs() + slackMs);
        this.#words.waiting(step.why);
        await this.#waits.until(step.untilMs);
        this.#seen = {};
        return this.#gotOn();
      case 'look':
        this.#seen = { ...this.#seen, ...(await this.#look(step.at, ship)) };
        return;
      case 'visit':
        this.#moved(container, 'visit', ship);
        return this.#visit(step.waypoint, container);
      case 'note':
        return this.#log.noted(noteFor(container, step.good, step.units));
      case 'done':
        await this.#log.iterationCompleted(step.report);
        this.#words.iterationCompleted(container);
        this.#gotOn();
        return this.#breathe(container);
      case 'blocked':
        throw new Blocked(step.why);
      default:
        return step satisfies never;
    }
  }

  async #look(at: 'places' | 'offers', ship: ShipInSight): Promise<Seen> {
    if (at === 'places') return { places: await this.charts.places(ship.nav.system, this.#asking) };
    const { prices } = await this.ports.game.market(placeOf(ship), this.#asking);
    return { offers: prices ?? [] };
  }

  /** The scan first: a visit that the log knows of has been seen. */
  async #visit(waypoint: string, container: ContainerSnapshot): Promise<void> {
    this.#words.visiting(waypoint, container);
    const { prices } = await this.ports.game.market(waypoint, this.#asking);
    const goods = prices ?? [];
    await this.#log.scanned({ waypoint, goods });
    await this.#log.visited(waypoint);
    this.#words.visited(waypoint, goods.length);
    this.#gotOn();
  }

  async #breathe(before: ContainerSnapshot): Promise<void> {
    const { clock } = this.ports;
    const leftMs = this.#iterationSinceMs + shortestIterationMs - clock.monotonicMs();
    const hasNext = continues({ ...before, iteration: before.iteration + 1 });
    if (leftMs > 0 && hasNext) await this.#waits.for(leftMs);
    this.#iterationSinceMs = clock.monotonicMs();
  }

  /** Something was brought about: whatever stood in the way before is over. */
  #gotOn(): void {
    this.#outage.over();
    this.#disagreements = 0;
  }

  /** What can be waited out or looked at anew; anything else ends the attempt. */
  async #passed(error: unknown): Promise<void> {
    if (this.#waits.signal.aborted && error === this.#waits.signal.reason) this.#waits.go();
    this.#seen = {};
    if (error instanceof GameUnavailable) {
      const delayMs = this.#outage.nextDelayMs();
      if (delayMs === undefined) throw error;
      this.io.log('warn', `${error.message}: asking again in ${delayMs} ms`);
      return this.#waits.for(delayMs);
    }
    if (!(error instanceof GameRefused) || error.kind === 'permanent') throw error;
    if (error.kind === 'wait' && error.untilMs !== null) {
      return this.#waits.until(Math.max(error.untilMs, this.ports.clock.nowMs() + 1_000));
    }
    this.#disagreements += 1;
    if (this.#disagreements > mostDisagreements) throw error;
    this.io.log('warn', `${error.message} (${error.code}): looking at ${this.ship} again`);
  }

  get #asking(): CallOptions {
    return { signal: this.#waits.signal };
  }

  #moved({ iteration, progress }: ContainerSnapshot, doing: string, ship: ShipInSight, quietForMs?: number): void {
    const cursor = { iteration, visited: progress.visited.length, doing, at: placeOf(ship) };
    if (quietForMs === undefined) this.io.progress(cursor);
    else this.io.progress(cursor, quietForMs);
  }
}
