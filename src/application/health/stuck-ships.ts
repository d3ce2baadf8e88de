import { Inject } from '@nestjs/common';
import { fail } from '../../domain/container/attempts.js';
import { containerToken, isRunByDaemon } from '../../domain/container/container.js';
import { stuckFlight, type StuckFlight } from '../../domain/health/findings.js';
import {
  abandoning,
  attemptsOn,
  nothingWatched,
  seenHealthy,
  tried,
  watching,
  type Watch,
} from '../../domain/health/watch.js';
import { messageOf } from '../../domain/kernel/message-of.js';
import { counted } from '../../domain/kernel/text.js';
import { lease } from '../../domain/lease/lease.js';
import { leaseStream, shipResource } from '../../domain/lease/resource.js';
import { systemContext } from '../command-context.js';
import { ContainerEnds } from '../containers/container-ends.js';
import { decideContainer } from '../containers/decide-container.js';
import { Decisions } from '../decide-and-append.js';
import type { Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { Game, GameShip } from '../ports/game.js';
import type { Ids } from '../ports/ids.js';
import { CLOCK, GAME, IDS, POLICY } from '../ports/tokens.js';
import type { HoldPair } from '../queries/assignments.js';
import type { ContainerRow } from '../queries/containers.js';
import { FleetWarnings } from './fleet-warnings.js';

type Ships = Pick<Game, 'ships' | 'ship'>;

/** Ships that the game has in flight long after their arrival: each is tried to be set right, and in the end given up. */
export class StuckShips {
  #watch: Watch = nothingWatched;
  #stuck: readonly ({ readonly ship: string } & StuckFlight)[] = [];

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(GAME) private readonly game: Ships | null,
    @Inject(FleetWarnings) private readonly warnings: FleetWarnings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  get watch(): Watch {
    return this.#watch;
  }

  /** As the last look found them. */
  get stuck(): readonly ({ readonly ship: string } & StuckFlight)[] {
    return this.#stuck;
  }

  /** Without a game there is nothing to see. Rejects with what the game rejects with. */
  async look(holds: readonly HoldPair[]): Promise<void> {
    if (!this.game) return;
    const { stuckAfterMs, healthyAfterMs } = this.policy.health;
    const stuck: ({ ship: string } & StuckFlight)[] = [];
    const cutShort: string[] = [];
    for (const ship of await this.game.ships({ priority: 'background' })) {
      const { symbol, nav } = ship;
      const nowMs = this.clock.nowMs();
      const inFlight = nav.status === 'IN_TRANSIT';
      try {
        const found = inFlight && stuckFlight(nav, await this.#completedAtMs(symbol), nowMs, stuckAfterMs);
        if (!found) {
          this.#watch = seenHealthy(this.#watch, symbol, nowMs, healthyAfterMs);
          continue;
        }
        stuck.push({ ship: symbol, ...found });
        await this.#setRight(this.game, ship, found, containerOf(holds, symbol));
      } catch (error) {
        cutShort.push(`${symbol}: ${messageOf(error)}`);
      }
    }
    this.#stuck = stuck;
    const [first] = cutShort;
    if (first) {
      this.warnings.warn(
        `The look at ${counted(cutShort.length, 'ship')} was cut short, until the next one; first ${first}`,
      );
    }
  }

  /** When the last holder gave the ship back after it had completed its work; null when it is held, or ended otherwise. */
  async #completedAtMs(ship: string): Promise<number | null> {
    const stream = leaseStream(shipResource(this.policy.gamePlayer, ship));
    const { hold, previous } = (await this.decisions.current(lease, stream)).state;
    return !hold && previous?.reason === 'completed' ? previous.freedAtMs : null;
  }

  /** The game may know better when it is asked for this one ship; an operation that flies it goes on with what it sees. */
  async #setRight(
    game: Ships,
    { symbol, nav }: GameShip,
    { severity, overdueMs }: StuckFlight,
    container: ContainerRow | undefined,
  ): Promise<void> {
    const isNew = !this.#watch.ships.has(symbol);
    this.#watch = watching(this.#watch, symbol, this.clock.nowMs());
    const where = `${symbol} is IN_TRANSIT to ${nav.destination.symbol}, ${Math.round(overdueMs / 1_000)} s after its arrival`;
    if (isNew && severity === 'critical') this.warnings.critical(`${where}, though its way was completed`);
    else if (isNew) this.warnings.warn(where, container);
    if (this.#watch.ships.get(symbol)?.abandoned) return;
    const failure = await whyInFlight(game, symbol);
    this.#watch = tried(this.#watch, symbol, failure === undefined ? 'success' : 'failure', this.clock.nowMs());
    if (failure === undefined) return this.warnings.warn(`${symbol} has arrived after all`, container);
    this.warnings.warn(`${symbol} could not be set right: ${failure}`, container, 'error');
    if (attemptsOn(this.#watch, symbol) >= this.policy.health.attempts) await this.#abandon(symbol, failure, container);
  }

  /** Only what the log has is given up: where the end could not be written, the next look tries again. */
  async #abandon(ship: string, failure: string, container: ContainerRow | undefined): Promise<void> {
    const text = `${ship} was given up after ${attemptsOn(this.#watch, ship)} attempts: ${failure}`;
    if (container) await this.#fail(container, text);
    this.#watch = abandoning(this.#watch, ship);
    this.warnings.critical(text, container);
  }

  async #fail(container: ContainerRow, text: string): Promise<void> {
    const { containerId } = container;
    const context = systemContext(this.ids, 'health', 'monitor');
    const failed = await decideContainer(this.decisions, context, containerId, (state, nowMs) =>
      fail(
        {
          containerId,
          token: containerToken(container),
          error: text,
          exitReason: 'stuck_in_transit',
          permanent: true,
          rules: this.policy.restart,
          nowMs,
        },
        state,
      ),
    );
    await this.ends.answer(context, failed, { kind: 'system', id: 'health' });
  }
}

/** Undefined: it has arrived. */
async function whyInFlight(game: Pick<Game, 'ship'>, symbol: string): Promise<string | undefined> {
  try {
    const { nav } = await game.ship(symbol);
    return nav.status === 'IN_TRANSIT' ? 'the game still has it in flight' : undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** What flies the ship: only a daemon of this server does so with this account of the game. */
function containerOf(holds: readonly HoldPair[], ship: string): ContainerRow | undefined {
  const held = holds.find(({ assignment, container }) => {
    return assignment?.ship === ship && container !== null && isRunByDaemon(container);
  });
  return held?.container ?? undefined;
}
