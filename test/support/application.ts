import type { Command, CommandBus, QueryBus } from '@nestjs/cqrs';
import type { Answer } from '../../src/application/answer.js';
import { ClaimShips } from '../../src/application/containers/claim-ships.js';
import { ContainerEnds } from '../../src/application/containers/container-ends.js';
import type { Clearance } from '../../src/application/flights/clearance.js';
import { EndContainer, EndContainerHandler } from '../../src/application/containers/end-container.js';
import { RemoveContainer, RemoveContainerHandler } from '../../src/application/containers/remove-container.js';
import { ReportProgress, ReportProgressHandler } from '../../src/application/containers/report-progress.js';
import { RestartContainer, RestartContainerHandler } from '../../src/application/containers/restart-container.js';
import { StartContainer, StartContainerHandler } from '../../src/application/containers/start-container.js';
import { StopContainer, StopContainerHandler } from '../../src/application/containers/stop-container.js';
import { Decisions, type DecisionRules } from '../../src/application/decide-and-append.js';
import { ClaimPhase, ClaimPhaseHandler } from '../../src/application/flows/claim-phase.js';
import { DeclareFlow, DeclareFlowHandler } from '../../src/application/flows/declare-flow.js';
import {
  CompletePhase,
  CompletePhaseHandler,
  FailPhase,
  FailPhaseHandler,
  PhaseEnds,
} from '../../src/application/flows/finish-phase.js';
import { HeldPhases } from '../../src/application/flows/held-phases.js';
import { TellPhaseLocks } from '../../src/application/flows/tell-phase-locks.js';
import { AbandonPhase, AbandonPhaseHandler } from '../../src/application/flows/abandon-phase.js';
import { ReportPhase, ReportPhaseHandler } from '../../src/application/flows/report-phase.js';
import {
  CancelFlow,
  CancelFlowHandler,
  PauseFlow,
  PauseFlowHandler,
  ContinueFlow,
  ContinueFlowHandler,
} from '../../src/application/flows/steer-flow.js';
import { ClaimTask, ClaimTaskHandler } from '../../src/application/agent-tasks/claim-task.js';
import { Dependencies } from '../../src/application/agent-tasks/dependencies.js';
import {
  AbandonTask,
  AbandonTaskHandler,
  CompleteTask,
  CompleteTaskHandler,
  FailTask,
  FailTaskHandler,
} from '../../src/application/agent-tasks/end-task.js';
import { HeldTask } from '../../src/application/agent-tasks/held-task.js';
import { NextAgents } from '../../src/application/agent-tasks/next-agents.js';
import { RequeueTask, RequeueTaskHandler } from '../../src/application/agent-tasks/operator-tasks.js';
import { QueueTask, QueueTaskHandler } from '../../src/application/agent-tasks/queue-task.js';
import { TaskPast } from '../../src/application/agent-tasks/task-past.js';
import { RefusedClaims } from '../../src/application/agent-tasks/refused-claims.js';
import { AcquireLease, AcquireLeaseHandler } from '../../src/application/leases/acquire-lease.js';
import { WorkUnderLeases, type HeldWork } from '../../src/application/leases/held-work.js';
import { HandOverLease, HandOverLeaseHandler } from '../../src/application/leases/hand-over-lease.js';
import {
  BreakLease,
  BreakLeaseHandler,
  LiftReservation,
  LiftReservationHandler,
  ReserveLease,
  ReserveLeaseHandler,
} from '../../src/application/leases/operator-acts.js';
import { RecordEffect, RecordEffectHandler } from '../../src/application/leases/record-effect.js';
import { ReleaseDeadProcess, ReleaseDeadProcessHandler } from '../../src/application/leases/release-dead-process.js';
import { ReleaseLease, ReleaseLeaseHandler } from '../../src/application/leases/release-lease.js';
import { WorkLocks } from '../../src/application/leases/work-locks.js';
import { CarryOutRepair } from '../../src/application/liveness/carry-out-repair.js';
import { FreeLock } from '../../src/application/liveness/free-lock.js';
import { HeardHeartbeats } from '../../src/application/liveness/heard-heartbeats.js';
import { LeaseMonitor } from '../../src/application/liveness/lease-monitor.js';
import { LockSweep } from '../../src/application/liveness/lock-sweep.js';
import { RenewContainer, RenewContainerHandler } from '../../src/application/liveness/renew-container.js';
import { RenewLease, RenewLeaseHandler } from '../../src/application/liveness/renew-lease.js';
import { TellWork } from '../../src/application/liveness/tell-work.js';
import { RepairSweep } from '../../src/application/liveness/repair-sweep.js';
import type { Policy } from '../../src/application/policy.js';
import type { CargoReader } from '../../src/application/ports/cargo.js';
import type { Clock } from '../../src/application/ports/clock.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { Heartbeats } from '../../src/application/ports/heartbeats.js';
import type { Ids } from '../../src/application/ports/ids.js';
import type { Processes } from '../../src/application/ports/processes.js';
import { MarketStreams } from '../../src/application/registry/market-streams.js';
import { ScanMarket, ScanMarketHandler } from '../../src/application/registry/scan-market.js';
import { AnswerOnce } from '../../src/application/requests/answer-once.js';
import { DaemonIdentity } from '../../src/application/runtime/daemon/daemon-identity.js';

