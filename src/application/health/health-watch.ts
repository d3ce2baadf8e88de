import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { fail } from '../../domain/container/attempts.js';
import { containerToken, isRunByDaemon } from '../../domain/container/container.js';
import { isDue, stuckFlight, tooFast, type StuckFlight } from '../../domain/health/findings.js';
import {
  abandoning,
  attemptsOn,
  nothingWatched,
  seenHealthy,
  tried,
  watching,
  type Watch,
} from '../../domain/health/watch.js';
import { lease } from '../../domain/lease/lease.js';
import { leaseStream, shipResource } from '../../domain/lease/resource.js';
import { systemContext } from '../command-context.js';
import { ContainerEnds } from '../containers/container-ends.js';
import { decideContainer } from '../containers/decide-container.js';
import { Decisions } from '../decide-and-append.js';
import type { HealthRules, Policy } from '../policy.js';
import type { Clock } from '../ports/clock.js';
import type { ContainerLines } from '../ports/container-lines.js';
import type { Game, GameShip } from '../ports/game.js';
import type { Ids } from '../ports/ids.js';
import { CLOCK, CONTAINER_LINES, GAME, IDS, POLICY } from '../ports/tokens.js';
import { ListHolds, type HoldPair } from '../queries/assignments.js';
import type { ContainerRow } from '../queries/containers.js';

export interface HealthLog {
  warn(text: string): void;
  /** For what a person should look at now. */
  critical(text: string): void;
}

export interface HealthStatus {
  readonly rules: HealthRules;
  readonly lastCheckAtMs: number | null;
  readonly watch: Watch;
  /** Containers without end whose iterations are over suspiciously soon. */
  readonly fast: readonly { readonly containerId: string; readonly averageMs: number }[];
  readonly stuck: readonly ({ readonly ship: string } & StuckFlight)[];
}

/**
 * Looks for work that goes wrong without failing: loops that spin, and ships that never arrive. Takes no lease and judges
 * no silence. The watch list is this process's own, and begins anew with it.
 */
