import { Inject } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { container, containerStream, isFinished } from '../../domain/container/container.js';
import { containerIdFor } from '../../domain/ids.js';
import { lease } from '../../domain/lease/lease.js';
import type { LeaseRefusal } from '../../domain/lease/refusals.js';
import { leaseStream, shipResource } from '../../domain/lease/resource.js';
import type { Stop } from '../../domain/scouting/closed-tour.js';
import { stopsFor, type NoStops } from '../../domain/scouting/markets.js';
import { shareOut, type FlownTour, type NewTour, type ShareOut } from '../../domain/scouting/share-out.js';
import { system, systemStream } from '../../domain/system/system.js';
import { tourPlanOf } from '../../domain/system/tour.js';
import type { Answer } from '../answer.js';
import { stepOf, type CommandContext } from '../command-context.js';
import { StartContainer, type StartRefusal } from '../containers/start-container.js';
import { StopContainer } from '../containers/stop-container.js';
import { Decisions } from '../decide-and-append.js';
import { Clearance } from '../flights/clearance.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Game } from '../ports/game.js';
import type { Ids } from '../ports/ids.js';
import { CLOCK, GAME, IDS, POLICY } from '../ports/tokens.js';
import { FindScouts, type NoScouts } from './find-scouts.js';

export interface Scouting {
  readonly type: 'Scouting';
  /** Every tour that serves the call, by ship. */
  readonly tours: readonly (FlownTour & { readonly reused: boolean })[];
  readonly idle: readonly string[];
  readonly uncovered: readonly string[];
  readonly unasked: readonly string[];
}

export type ScoutRefusal = NoStops | NoScouts;

export interface ScoutMarketsAsk {
  readonly player: number;
  readonly system: string;
  /** Every probe and drone of the agent if absent. */
  readonly ships?: readonly string[] | undefined;
  /** Every market of the chart that is no fuel station if absent. */
  readonly markets?: readonly string[] | undefined;
  /** -1: until stopped. */
  readonly iterations: number;
  readonly replan: boolean;
}

/**
 * Has the markets of a system scouted: a tour for every ship that flies none. Asked again, or by several at once, it
 * begins nothing twice: what is flown serves.
 */
export class ScoutMarkets extends Command<Answer<Scouting | ScoutRefusal | StartRefusal>> {
  constructor(
    readonly context: CommandContext,
    readonly ask: ScoutMarketsAsk,
  ) {
    super();
  }
}

interface LeftBehind {
  readonly ship: string;
  readonly containerId: string;
  readonly isOver: true;
}

/** A call that runs at the same time may have a ship and no container for it yet. */
const looks = 40;
const betweenLooksMs = 50;

@CommandHandler(ScoutMarkets)
export class ScoutMarketsHandler implements ICommandHandler<ScoutMarkets> {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(FindScouts) private readonly scouts: FindScouts,
    @Inject(Clearance) private readonly clearance: Clearance,
    @Inject(GAME) private readonly game: Game | null,
    @Inject(POLICY) private readonly policy: Policy,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  async execute({ context, ask }: ScoutMarkets): Promise<Answer<Scouting | ScoutRefusal | StartRefusal>> {
    if (!this.game && !ask.ships) return { outcome: { type: 'NoGame' }, position: 0n };
    const { state: chart } = await this.decisions.current(system, systemStream(ask.system));
    const found = stopsFor(ask, chart);
    if (found.type !== 'Stops') return { outcome: found, position: 0n };
    // Without a game the tours are for workers of somebody's own.
    const refusal = this.game ? this.clearance.forPlayer(ask.player) : undefined;
    if (refusal) return { outcome: refusal, position: 0n };
    const ships = await this.scouts.among(ask.ships);
    if (ships.type !== 'Scouts') return { outcome: ships, position: 0n };
    for (let look = 1; ; look++) {
      const answer = await this.#once(context, ask, ships.ships, found.stops);
      if (answer.outcome.type !== 'HeldByAnother' || look === looks) return answer;
      const { resource, hold } = answer.outcome;
      if (!(await this.#mayServe(hold.holder, ask, resource.name))) return answer;
      await this.clock.sleep(betweenLooksMs);
    }
  }

  async #once(
    context: CommandContext,
    ask: ScoutMarketsAsk,
    ships: readonly string[],
    markets: readonly Stop[],
  ): Promise<Answer<Scouting | StartRefusal>> {
    const flown: FlownTour[] = [];
    const left: LeftBehind[] = [];
    for (const ship of ships) {
      const tour = await this.#flownBy(ship, ask);
      if (tour && 'type' in tour) return { outcome: tour, position: 0n };
      if (tour && 'isOver' in tour) left.push(tour);
      else if (tour) flown.push(tour);
    }
    const shared = shareOut({ ships, markets, flown, left, replan: ask.replan });
    return this.#carryOut(context, ask, shared);
  }

  /** The tour in this system that a ship flies; the refusal if somebody has it for something else. */
  async #flownBy(
    ship: string,
    { player, system }: ScoutMarketsAsk,
  ): Promise<FlownTour | LeftBehind | LeaseRefusal | undefined> {
    const resource = shipResource(player, ship);
    const { hold } = (await this.decisions.current(lease, leaseStream(resource))).state;
    if (!hold) return undefined;
    const isContainers = hold.holder.kind === 'container';
    const tour = isContainers ? await this.#tourOf(hold.holder.id, system, ship) : undefined;
    if (tour) return tour;
    if (isContainers && (await this.#isLeftBy(hold.holder.id, ship))) {
      return { ship, containerId: hold.holder.id, isOver: true };
    }
    return { type: hold.holder.kind === 'operator' ? 'ReservedByOperator' : 'HeldByAnother', resource, hold };
  }

  /** Its tour is over and has the ship still, whatever kept it: the next one takes it from there. */
  async #isLeftBy(containerId: string, ship: string): Promise<boolean> {
    const { state } = await this.decisions.current(container, containerStream(containerId));
    return state !== null && isFinished(state) && tourPlanOf(state)?.ship === ship;
  }

