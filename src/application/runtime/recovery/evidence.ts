import { Inject } from '@nestjs/common';
import { isFinished, isRunByDaemon } from '../../../domain/container/container.js';
import type { ContainerSnapshot } from '../../../domain/container/events.js';
import { instance, instanceStream } from '../../../domain/instance/instance.js';
import { isGivenUp } from '../../../domain/recovery/plan-recovery.js';
import { isReservation } from '../../../domain/lease/lease.js';
import { leaseStream } from '../../../domain/lease/resource.js';
import {
  isOfClosedEra,
  type CargoEvidence,
  type RecoveredLease,
  type RecoveryEvidence,
  type RunnerEvidence,
} from '../../../domain/recovery/recovery.js';
import { Decisions } from '../../decide-and-append.js';
import { watchedIn } from '../../liveness/lease-monitor.js';
import { HeardHeartbeats } from '../../liveness/heard-heartbeats.js';
import type { Policy } from '../../policy.js';
import type { CargoReader } from '../../ports/cargo.js';
import type { Processes } from '../../ports/processes.js';
import { CARGO, POLICY, PROCESSES } from '../../ports/tokens.js';
import type { HoldPair } from '../../queries/assignments.js';
import { forEach } from '../for-each.js';
import { DaemonIdentity } from '../daemon/daemon-identity.js';
import { Supervisor } from '../daemon/supervisor.js';

const atOnce = 8;

/** What a recovery goes by: who still runs, and what is aboard. */
export class Evidence {
  constructor(
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(HeardHeartbeats) private readonly heard: HeardHeartbeats,
    @Inject(Supervisor) private readonly supervisor: Supervisor,
    @Inject(PROCESSES) private readonly processes: Processes,
    @Inject(CARGO) private readonly cargo: CargoReader,
    @Inject(DaemonIdentity) private readonly identity: DaemonIdentity,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  /** For every container that a daemon runs and that is not over. */
  async runners(
    containers: readonly Pick<
      ContainerSnapshot,
      'containerId' | 'player' | 'status' | 'runner' | 'daemon' | 'backOff'
    >[],
    pairs: readonly HoldPair[],
  ): Promise<ReadonlyMap<string, RunnerEvidence>> {
    const silent = await this.#silent(pairs);
    const runners = new Map<string, RunnerEvidence>();
    const gone = new Map<string, boolean>();
    for (const each of containers) {
      const { containerId, daemon } = each;
      if (!isRunByDaemon(each) || isFinished(each)) continue;
      if (this.supervisor.has(containerId)) runners.set(containerId, 'here');
      else if (!this.supervisor.takesOn(each)) runners.set(containerId, 'elsewhere');
      else if (each.status === 'INTERRUPTED' || daemon === undefined) runners.set(containerId, 'gone');
      else if (daemon === this.identity.name) runners.set(containerId, each.backOff ? 'gone' : 'here');
      else {
        if (!gone.has(daemon)) gone.set(daemon, await this.#isGone(daemon));
        runners.set(containerId, gone.get(daemon) === true || silent.has(containerId) ? 'gone' : 'elsewhere');
      }
    }
    return runners;
  }

  /** What is aboard of every ship whose holder is over, or is about to be: the only ones for which it matters. */
  async aboard(
    leases: readonly RecoveredLease[],
    containers: readonly ContainerSnapshot[],
    nowMs: number,
    found: Pick<RecoveryEvidence, 'runners' | 'erasClosedMs' | 'overdue'>,
  ): Promise<ReadonlyMap<string, CargoEvidence>> {
    const goesOn = new Set(
      containers
        .filter((each) => !isGivenUp(each, { leases, nowMs }, found, this.policy.crash))
        .filter((each) => this.#goesOn(each, leases, found))
        .map(idOf),
    );
    const read = new Map<string, CargoEvidence>();
    await forEach(leases, atOnce, async ({ resource, hold }) => {
      if (!hold || isReservation(hold) || hold.holder.kind !== 'container' || goesOn.has(hold.holder.id)) return;
      read.set(leaseStream(resource), await this.cargo.cargoOf(resource.name, Number(resource.scope)));
    });
    return read;
  }

  #goesOn(
    { status, containerId, player, ships, createdAtMs }: ContainerSnapshot,
    leases: readonly RecoveredLease[],
    { runners, erasClosedMs }: Pick<RecoveryEvidence, 'runners' | 'erasClosedMs'>,
  ): boolean {
    if (isFinished({ status }) || isOfClosedEra({ player, createdAtMs }, { erasClosedMs })) return false;
    if (runners.get(containerId) !== 'gone') return true;
    const lacks = leases.some(({ resource, hold }) => {
      return Number(resource.scope) === player && ships.includes(resource.name) && hold?.holder.id !== containerId;
    });
    return status !== 'STOPPING' && !lacks;
  }

  /** It said that it stopped, or its process is no more. */
  async #isGone(daemon: string): Promise<boolean> {
    const { state } = await this.decisions.current(instance, instanceStream(daemon));
    if (!state.place) return false;
    if (state.runningSinceMs === null) return true;
    const { pid, process } = state.place;
    return this.processes.look({ pid, mark: process }) === 'dead';
  }

  async #silent(pairs: readonly HoldPair[]): Promise<ReadonlySet<string>> {
    await this.heard.listen();
    const { daemonTtlMs } = this.policy;
    const silent = new Set<string>();
    for (const { subject, token, moved, container } of watchedIn(pairs, this.policy)) {
      if (!container || !isRunByDaemon(container)) continue;
      // A daemon renews while it works and while it waits: no announced quiet excuses it.
      if (this.heard.silenceOf(subject, token, moved).silentForMs > daemonTtlMs) silent.add(container.containerId);
    }
    return silent;
  }
}

function idOf({ containerId }: { readonly containerId: string }): string {
  return containerId;
}
