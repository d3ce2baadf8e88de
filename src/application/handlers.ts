import { ClaimNextTaskHandler } from './agent-tasks/claim-next.js';
import { ClaimTaskHandler } from './agent-tasks/claim-task.js';
import { Dependencies } from './agent-tasks/dependencies.js';
import { AbandonTaskHandler, CompleteTaskHandler, FailTaskHandler } from './agent-tasks/end-task.js';
import { ExplainTaskHandler } from './agent-tasks/explain-task.js';
import { HeldTask } from './agent-tasks/held-task.js';
import { ImportTasksHandler } from './agent-tasks/import-tasks.js';
import { NextAgents } from './agent-tasks/next-agents.js';
import { PassOnRetriesHandler, ReassignTaskHandler, RequeueTaskHandler } from './agent-tasks/operator-tasks.js';
import { QueueTaskHandler } from './agent-tasks/queue-task.js';
import { RegisterAgentHandler } from './agent-tasks/register-agent.js';
import { TaskHistoryHandler } from './agent-tasks/task-history.js';
import { TaskPast } from './agent-tasks/task-past.js';
import { CountAuditHandler } from './audit/audit-stats.js';
import { AuditTrailHandler } from './audit/audit-trail.js';
import { RecentAuditHandler } from './audit/recent-audit.js';
import { ClaimShips } from './containers/claim-ships.js';
import { ContainerEnds } from './containers/container-ends.js';
import { EndContainerHandler } from './containers/end-container.js';
import { LogLinesHandler } from './containers/log-lines.js';
import { PruneContainers } from './containers/prune-containers.js';
import { RemoveContainerHandler } from './containers/remove-container.js';
import { ReportProgressHandler } from './containers/report-progress.js';
import { RestartContainerHandler } from './containers/restart-container.js';
import { StartContainerHandler } from './containers/start-container.js';
import { StartSingletonHandler } from './containers/start-singleton.js';
import { StopContainerHandler } from './containers/stop-container.js';
import { ContainerHistoryHandler } from './custody/container-history.js';
import { ContainerInLogHandler } from './custody/container-in-log.js';
import { ExplainLeaseHandler } from './custody/explain-lease.js';
import { LeaseHistoryHandler } from './custody/lease-history.js';
import { ListEventsHandler } from './custody/list-events.js';
import { Clearance } from './flights/clearance.js';
import { ClaimPhaseHandler } from './flows/claim-phase.js';
import { AbandonPhaseHandler } from './flows/abandon-phase.js';
import { DeclareFlowHandler } from './flows/declare-flow.js';
import { CompletePhaseHandler, FailPhaseHandler, PhaseEnds } from './flows/finish-phase.js';
import { ExplainFlowHandler, FlowHistoryHandler, FlowInLogHandler } from './flows/flow-in-log.js';
import { HeldPhases } from './flows/held-phases.js';
import { RefusedClaims } from './agent-tasks/refused-claims.js';
import { TellPhaseLocks } from './flows/tell-phase-locks.js';
import { ReportPhaseHandler } from './flows/report-phase.js';
import { CancelFlowHandler, ContinueFlowHandler, PauseFlowHandler } from './flows/steer-flow.js';
import { ContainerHealth } from './health/container-health.js';
import { ReportFleetHandler } from './health/fleet-report.js';
import { FleetWarnings } from './health/fleet-warnings.js';
import { HealthWatch } from './health/health-watch.js';
import { StuckShips } from './health/stuck-ships.js';
import { InstanceRecord } from './instance/instance-record.js';
import { AcquireLeaseHandler } from './leases/acquire-lease.js';
import { BulkReleaseLeasesHandler } from './leases/bulk-release.js';
import { WorkUnderLeases } from './leases/held-work.js';
import { HandOverLeaseHandler } from './leases/hand-over-lease.js';
import { BreakLeaseHandler, LiftReservationHandler, ReserveLeaseHandler } from './leases/operator-acts.js';
import { RecordEffectHandler } from './leases/record-effect.js';
import { ReleaseDeadProcessHandler } from './leases/release-dead-process.js';
import { ReleaseLeaseHandler } from './leases/release-lease.js';
import { WorkLocks } from './leases/work-locks.js';
import { CarryOutRepair } from './liveness/carry-out-repair.js';
import { HeardHeartbeats } from './liveness/heard-heartbeats.js';
import { LeaseMonitor } from './liveness/lease-monitor.js';
import { ListHeartbeatsHandler } from './liveness/list-heartbeats.js';
import { Liveness } from './liveness/liveness.js';
import { ShowLivenessHandler } from './liveness/show-liveness.js';
import { LockSweep } from './liveness/lock-sweep.js';
import { TellWork } from './liveness/tell-work.js';
import { FreeLock } from './liveness/free-lock.js';
import { RenewContainerHandler } from './liveness/renew-container.js';
import { RenewLeaseHandler } from './liveness/renew-lease.js';
import { RepairSweep } from './liveness/repair-sweep.js';
import { ChartSystemHandler } from './registry/chart-system.js';
import { GameLink } from './registry/game-link.js';
import { FindPlayerHandler } from './registry/find-player.js';
import { RegisterPlayerHandler } from './registry/register-player.js';
import { MarketStreams } from './registry/market-streams.js';
import { ScanMarketHandler } from './registry/scan-market.js';
import { DaemonIdentity } from './runtime/daemon/daemon-identity.js';
import { Daemon } from './runtime/daemon/daemon.js';
import { Families } from './runtime/daemon/families.js';
import { Probation } from './runtime/daemon/probation.js';
import { SettleEnd } from './runtime/daemon/settle-end.js';
import { Supervisor } from './runtime/daemon/supervisor.js';
import { BootRecovery } from './runtime/recovery/boot-recovery.js';
import { CarryOutStep } from './runtime/recovery/carry-out-step.js';
import { Eras } from './runtime/recovery/eras.js';
import { Evidence } from './runtime/recovery/evidence.js';
import { Recovery } from './runtime/recovery/recovery.js';
import { FirstTours } from './scouting/first-tours.js';
import { FindScouts } from './scouting/find-scouts.js';
import { PlanToursHandler } from './scouting/plan-tours.js';
import { ScoutMarketsHandler } from './scouting/scout-markets.js';
import { AnswerOnce } from './requests/answer-once.js';
import { OrderShipHandler } from './ships/order-ship.js';

