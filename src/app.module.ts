import { hostname } from 'node:os';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { HeldTask } from './application/agent-tasks/held-task.js';
import { Decisions, type DecisionRules } from './application/decide-and-append.js';
import { HeldPhases } from './application/flows/held-phases.js';
import type { HeldWork } from './application/leases/held-work.js';
import { commandHandlers, queryHandlers, services } from './application/handlers.js';
import type { Policy } from './application/policy.js';
import type { Clock } from './application/ports/clock.js';
import type { EventStore } from './application/ports/event-store.js';
import type { Game } from './application/ports/game.js';
import type { Heartbeats } from './application/ports/heartbeats.js';
import type { Ids } from './application/ports/ids.js';
import type { CargoReader } from './application/ports/cargo.js';
import type { ContainerLines } from './application/ports/container-lines.js';
import type { Processes } from './application/ports/processes.js';
import {
  CARGO,
  CLOCK,
  CONTAINER_LINES,
  EVENT_STORE,
  GAME,
  HEARTBEATS,
  HELD_WORK,
  IDS,
  POLICY,
  PROCESSES,
  RUN_ATTEMPT,
  WATCH_TURN,
} from './application/ports/tokens.js';
import type { RunAttempt } from './application/runtime/attempt-run.js';
import { noOperations } from './application/runtime/daemon/no-operations.js';
import { RunOperation } from './application/runtime/operations/run-operation.js';
import type { DecideStep, RuntimeLimits } from './application/runtime/runtime-ports.js';
import { DATABASE, PROJECTIONS, type Database, type Projections } from './application/ports/views.js';
import { controllers, httpProviders } from './infrastructure/http/controllers.js';
import { VERSION } from './infrastructure/http/health/product.js';
import { measuredRebuilds } from './infrastructure/metrics/measured-rebuilds.js';
import { createMetrics, METRICS, type Metrics } from './infrastructure/metrics/metrics.js';
import { metricsProviders } from './infrastructure/metrics/providers.js';
import { METRICS_BESIDE, type MetricsBeside } from './infrastructure/metrics/scrape.js';
import { REBUILDS, type Rebuilds } from './infrastructure/http/projections/rebuilds.js';
import { PostgresWatchTurn } from './infrastructure/postgres/watch-turn.js';
import { viewProviders } from './projections/reads/query-handlers.js';
import { rebuild } from './projections/rebuild/rebuild.js';
import { viewNamed, views } from './projections/views.js';
import { version } from './version.js';

/** What the application is put together from: opened before, and closed after it. */
export interface AppParts {
  readonly store: EventStore;
  readonly database: Database;
  readonly projections: Projections;
  readonly heartbeats: Heartbeats;
  /** Null: workers of others do all the flying. */
  readonly game: Game | null;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly policy: Policy;
  readonly decisionRules: DecisionRules;
  readonly lines: ContainerLines;
  readonly processes: Processes;
  /** How containers are run here; absent: as operations of the game, where there is one. */
  readonly operations?: RunAttempt | undefined;
  readonly decideStep: DecideStep;
  readonly runtimeLimits?: RuntimeLimits | undefined;
  readonly cargo: CargoReader;
  /** What the parts before it move, too; absent: of its own. */
  readonly metrics?: Metrics;
  /** Those of the event store that runs beside it. */
  readonly metricsBeside?: MetricsBeside | undefined;
}

/** The composition root: introduces every room to every other, and opens nothing by itself. */
@Module({})
export class AppModule {
  static of(parts: AppParts): DynamicModule {
    const { store, clock, ids, policy, metrics = createMetrics() } = parts;
    const given: Provider[] = [
      { provide: EVENT_STORE, useValue: store },
      { provide: DATABASE, useValue: parts.database },
      { provide: PROJECTIONS, useValue: parts.projections },
      { provide: HEARTBEATS, useValue: parts.heartbeats },
      {
        provide: HELD_WORK,
        useFactory: (...works: readonly HeldWork[]) => works,
        inject: [HeldTask, HeldPhases],
      },
      { provide: WATCH_TURN, useValue: watchTurnOf(parts) },
      { provide: GAME, useValue: parts.game },
      { provide: CLOCK, useValue: clock },
      { provide: IDS, useValue: ids },
      { provide: POLICY, useValue: policy },
      { provide: CONTAINER_LINES, useValue: parts.lines },
      { provide: PROCESSES, useValue: parts.processes },
      {
        provide: RUN_ATTEMPT,
        useFactory: (commands: CommandBus, decisions: Decisions) => runAttemptOf(parts, commands, decisions),
        inject: [CommandBus, Decisions],
      },
      { provide: CARGO, useValue: parts.cargo },
      { provide: VERSION, useValue: version },
      { provide: REBUILDS, useValue: measuredRebuilds(rebuildsOf(parts), metrics) },
      { provide: METRICS, useValue: metrics },
      { provide: METRICS_BESIDE, useValue: parts.metricsBeside ?? null },
      { provide: Decisions, useValue: new Decisions(store, clock, ids, parts.decisionRules) },
    ];
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers,
      providers: [
        ...given,
        ...services,
        ...commandHandlers,
        ...queryHandlers,
        ...viewProviders,
        ...httpProviders,
        ...metricsProviders,
      ],
    };
  }
}

function runAttemptOf(
  { operations, game, clock, ids, decideStep, runtimeLimits, policy }: AppParts,
  commands: CommandBus,
  decisions: Decisions,
): RunAttempt {
  if (operations) return operations;
  if (!game) return noOperations;
  const player = policy.gamePlayer;
  return new RunOperation({ commands, decisions, game, player, clock, ids, decideStep }, runtimeLimits);
}

/** Three looks may be missed before the turn is taken from whoever has it. */
function watchTurnOf({ database, clock, policy }: AppParts): PostgresWatchTurn {
  const standstillMs = Math.max(15_000, 3 * policy.monitorIntervalMs);
  return new PostgresWatchTurn(database, clock, { host: hostname(), pid: process.pid }, { standstillMs });
}

function rebuildsOf({ store, database, clock }: AppParts): Rebuilds {
  return {
    views: views.map(({ name }) => name),
    rebuild: (view, ask) => rebuild(viewNamed(view), { store, database, clock }, ask),
  };
}
