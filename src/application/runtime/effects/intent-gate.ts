import type { JsonObject } from '../../../domain/kernel/json.js';
import type { Obligation } from '../../../domain/lease/events.js';
import type { LeaseState } from '../../../domain/lease/lease.js';
import {
  mayHarmLate,
  probeOf,
  stillToIncur,
  resultOf,
  type CargoProbe,
  type Probe,
} from '../../../domain/operations/probe.js';
import { unitsAboard, type ShipInSight } from '../../../domain/operations/sight.js';
import type { Action } from '../../../domain/operations/step.js';
import {
  EraChanged,
  GameOutcomeUnknown,
  GameRefused,
  GameUnavailable,
  type GameTransaction,
} from '../../ports/game.js';
import type { AttemptLog } from '../attempt-log.js';
import type { AttemptIo } from '../attempt-run.js';
import type { RuntimeLimits, RuntimePorts } from '../runtime-ports.js';
import type { Waits } from '../waits.js';
import { carryOut, transactionEvidence, type ActionDone } from './carry-out.js';
import { probeIn, storedProbe } from './stored-probe.js';

interface Declared {
  readonly effectId: string;
  readonly probe: Probe;
  /** It cannot land after this. */
  readonly deadlineMs: number;
}

/** The game may be this much behind or ahead of this machine's clock. */
const skewMs = 5_000;

/**
 * The one way to change the game: declared in the log under the token in force, then done, then recorded with what shows
 * that it happened. What is not known to have happened is looked for before anything is repeated.
 */
export class IntentGate {
  constructor(
    private readonly ports: Pick<RuntimePorts, 'game' | 'clock' | 'ids'>,
    private readonly limits: RuntimeLimits,
    private readonly log: AttemptLog,
    private readonly waits: Waits,
    private readonly io: Pick<AttemptIo, 'log'>,
  ) {}

  /**
   * Gives the ship as the answer shows it; undefined when there was no answer: the effect is open then, and must be
   * settled first. Rejects with the game's GameRefused, GameUnavailable or EraChanged, after they were recorded.
   */
  async perform(
    action: Action,
    ship: ShipInSight,
    obligations: readonly Obligation[],
  ): Promise<ShipInSight | undefined> {
    const { clock, ids, game } = this.ports;
    const { turnMs, landsWithinMs } = this.limits;
    const effectId = ids.uuid();
    const probe = probeOf(action, ship, effectId, obligations);
    const withinMs = turnMs + landsWithinMs;
    const sendBeforeMs = clock.monotonicMs() + turnMs;
    await this.log.record({ type: 'intend', effectId, action: action.type, withinMs, probe: storedProbe(probe) });
    const declared = { effectId, probe, deadlineMs: clock.nowMs() + withinMs };
    let done: ActionDone;
    try {
      this.waits.allow();
      done = await carryOut(game, ship.symbol, action, { signal: this.waits.signal, sendBeforeMs });
    } catch (error) {
      await this.#unanswered(error, declared, ship.symbol);
      return undefined;
    }
    await this.#happened(declared, done.evidence);
    return { ...ship, ...done.change };
  }

  /**
   * Learns from the game what became of effects that nobody saw the end of, and records it. What has not happened may
   * still land until its deadline, which is waited for; the impatient leave it open instead. Gives false when there was
   * nothing to learn: what another kind of worker declared, and cannot land any more, is left to who understands it.
   */
  async settle(
    ship: string,
    { effects, obligations }: Pick<LeaseState, 'effects' | 'obligations'>,
    isPatient = true,
  ): Promise<boolean> {
    let hasLearned = false;
    for (const { effectId, probe: stored, deadlineMs, action } of effects) {
      const probe = probeIn(stored);
      const mayLand = deadlineMs > this.ports.clock.nowMs();
      if (!probe && !mayLand) continue;
      hasLearned = true;
      if (probe) {
        await this.#settleOne({ effectId, probe, deadlineMs }, ship, obligations, isPatient);
      } else if (isPatient) {
        this.io.log('warn', `${action} of ${ship} was begun by another kind of worker: waiting until it cannot land`);
        await this.waits.until(deadlineMs);
      }
    }
    return hasLearned;
  }