  async #tourOf(containerId: string, inSystem: string, ship: string): Promise<FlownTour | undefined> {
    const { state } = await this.decisions.current(container, containerStream(containerId));
    if (!state || isFinished(state) || state.status === 'STOPPING') return undefined;
    const plan = tourPlanOf(state);
    return plan?.system === inSystem && plan.ship === ship ? { ship, containerId, markets: plan.markets } : undefined;
  }

  /** Whether what has the ship is, or is about to be, a tour that serves. */
  async #mayServe(holder: { readonly kind: string; readonly id: string }, { system }: ScoutMarketsAsk, ship: string) {
    if (holder.kind !== 'container') return false;
    const { state } = await this.decisions.current(container, containerStream(holder.id));
    return !state || isFinished(state) || (await this.#tourOf(holder.id, system, ship)) !== undefined;
  }

  async #carryOut(
    context: CommandContext,
    ask: ScoutMarketsAsk,
    { kept, begun, ended, idle, uncovered, unasked }: ShareOut,
  ): Promise<Answer<Scouting | StartRefusal>> {
    let position = 0n;
    for (const { containerId } of ended) {
      const stop = { containerId, reason: 'no market is left for it', token: null, immediately: false };
      const answer = await this.commands.execute(new StopContainer(stepOf(context, `end-${containerId}`), stop));
      if (answer.position > position) position = answer.position;
    }
    const tours = kept.map((tour) => ({ ...tour, reused: true }));
    for (const tour of begun) {
      const { command, containerId } = this.#begin(context, ask, tour);
      const answer = await this.commands.execute(command);
      if (answer.outcome.type !== 'Started') return { outcome: answer.outcome, position };
      if (answer.position > position) position = answer.position;
      tours.push({ ship: tour.ship, containerId, markets: tour.markets, reused: false });
    }
    tours.sort((one, other) => (one.ship < other.ship ? -1 : 1));
    return { outcome: { type: 'Scouting', tours, idle, uncovered, unasked }, position };
  }

  /** The same call names the same containers, so that a repeat of it finds what the first one began. */
  #begin(
    context: CommandContext,
    { player, system, iterations }: ScoutMarketsAsk,
    { ship, markets, insteadOf }: NewTour,
  ) {
    const hex8 = this.ids.derived(context.commandId, ship, ...markets).slice(0, 8);
    const containerId = containerIdFor('scout-tour', ship, hex8);
    const params = { ship_symbol: ship, player_id: player, system, markets: [...markets] };
    const command = new StartContainer(stepOf(context, containerId), {
      containerId,
      player,
      containerType: 'SCOUT_TOUR',
      commandType: 'ScoutTourCommand',
      config: { command_type: 'ScoutTourCommand', params, iterations },
      metadata: { ship_symbol: ship },
      ships: [ship],
      maxIterations: iterations,
      restartPolicy: 'on-failure',
      maxRestarts: this.policy.maxRestarts,
      parentId: null,
      ...(this.game && { runner: 'daemon' as const }),
      adoptsObligations: true,
      takesOver: insteadOf === null ? null : { containerId: insteadOf },
    });
    return { command, containerId };
  }
}