export const usualRules: DecisionRules = { chapterLength: 128, attempts: 12 };

export interface ApplicationPorts {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly heartbeats: Heartbeats;
  readonly queries: Pick<QueryBus, 'execute'>;
  readonly cargo: CargoReader;
  readonly policy: Policy;
  readonly rules: DecisionRules;
  readonly works?: readonly HeldWork[] | undefined;
  /** Absent: nothing is known of any process. */
  readonly processes?: Processes | undefined;
}

const unknownProcesses: Processes = { mark: () => ({ machine: '', began: '' }), look: () => 'unknown' };

/** Parts that a test puts in the place of the real ones. */
export interface Substitutes {
  decisions?(ports: ApplicationPorts): Decisions;
  ends?(decisions: Decisions): ContainerEnds;
  heard?(ports: ApplicationPorts): HeardHeartbeats;
}

type Handler = { execute(command: never): Promise<unknown> };

/** The application, as it is composed for one process: its real parts and handlers, put together by hand. */
export class Application {
  readonly decisions: Decisions;
  readonly heard: HeardHeartbeats;
  readonly monitor: LeaseMonitor;
  readonly repairs: CarryOutRepair;
  readonly sweep: RepairSweep;
  readonly locks: LockSweep;
  readonly answers: AnswerOnce;
  readonly clock: Clock;
  readonly store: EventStore;
  readonly identity = new DaemonIdentity();
  readonly work: WorkUnderLeases;
  readonly phasesSaid: string[] = [];
  readonly tellPhaseLocks = new TellPhaseLocks();
  /** What is flown is up to whoever runs it: nobody is asked before. */
  clearance: Pick<Clearance, 'forFlight'> = { forFlight: () => Promise.resolve(undefined) };
  readonly parts: {
    readonly commands: CommandBus;
    readonly queries: QueryBus;
    readonly ids: Ids;
    readonly ends: ContainerEnds;
    readonly policy: Policy;
  };
  readonly #handlers: ReadonlyMap<unknown, Handler>;