  async #unanswered(error: unknown, declared: Declared, ship: string): Promise<void> {
    this.waits.allow();
    if (error instanceof GameOutcomeUnknown) {
      this.io.log('warn', `${error.message}: looking whether it happened`);
      return;
    }
    if (error instanceof GameRefused) {
      await this.#didNotHappen(declared, { refused: error.code, message: error.message });
    } else if (error instanceof GameUnavailable || error instanceof EraChanged) {
      await this.#didNotHappen(declared, { why: error.message });
    } else if (this.waits.signal.aborted && error === this.waits.signal.reason) {
      // What may be sent again may have been sent before the waiting ended.
      if (mayHarmLate(declared.probe)) await this.#didNotHappen(declared, { why: 'stopped before it was sent' });
      else await this.#settleOne(declared, ship, [], false);
      this.waits.go();
    }
    throw error;
  }

  async #settleOne(
    declared: Declared,
    symbol: string,
    obligations: readonly Obligation[],
    isPatient: boolean,
  ): Promise<void> {
    const { probe, deadlineMs } = declared;
    for (;;) {
      this.waits.allow();
      const lookedAtMs = this.ports.clock.nowMs();
      const ship = await this.ports.game.ship(symbol, { priority: 'urgent' });
      const traces = probe.look === 'cargo' ? await this.#tracesOf(declared, probe, ship) : {};
      const result = resultOf(probe, ship);
      if (result === 'happened' || (result === 'ambiguous' && 'transaction' in traces)) {
        const isOwed = probe.look === 'cargo' && {
          probe: { ...probe, incurs: stillToIncur(probe, ship, obligations) },
        };
        return this.#happened({ ...declared, ...isOwed }, { ...seen(probe, ship), ...traces });
      }
      if (!mayHarmLate(probe) || lookedAtMs >= deadlineMs) {
        return this.#didNotHappen(declared, { ...seen(probe, ship), ...traces });
      }
      if (!isPatient) return;
      await this.waits.until(deadlineMs);
    }
  }

  /** What else tells of a trade: the credits, and the market's own record where the hold does not tell enough. */
  async #tracesOf({ deadlineMs }: Declared, probe: CargoProbe, ship: ShipInSight): Promise<JsonObject> {
    const { game } = this.ports;
    const { credits } = await game.agent({ priority: 'urgent' });
    if (resultOf(probe, ship) !== 'ambiguous') return { credits };
    const { transactions } = await game.market(probe.waypoint, { priority: 'urgent' });
    const sinceMs = deadlineMs - this.limits.turnMs - this.limits.landsWithinMs - skewMs;
    const made = transactions.find((each) => isTraceOf(each, probe, ship.symbol) && each.atMs >= sinceMs);
    return made ? { credits, transaction: transactionEvidence(made) } : { credits };
  }

  /** What follows is recorded while the effect is still open: after a crash it is done again, and found done. */
  async #happened({ effectId, probe }: Declared, evidence: JsonObject): Promise<void> {
    if (probe.look === 'cargo') {
      const { good, incurs, settles, how } = probe;
      if (incurs) await this.log.record({ type: 'incur', ...incurs, good });
      for (const obligationId of settles) await this.log.record({ type: 'settle', obligationId, how, by: null });
    }
    await this.log.record({ type: 'observe', effectId, result: 'happened', evidence });
  }

  #didNotHappen({ effectId }: Declared, evidence: JsonObject): Promise<void> {
    return this.log.record({ type: 'observe', effectId, result: 'did-not-happen', evidence });
  }
}

function isTraceOf({ ship, good, units, type }: GameTransaction, probe: CargoProbe, symbol: string): boolean {
  const change = probe.after - probe.before;
  return (
    ship === symbol && good === probe.good && units === Math.abs(change) && type === (change > 0 ? 'PURCHASE' : 'SELL')
  );
}

function seen(probe: Probe, { nav, fuel, cargo }: ShipInSight): JsonObject {
  const { status, waypoint, destination, arrivalMs, flightMode } = nav;
  switch (probe.look) {
    case 'berth':
      return { status, waypoint };
    case 'flight-mode':
      return { flightMode };
    case 'route':
      return { status, waypoint, destination: destination.symbol, arrivalMs };
    case 'fuel':
      return { fuel: fuel.current };
    case 'cargo':
      return { aboard: unitsAboard({ cargo }, probe.good) };
    default:
      return probe satisfies never;
  }
}
