import { Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { isRunByDaemon } from '../../../domain/container/container.js';
import { messageOf } from '../../../domain/kernel/message-of.js';
import { planRecovery } from '../../../domain/recovery/plan-recovery.js';
import type { LeaseFate, RecoveryStep } from '../../../domain/recovery/recovery.js';
import { leaseStream } from '../../../domain/lease/resource.js';
import { playerStream } from '../../../domain/player/player.js';
import { Decisions } from '../../decide-and-append.js';
import type { Policy } from '../../policy.js';
import type { Clock } from '../../ports/clock.js';
import { CLOCK, POLICY } from '../../ports/tokens.js';
import { ListHolds, type HoldPair } from '../../queries/assignments.js';
import type { Freshness } from '../../queries/view-answer.js';
import { DaemonIdentity } from '../daemon/daemon-identity.js';
import { Supervisor } from '../daemon/supervisor.js';
import { forEach } from '../for-each.js';
import { mayPass } from '../attempt-log.js';
import { CarryOutStep, type CarriedOut, type LostContainer } from './carry-out-step.js';
import { Eras } from './eras.js';
import { Evidence } from './evidence.js';
import { foundInLog, type Unsettled } from './found-in-log.js';

export interface RecoveryRun {
  readonly fates: readonly LeaseFate[];
  readonly done: readonly RecoveryStep[];
  /** Containers that could not go on, each with its reason. */
  readonly lost: readonly LostContainer[];
  /** What was found and could not be settled; the next run tries again. */
  readonly failed: readonly Unsettled[];
}

const atOnce = 8;
const nothing: RecoveryRun = { fates: [], done: [], lost: [], failed: [] };

/**
 * Takes over what no daemon runs any more, lease by lease. The views say where to look; what is found there is read
 * again from the log, and only what the log says is acted upon, under the token that it was seen under.
 */
export class Recovery {
  readonly #overdue = new Overdue();

  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(Evidence) private readonly evidence: Evidence,
    @Inject(Eras) private readonly eras: Eras,
    @Inject(CarryOutStep) private readonly steps: CarryOutStep,
    @Inject(Supervisor) private readonly supervisor: Supervisor,
    @Inject(DaemonIdentity) private readonly identity: DaemonIdentity,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  /** At a start: every lease. Undefined: the views cannot say yet. */
  async runAll(fresh: Freshness): Promise<RecoveryRun | undefined> {
    const holds = await this.queries.execute(new ListHolds(fresh));
    return holds.type === 'Answered' ? this.#run(holds.value, holds.value) : undefined;
  }

  /** Later: only what a daemon should run and, as the views have it, none does. Undefined: they cannot say. */
  async runDaemons(): Promise<RecoveryRun | undefined> {
    const holds = await this.queries.execute(new ListHolds());
    if (holds.type !== 'Answered') return undefined;
    const rows = holds.value.flatMap(({ container }) => (container && isRunByDaemon(container) ? [container] : []));
    const runners = await this.evidence.runners(rows, holds.value);
    const suspects = holds.value.filter(({ container }) => {
      const runner = container && runners.get(container.containerId);
      return runner === 'gone' || (runner === 'here' && !this.supervisor.has(container?.containerId ?? ''));
    });
    return suspects.length === 0 ? nothing : this.#run(suspects, holds.value);
  }

  async #run(suspects: readonly HoldPair[], all: readonly HoldPair[]): Promise<RecoveryRun> {
    const nowMs = this.clock.nowMs();
    const { leases, containers, failed } = await foundInLog(this.decisions, suspects, nowMs);
    const runners = await this.evidence.runners(containers, all);
    const run: Carried = { done: [], lost: [], failed: [...failed] };
    const { erasClosedMs, unread } = await this.#eras(new Set(containers.map(({ player }) => player)), run);
    // A container is left out with its leases: without it they would seem to be nobody's.
    const known = {
      leases: leases.filter(({ resource }) => !unread.has(Number(resource.scope))),
      containers: containers.filter(({ player }) => !unread.has(player)),
    };
    const state = { ...known, nowMs };
    const overdue = this.#overdue.since(this.clock.monotonicMs() - this.policy.recoveryBudgetMs);
    const found = { runners, erasClosedMs, overdue };
    const cargo = await this.evidence.aboard(known.leases, known.containers, state.nowMs, found);
    const { fates, steps } = planRecovery(
      state,
      { ...found, cargo },
      { repairGraceMs: this.policy.repairGraceMs, crash: this.policy.crash },
    );
    for (const { containerId } of containers) {
      if (runners.get(containerId) !== 'here' || this.supervisor.has(containerId)) continue;
      // Begun in this daemon's name, and its beginning was not heard of.
      await this.supervisor.takeUp(containerId).catch((error: unknown) => {
        run.failed.push({ subject: containerId, message: messageOf(error) });
      });
    }
    for (const together of [steps.filter(isOfLease), steps.filter(isEnd), steps.filter(isAdoption)]) {
      await forEach(together, atOnce, (step) => this.#carryOut(step, run));
    }
    this.#overdue.isOver(run.done);
    return { fates, ...run };
  }

  /** A player whose stream cannot be read keeps nobody else from being recovered. */
  async #eras(players: Iterable<number>, run: Carried) {
    const erasClosedMs = new Map<number, number>();
    const unread = new Set<number>();
    for (const each of players) {
      try {
        for (const [player, atMs] of await this.eras.closed([each])) erasClosedMs.set(player, atMs);
      } catch (error) {
        unread.add(each);
        run.failed.push({ subject: playerStream(each), message: messageOf(error) });
      }
    }
    return { erasClosedMs, unread };
  }

  /** What is wrong with one must not keep the others from being recovered. */
  async #carryOut(step: RecoveryStep, run: Carried): Promise<void> {
    try {
      const { lost, refused }: CarriedOut =
        this.identity.name === null ? { refused: 'the daemon is shutting down' } : await this.steps.carryOut(step);
      if (lost) run.lost.push(lost);
      if (refused === undefined) run.done.push(step);
      else run.failed.push({ subject: subjectOf(step), message: refused });
    } catch (error) {
      // What may pass lies with the log, and with everybody: that is waited out.
      if (step.type === 'Adopt' && !mayPass(error)) {
        this.#overdue.note(step.containerId, messageOf(error), this.clock.monotonicMs());
      }
      run.failed.push({ subject: subjectOf(step), message: messageOf(error) });
    }
  }
}