  constructor(ports: ApplicationPorts, substitutes: Substitutes = {}) {
    const { store, clock, ids, heartbeats, cargo, policy } = ports;
    const { identity } = this;
    this.tellPhaseLocks.say = (sentence) => void this.phasesSaid.push(sentence);
    const queries = ports.queries as QueryBus;
    const commands = { execute: (command: Command<unknown>) => this.execute(command) } as unknown as CommandBus;
    const decisions = substitutes.decisions?.(ports) ?? new Decisions(store, clock, ids, ports.rules);
    const ends = substitutes.ends?.(decisions) ?? new ContainerEnds(decisions);
    const phases = new HeldPhases(decisions, this.tellPhaseLocks);
    const dependencies = new Dependencies(decisions, queries);
    const work = new WorkUnderLeases(ports.works ?? [phases, new HeldTask(decisions, dependencies, clock)]);
    this.work = work;
    const workLocks = new WorkLocks(decisions, work);
    const phaseEnds = new PhaseEnds(decisions, workLocks, this.tellPhaseLocks);
    const agents = new NextAgents(queries);
    const ships = new ClaimShips(decisions, clock, policy);
    this.clock = clock;
    this.store = store;
    this.parts = { commands, queries, ids, ends, policy };
    this.decisions = decisions;
    this.heard = substitutes.heard?.(ports) ?? new HeardHeartbeats(clock, heartbeats);
    this.monitor = new LeaseMonitor(decisions, this.heard, work, queries, clock, ids, policy);
    this.repairs = new CarryOutRepair(decisions, ends, commands, cargo, ids);
    this.sweep = new RepairSweep(decisions, queries, this.repairs, clock, policy);
    const processes = ports.processes ?? unknownProcesses;
    const tell = new TellWork(work, clock, ids, policy);
    const free = new FreeLock(decisions, work, processes, clock, ids, policy);
    this.locks = new LockSweep(tell, free, this.heard, queries, clock, policy);
    this.answers = new AnswerOnce(decisions, clock, policy, ids);
    const asked: Application['clearance'] = { forFlight: (flight) => this.clearance.forFlight(flight) };
    this.#handlers = new Map<unknown, Handler>([
      [StartContainer, new StartContainerHandler(decisions, ships, ends, policy, identity, asked)],
      [StopContainer, new StopContainerHandler(decisions, ends)],
      [RestartContainer, new RestartContainerHandler(decisions, ships, ends, policy, clock, identity, asked)],
      [RemoveContainer, new RemoveContainerHandler(decisions, ends)],
      [EndContainer, new EndContainerHandler(decisions, ends, policy)],
      [ReportProgress, new ReportProgressHandler(decisions)],
      [RenewContainer, new RenewContainerHandler(decisions, this.heard, policy)],
      [AcquireLease, new AcquireLeaseHandler(decisions, clock)],
      [RenewLease, new RenewLeaseHandler(decisions, this.heard)],
      [ReleaseLease, new ReleaseLeaseHandler(decisions, ends, workLocks)],
      [ReleaseDeadProcess, new ReleaseDeadProcessHandler(decisions, work, processes)],
      [HandOverLease, new HandOverLeaseHandler(decisions, ends, work)],
      [ReserveLease, new ReserveLeaseHandler(decisions, ends, work)],
      [LiftReservation, new LiftReservationHandler(decisions)],
      [BreakLease, new BreakLeaseHandler(decisions, ends, work, policy)],
      [RecordEffect, new RecordEffectHandler(decisions)],
      [ScanMarket, new ScanMarketHandler(decisions, new MarketStreams(store, ids))],
      [DeclareFlow, new DeclareFlowHandler(decisions)],
      [ClaimPhase, new ClaimPhaseHandler(decisions, workLocks, this.tellPhaseLocks)],
      [ReportPhase, new ReportPhaseHandler(decisions, this.heard)],
      [CompletePhase, new CompletePhaseHandler(phaseEnds)],
      [FailPhase, new FailPhaseHandler(phaseEnds)],
      [AbandonPhase, new AbandonPhaseHandler(workLocks)],
      [PauseFlow, new PauseFlowHandler(decisions)],
      [ContinueFlow, new ContinueFlowHandler(decisions)],
      [QueueTask, new QueueTaskHandler(decisions, dependencies)],
      [ClaimTask, new ClaimTaskHandler(decisions, dependencies, workLocks, clock, new RefusedClaims())],
      [CompleteTask, new CompleteTaskHandler(decisions, workLocks, dependencies)],
      [FailTask, new FailTaskHandler(decisions, workLocks, agents, dependencies)],
      [AbandonTask, new AbandonTaskHandler(decisions, workLocks, dependencies)],
      [RequeueTask, new RequeueTaskHandler(decisions, new TaskPast(store))],
      [CancelFlow, new CancelFlowHandler(decisions, this.tellPhaseLocks)],
    ]);
  }

  execute<Result>(command: Command<Result>): Promise<Result> {
    const handler = this.#handlers.get(command.constructor);
    if (!handler) throw new Error(`nobody handles ${command.constructor.name}`);
    return handler.execute(command as never) as Promise<Result>;
  }

  async outcome<Outcome>(command: Command<Answer<Outcome>>): Promise<Outcome> {
    return (await this.execute(command)).outcome;
  }
}