/** What handlers share. */
export const services = [
  Clearance,
  ClaimShips,
  ContainerEnds,
  WorkUnderLeases,
  HeardHeartbeats,
  AnswerOnce,
  LeaseMonitor,
  CarryOutRepair,
  RepairSweep,
  TellWork,
  FreeLock,
  LockSweep,
  Liveness,
  InstanceRecord,
  FindScouts,
  FirstTours,
  GameLink,
  DaemonIdentity,
  MarketStreams,
  SettleEnd,
  Families,
  Probation,
  Supervisor,
  Evidence,
  Eras,
  CarryOutStep,
  Recovery,
  BootRecovery,
  Daemon,
  ContainerHealth,
  FleetWarnings,
  StuckShips,
  HealthWatch,
  PruneContainers,
  TellPhaseLocks,
  RefusedClaims,
  HeldPhases,
  PhaseEnds,
  Dependencies,
  NextAgents,
  WorkLocks,
  TaskPast,
  HeldTask,
] as const;

export const commandHandlers = [
  StartContainerHandler,
  StartSingletonHandler,
  StopContainerHandler,
  RestartContainerHandler,
  RemoveContainerHandler,
  EndContainerHandler,
  ReportProgressHandler,
  LogLinesHandler,
  RenewContainerHandler,
  AcquireLeaseHandler,
  RenewLeaseHandler,
  ReleaseLeaseHandler,
  ReleaseDeadProcessHandler,
  BulkReleaseLeasesHandler,
  HandOverLeaseHandler,
  ReserveLeaseHandler,
  LiftReservationHandler,
  BreakLeaseHandler,
  RecordEffectHandler,
  ChartSystemHandler,
  RegisterPlayerHandler,
  ScanMarketHandler,
  ScoutMarketsHandler,
  OrderShipHandler,
  DeclareFlowHandler,
  ClaimPhaseHandler,
  ReportPhaseHandler,
  CompletePhaseHandler,
  FailPhaseHandler,
  AbandonPhaseHandler,
  PauseFlowHandler,
  ContinueFlowHandler,
  CancelFlowHandler,
  QueueTaskHandler,
  ImportTasksHandler,
  ClaimTaskHandler,
  ClaimNextTaskHandler,
  CompleteTaskHandler,
  FailTaskHandler,
  AbandonTaskHandler,
  RequeueTaskHandler,
  ReassignTaskHandler,
  PassOnRetriesHandler,
  RegisterAgentHandler,
] as const;

/** Queries that the log answers; the views answer the others. */
export const queryHandlers = [
  ExplainLeaseHandler,
  LeaseHistoryHandler,
  ContainerHistoryHandler,
  ContainerInLogHandler,
  ListEventsHandler,
  ShowLivenessHandler,
  ListHeartbeatsHandler,
  PlanToursHandler,
  FindPlayerHandler,
  ReportFleetHandler,
  FlowInLogHandler,
  ExplainFlowHandler,
  FlowHistoryHandler,
  ExplainTaskHandler,
  TaskHistoryHandler,
  AuditTrailHandler,
  RecentAuditHandler,
  CountAuditHandler,
] as const;
