import type { Command } from '@nestjs/cqrs';
import { container, containerStream, containerToken, isRunning, isStopping } from '../../domain/container/container.js';
import { containerRefusalText, isContainerRefusal } from '../../domain/container/refusals.js';
import type { AdoptedLease, ContainerSnapshot } from '../../domain/container/events.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import { lease, type LeaseState } from '../../domain/lease/lease.js';
import { isLeaseRefusal, leaseRefusalText } from '../../domain/lease/refusals.js';
import { leaseStream, shipResource, type Resource } from '../../domain/lease/resource.js';
import type { MarketScan } from '../../domain/market/market.js';
import type { Answer } from '../answer.js';
import { systemContext, type CommandContext } from '../command-context.js';
import { ReportProgress, type ProgressReport } from '../containers/report-progress.js';
import { TooContended } from '../decide-and-append.js';
import { RecordEffect, type EffectRecord } from '../leases/record-effect.js';
import { OutcomeUnknown, StoreFull, StoreUnavailable } from '../ports/event-store.js';
import { ScanMarket } from '../registry/scan-market.js';
import { Fenced } from './endings.js';
import type { RuntimeLimits, RuntimePorts } from './runtime-ports.js';
import { Outage, type Waits } from './waits.js';

type Untokened<T> = T extends unknown ? Omit<T, 'token'> : never;

/** What the log says now of a container and of the ship that it works with. */
export interface InLog {
  readonly container: ContainerSnapshot;
  readonly lease: LeaseState;
}

/**
 * The log, for one attempt: everything it writes is under the token it began with, and a refusal of that token ends it.
 * An outage of the store is waited out; what may have been written meanwhile is asked for again under the same name.
 */
export class AttemptLog {
  readonly #resource: Resource;
  readonly #token: number;
  readonly #correlationId: string;

  constructor(
    private readonly ports: Pick<RuntimePorts, 'commands' | 'decisions' | 'clock' | 'ids'>,
    private readonly limits: RuntimeLimits,
    private readonly attempt: ContainerSnapshot,
    private readonly ship: AdoptedLease,
    private readonly waits: Waits,
  ) {
    this.#resource = shipResource(attempt.player, ship.ship);
    this.#token = containerToken(attempt);
    this.#correlationId = ports.ids.derived(attempt.containerId, String(attempt.attempt));
  }

  /** @throws Fenced when the attempt is not the one in force, or does not run */
  async current(): Promise<InLog> {
    const { decisions } = this.ports;
    const { containerId, attempt } = this.attempt;
    const held = await this.#persistently(() => decisions.current(lease, leaseStream(this.#resource)));
    if (held.state.hold?.token !== this.ship.token) {
      throw new Fenced(`${this.ship.ship} is not held by token ${this.ship.token} any more`);
    }
    const { state } = await this.#persistently(() => decisions.current(container, containerStream(containerId)));
    if (!state || state.removed || state.attempt !== attempt || containerToken(state) !== this.#token) {
      throw new Fenced(`attempt ${attempt} of ${containerId} is not the one in force`);
    }
    const isAtWork = (isRunning(state) || isStopping(state)) && !state.backOff;
    if (!isAtWork) throw new Fenced(`${containerId} is ${state.status}`);
    return { container: state, lease: held.state };
  }

  /** @throws Fenced */
  async record(record: Untokened<EffectRecord>): Promise<void> {
    const { token } = this.ship;
    const outcome = await this.#written((context) => new RecordEffect(context, this.#resource, { ...record, token }));
    if (!isLeaseRefusal(outcome) || isRepeat(record.type, outcome.type)) return;
    const text = leaseRefusalText(outcome);
    throw outcome.type === 'StaleToken' || outcome.type === 'NeverHeld' ? new Fenced(text) : new Error(text);
  }

  visited(waypoint: string): Promise<void> {
    return this.#report({ type: 'visit', waypoint });
  }

  iterationCompleted(report: JsonObject): Promise<void> {
    return this.#report({ type: 'iteration', visited: [], report });
  }

  noted(entries: JsonObject): Promise<void> {
    return this.#report({ type: 'metadata', entries });
  }

  async scanned(seen: Omit<MarketScan, 'system' | 'player' | 'ship'>): Promise<void> {
    const { player } = this.attempt;
    await this.#written((context) => new ScanMarket(context, { ...seen, player, ship: this.ship.ship }));
  }

  async #report(report: Untokened<ProgressReport>): Promise<void> {
    const { containerId } = this.attempt;
    const outcome = await this.#written(
      (context) => new ReportProgress(context, containerId, { ...report, token: this.#token }),
    );
    if (isContainerRefusal(outcome)) throw new Fenced(containerRefusalText(outcome));
  }

  async #written<Outcome>(command: (context: CommandContext) => Command<Answer<Outcome>>): Promise<Outcome> {
    const named = systemContext(this.ports.ids, 'daemon', 'daemon');
    const context = { ...named, correlationId: this.#correlationId };
    const { outcome } = await this.#persistently((isRepeat) =>
      this.ports.commands.execute(command({ ...context, mayBeRepeat: isRepeat })),
    );
    return outcome;
  }

  async #persistently<T>(ask: (isRepeat: boolean) => Promise<T>): Promise<T> {
    const outage = new Outage(this.ports.clock, this.limits);
    for (let isRepeat = false; ; isRepeat = true) {
      this.waits.allow();
      try {
        return await ask(isRepeat);
      } catch (error) {
        const delayMs = mayPass(error) ? outage.nextDelayMs() : undefined;
        if (delayMs === undefined) throw error;
        await this.waits.for(delayMs);
      }
    }
  }
}

/** Whether asking again may help: the log was away, full, overtaken, or its answer was lost. */
export function mayPass(error: unknown): boolean {
  return (
    error instanceof StoreUnavailable ||
    error instanceof StoreFull ||
    error instanceof OutcomeUnknown ||
    error instanceof TooContended
  );
}

/** What was asked for is so already: an earlier attempt wrote it before it died. */
function isRepeat(record: EffectRecord['type'], refusal: string): boolean {
  return (
    (record === 'observe' && refusal === 'UnknownEffect') || (record === 'settle' && refusal === 'UnknownObligation')
  );
}