export class HealthWatch {
  log: HealthLog = { warn: () => undefined, critical: () => undefined };
  #status: HealthStatus;

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(ContainerEnds) private readonly ends: ContainerEnds,
    @Inject(GAME) private readonly game: Pick<Game, 'ships' | 'ship'> | null,
    @Inject(CONTAINER_LINES) private readonly lines: ContainerLines,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: Ids,
    @Inject(POLICY) private readonly policy: Policy,
  ) {
    this.#status = { rules: policy.health, lastCheckAtMs: null, watch: nothingWatched, fast: [], stuck: [] };
  }

  get status(): HealthStatus {
    return this.#status;
  }

  /** Looks if it is time to; says whether it did. Rejects with what the views or the game reject with. */
  async check(): Promise<boolean> {
    const nowMs = this.clock.nowMs();
    if (!isDue(this.#status.lastCheckAtMs, nowMs, this.policy.health.intervalMs)) return false;
    this.#status = { ...this.#status, lastCheckAtMs: nowMs };
    const holds = await this.queries.execute(new ListHolds());
    if (holds.type !== 'Answered') return true;
    const containers = new Map(
      holds.value.flatMap(({ container }) => (container ? [[container.containerId, container]] : [])),
    );
    this.#lookAtPace([...containers.values()], nowMs);
    if (this.game) await this.#lookAtFlights(this.game, holds.value);
    return true;
  }

  #lookAtPace(containers: readonly ContainerRow[], nowMs: number): void {
    const known = new Set(this.#status.fast.map(({ containerId }) => containerId));
    const fast = containers.flatMap(({ containerId, ...container }) => {
      const averageMs = tooFast(container, nowMs, this.policy.health.fastestIterationMs);
      return averageMs === undefined ? [] : [{ containerId, averageMs: Math.round(averageMs) }];
    });
    for (const container of containers) {
      const { containerId } = container;
      const averageMs = fast.find((each) => each.containerId === containerId)?.averageMs;
      if (averageMs === undefined || known.has(containerId)) continue;
      this.#warn(container, `${containerId} is suspiciously fast: ${averageMs} ms for an iteration on average`);
    }
    this.#status = { ...this.#status, fast };
  }

  async #lookAtFlights(game: Pick<Game, 'ships' | 'ship'>, holds: readonly HoldPair[]): Promise<void> {
    const { stuckAfterMs, healthyAfterMs } = this.policy.health;
    const stuck: HealthStatus['stuck'][number][] = [];
    const cutShort: string[] = [];
    for (const ship of await game.ships({ priority: 'background' })) {
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
        await this.#setRight(game, ship, found, containerOf(holds, symbol));
      } catch (error) {
        cutShort.push(`${symbol}: ${textOf(error)}`);
      }
    }
    this.#status = { ...this.#status, stuck };
    const [first] = cutShort;
    if (first) this.log.warn(`The look at ${cutShort.length} ships was cut short, until the next one; first ${first}`);
  }

  /** When the last holder gave the ship back after it had completed its work; null when it is held, or ended otherwise. */
  async #completedAtMs(ship: string): Promise<number | null> {
    const stream = leaseStream(shipResource(this.policy.gamePlayer, ship));
    const { hold, previous } = (await this.decisions.current(lease, stream)).state;
    return !hold && previous?.reason === 'completed' ? previous.freedAtMs : null;
  }

  /** The game may know better when it is asked for this one ship; an operation that flies it goes on with what it sees. */
  async #setRight(
    game: Pick<Game, 'ship'>,
    { symbol, nav }: GameShip,
    { severity, overdueMs }: StuckFlight,
    container: ContainerRow | undefined,
  ): Promise<void> {
    const isNew = !this.#watch.ships.has(symbol);
    this.#watch = watching(this.#watch, symbol, this.clock.nowMs());
    const where = `${symbol} is IN_TRANSIT to ${nav.destination.symbol}, ${Math.round(overdueMs / 1_000)} s after its arrival`;
    if (isNew && severity === 'critical') this.log.critical(`${where}, though its way was completed`);
    else if (isNew) this.#warn(container, where);
    if (this.#watch.ships.get(symbol)?.abandoned) return;
    const failure = await whyInFlight(game, symbol);
    this.#watch = tried(this.#watch, symbol, failure === undefined ? 'success' : 'failure', this.clock.nowMs());
    if (failure === undefined) return this.#warn(container, `${symbol} has arrived after all`);
    this.#warn(container, `${symbol} could not be set right: ${failure}`, 'error');
    if (attemptsOn(this.#watch, symbol) >= this.policy.health.attempts) await this.#abandon(symbol, failure, container);
  }

  /** Only what the log has is given up: where the end could not be written, the next look tries again. */
  async #abandon(ship: string, failure: string, container: ContainerRow | undefined): Promise<void> {
    const text = `${ship} was given up after ${attemptsOn(this.#watch, ship)} attempts: ${failure}`;
    if (container) await this.#fail(container, text);
    this.#watch = abandoning(this.#watch, ship);
    this.log.critical(text);
    if (container) this.#line(container, 'error', text);
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

  get #watch(): Watch {
    return this.#status.watch;
  }

  set #watch(watch: Watch) {
    this.#status = { ...this.#status, watch };
  }

  #warn(container: ContainerRow | undefined, text: string, level: 'warn' | 'error' = 'warn'): void {
    this.log.warn(text);
    if (container) this.#line(container, level, text);
  }

  #line({ containerId, attempt }: ContainerRow, level: 'warn' | 'error', text: string): void {
    this.lines.write({ containerId, attempt, level, text });
  }
}

/** Undefined: it has arrived. */
async function whyInFlight(game: Pick<Game, 'ship'>, symbol: string): Promise<string | undefined> {
  try {
    const { nav } = await game.ship(symbol);
    return nav.status === 'IN_TRANSIT' ? 'the game still has it in flight' : undefined;
  } catch (error) {
    return textOf(error);
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What flies the ship: only a daemon of this server does so with this account of the game. */
function containerOf(holds: readonly HoldPair[], ship: string): ContainerRow | undefined {
  const held = holds.find(({ assignment, container }) => {
    return assignment?.ship === ship && container !== null && isRunByDaemon(container);
  });
  return held?.container ?? undefined;
}