/** What could not be taken over by a fault of its own, since when, and why. Kept here alone: a start begins anew. */
class Overdue {
  readonly #faults = new Map<string, { readonly sinceMs: number; readonly why: string }>();

  note(containerId: string, why: string, nowMs: number): void {
    const sinceMs = this.#faults.get(containerId)?.sinceMs ?? nowMs;
    this.#faults.set(containerId, { sinceMs, why });
  }

  /** Those whose fault has stood at least since then. */
  since(momentMs: number): ReadonlyMap<string, string> {
    const long = [...this.#faults].filter(([, { sinceMs }]) => sinceMs <= momentMs);
    return new Map(long.map(([containerId, { why }]) => [containerId, why]));
  }

  isOver(done: readonly RecoveryStep[]): void {
    for (const step of done) if ('containerId' in step) this.#faults.delete(step.containerId);
  }
}

interface Carried {
  readonly done: RecoveryStep[];
  readonly lost: RecoveryRun['lost'][number][];
  readonly failed: Unsettled[];
}

const isAdoption = ({ type }: RecoveryStep) => type === 'Adopt';
const isOfLease = ({ type }: RecoveryStep) => type === 'Release' || type === 'Bind';
const isEnd = (step: RecoveryStep) => !isAdoption(step) && !isOfLease(step);

function subjectOf(step: RecoveryStep): string {
  return 'containerId' in step ? step.containerId : leaseStream(step.resource);
}
