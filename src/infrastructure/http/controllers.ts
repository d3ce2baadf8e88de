import { Dispatcher } from './asking/dispatcher.js';
import { SeenHeaders } from './asking/as-seen.js';
import { OnceOnly } from './asking/once-only.interceptor.js';
import { BotController } from './bot/bot.controller.js';
import { ErrorText } from './bot/bot-api.js';
import { RefusalCounts } from './asking/refusal-counts.js';
import { ContainersController } from './containers/containers.controller.js';
import { LogsController } from './containers/logs.controller.js';
import { WorkerController } from './containers/worker.controller.js';
import { EventsController } from './events/events.controller.js';
import { AdminLocksController } from './flows/admin-locks.controller.js';
import { FlowsController } from './flows/flows.controller.js';
import { PhasesController } from './flows/phases.controller.js';
import { ApiDocument } from './openapi/api-document.js';
import { DocsController } from './openapi/docs.controller.js';
import { HealthController } from './health/health.controller.js';
import { ReadinessCheck } from './health/readiness.js';
import { VersionController } from './health/version.controller.js';
import { InstancesController } from './instances/instances.controller.js';
import { LeasesController } from './leases/leases.controller.js';
import { HeartbeatsController } from './liveness/heartbeats.controller.js';
import { LivenessController } from './liveness/liveness.controller.js';
import { LockController } from './locks/lock.controller.js';
import { LockLeaseController } from './locks/lock-lease.controller.js';
import { LockOperatorController } from './locks/lock-operator.controller.js';
import { LocksController } from './locks/locks.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { MarketsController } from './markets/markets.controller.js';
import { PageController } from './page/page.controller.js';
import { PageFiles } from './page/page-files.js';
import { ProjectionsController } from './projections/projections.controller.js';
import { RebuildController } from './projections/rebuild.controller.js';
import { PlayersController } from './registry/players.controller.js';
import { ScoutingController } from './registry/scouting.controller.js';
import { SystemsController } from './registry/systems.controller.js';
import { ToursController } from './registry/tours.controller.js';
import { EffectsController } from './ships/effects.controller.js';
import { LeaseController } from './ships/lease.controller.js';
import { OperatorController } from './ships/operator.controller.js';
import { OrderController } from './ships/order.controller.js';
import { ShipController } from './ships/ship.controller.js';
import { ShipsController } from './ships/ships.controller.js';
import { AgentsController } from './tasks/agents.controller.js';
import { AuditController } from './tasks/audit.controller.js';
import { QueueController } from './tasks/queue.controller.js';
import { QueuesController } from './tasks/queues.controller.js';
import { TaskController } from './tasks/task.controller.js';
import { LiveStreams } from './stream/live-streams.js';
import { StreamController } from './stream/stream.controller.js';

export const controllers = [
  ContainersController,
  WorkerController,
  LogsController,
  ShipsController,
  ShipController,
  OrderController,
  LeaseController,
  OperatorController,
  EffectsController,
  LeasesController,
  LocksController,
  LockController,
  LockLeaseController,
  LockOperatorController,
  EventsController,
  StreamController,
  SystemsController,
  PlayersController,
  ScoutingController,
  ToursController,
  MarketsController,
  ProjectionsController,
  RebuildController,
  BotController,
  LivenessController,
  HeartbeatsController,
  InstancesController,
  FlowsController,
  PhasesController,
  AdminLocksController,
  HealthController,
  VersionController,
  MetricsController,
  QueuesController,
  QueueController,
  TaskController,
  AgentsController,
  AuditController,
  DocsController,
  PageController,
];

export const httpProviders = [
  Dispatcher,
  RefusalCounts,
  OnceOnly,
  SeenHeaders,
  ErrorText,
  ReadinessCheck,
  ApiDocument,
  LiveStreams,
  PageFiles,
];
