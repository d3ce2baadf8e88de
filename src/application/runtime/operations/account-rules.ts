import { placesOf, type Operation } from '../../../domain/operations/operation.js';
import type { Flight, FlightRefusal, FlightRules } from '../../flights/flight.js';
import type { Clock } from '../../ports/clock.js';
import { tellsOfNoShip, type CallOptions, type Game, type ShipNav } from '../../ports/game.js';
import type { Charts } from './charts.js';
import { instructionOf, type Instructed } from './parameters.js';

/** How long whoever orders a flight waits for what the game says of it, and where what was seen before speaks against it. */
const inSightMs = 80;
const inDoubtMs = 2_000;

/** What is flown with one account of the game: operations, for its player, with ships and between places that it has. */
export class AccountRules implements FlightRules {
  /** Ships that the game has shown, and where it did. */
  readonly #seenIn = new Map<string, string>();
  /** The whole fleet was shown once; null: it was not asked for. */
  #roster: 'asked' | 'seen' | null = null;

  constructor(
    private readonly player: number,
    private readonly game: Pick<Game, 'ship' | 'ships'>,
    private readonly charts: Pick<Charts, 'has' | 'lacks'>,
    private readonly clock: Pick<Clock, 'sleep'>,
  ) {}

  forPlayer(player: number): FlightRefusal | undefined {
    return player === this.player ? undefined : { type: 'ShipsOfAnother', player, fliesFor: this.player };
  }

  forFlight(flight: Flight): FlightRefusal | undefined {
    const found = this.instruction(flight);
    return found.type === 'Fit' ? undefined : found;
  }

  /** What an attempt is to do, if it is for this account at all. */
  instruction(flight: Flight): Instructed | FlightRefusal {
    const refusal = this.forPlayer(flight.player);
    if (refusal) return refusal;
    const instruction = instructionOf(flight);
    const operation = flight.commandType || flight.containerType;
    switch (instruction.type) {
      case 'Fit':
        return instruction;
      case 'Unknown':
        return { type: 'UnknownOperation', operation };
      case 'Retired':
        return { type: 'RetiredOperation', operation, why: instruction.why };
      case 'Unfit':
        return { type: 'UnfitOperation', why: instruction.why };
      default:
        return instruction satisfies never;
    }
  }

  /** A game that is slow or away keeps nobody from ordering: then the attempt is told what is wrong. */
  async inSight(flight: Flight): Promise<FlightRefusal | undefined> {
    const instruction = instructionOf(flight);
    if (instruction.type !== 'Fit') return undefined;
    const { ship, operation } = instruction;
    void this.#seeFleet();
    const late = new AbortController();
    const asking: CallOptions = { priority: 'urgent', signal: late.signal };
    const answered = this.#ask(ship, operation, asking).catch(() => undefined);
    const timer = new AbortController();
    const isLate = this.clock
      .sleep(this.#isDoubtful(ship, operation) ? inDoubtMs : inSightMs, timer.signal)
      .then(() => undefined);
    const refusal = await Promise.race([answered, isLate]);
    timer.abort();
    late.abort(new Error('the order does not wait for the game any longer'));
    return refusal;
  }

  /** Ships do not cease to be, but they leave systems: where one was seen before is good for a yes, not for a no. */
  async #ask(ship: string, operation: Operation, asking: CallOptions): Promise<FlightRefusal | undefined> {
    const seenIn = this.#seenIn.get(ship);
    if (seenIn !== undefined && (await this.#missing(seenIn, operation)) === undefined) return undefined;
    const nav = await this.#navOf(ship, asking);
    if (nav === undefined) return { type: 'UnknownShip', ship };
    this.#seenIn.set(ship, nav.system);
    const waypoint = await this.#missing(nav.system, operation);
    if (waypoint === undefined) return undefined;
    return { type: 'UnknownWaypoint', operation: operation.type, waypoint, system: nav.system };
  }

  async #navOf(ship: string, asking: CallOptions): Promise<ShipNav | undefined> {
    try {
      return (await this.game.ship(ship, asking)).nav;
    } catch (error) {
      if (tellsOfNoShip(error)) return undefined;
      throw error;
    }
  }

  /** So that most ships need not be asked for one by one. */
  async #seeFleet(): Promise<void> {
    if (this.#roster) return;
    this.#roster = 'asked';
    try {
      for (const { symbol, nav } of await this.game.ships()) this.#seenIn.set(symbol, nav.system);
      this.#roster = 'seen';
    } catch {
      this.#roster = null;
    }
  }

  #isDoubtful(ship: string, operation: Operation): boolean {
    const seenIn = this.#seenIn.get(ship);
    if (seenIn === undefined) return this.#roster === 'seen';
    return placesOf(operation).some((place) => this.charts.lacks(seenIn, place));
  }

  async #missing(system: string, operation: Operation): Promise<string | undefined> {
    for (const place of placesOf(operation)) {
      if (!(await this.charts.has(system, place))) return place;
    }
    return undefined;
  }
}
