import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, type AppParts } from '../../src/app.module.js';
import type { Policy } from '../../src/application/policy.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { Heartbeat, Heartbeats } from '../../src/application/ports/heartbeats.js';
import { systemClock } from '../../src/infrastructure/clock.js';
import { InMemoryEventStore } from '../../src/infrastructure/eventstore/in-memory-event-store.js';
import { createFastifyAdapter } from '../../src/infrastructure/http/edge/fastify-adapter.js';
import { useEdge } from '../../src/infrastructure/http/edge/use-edge.js';
import { serveDocs } from '../../src/infrastructure/http/openapi/serve-docs.js';
import { translate } from '../../src/infrastructure/http/problems.js';
import { noOperations } from '../../src/application/runtime/daemon/no-operations.js';
import { nextStep } from '../../src/domain/operations/operation.js';
import { noGame } from '../../src/application/runtime/recovery/no-game.js';
import { PostgresContainerLines } from '../../src/infrastructure/postgres/container-lines.js';
import { createMetrics } from '../../src/infrastructure/metrics/metrics.js';
import { measureRequests } from '../../src/infrastructure/metrics/measure-requests.js';
import { MeasuredEventStore } from '../../src/infrastructure/metrics/measured-event-store.js';
import { processes } from '../../src/infrastructure/processes.js';
import { uuids } from '../../src/infrastructure/ids.js';
import { PostgresDatabase } from '../../src/infrastructure/postgres/postgres-database.js';
import { Projecting } from '../../src/projections/project.js';
import { views } from '../../src/projections/views.js';
import { createTestDatabase } from './database.js';
import { asker, type Asker } from './http.js';

export const testPolicy: Policy = {
  shipTtlMs: 30_000,
  shipRenewMs: 10_000,
  daemonTtlMs: 120_000,
  daemonRenewMs: 10_000,
  taskTtlMs: 1_800_000,
  phaseTtlMs: 300_000,
  drainMs: 30_000,
  amnestyMs: 60_000,
  monitorIntervalMs: 5_000,
  sweepIntervalMs: 60_000,
  repairGraceMs: 10_000,
  stopGraceMs: 10_000,
  lockDelayMs: 0,
  staleAlertMs: 600_000,
  maxRestarts: 3,
  restart: { delaysMs: [5_000, 30_000, 120_000], healthyAfterMs: 600_000 },
  recoveryBudgetMs: 30_000,
  crash: { suspectAfter: 5, parkAfter: 3, probationMs: 10_000, forgottenAfterMs: 600_000 },
  idempotencyTtlMs: 86_400_000,
  retentionMs: 14 * 86_400_000,
  gamePlayer: 1,
  health: {
    intervalMs: 60_000,
    stuckAfterMs: 300_000,
    healthyAfterMs: 120_000,
    attempts: 5,
    fastestIterationMs: 5_000,
  },
};

class RememberedHeartbeats implements Heartbeats {
  readonly #kept = new Map<string, Heartbeat>();
  record(heartbeat: Heartbeat): void {
    this.#kept.set(heartbeat.subject, heartbeat);
  }
  latest(): Promise<readonly Heartbeat[]> {
    return Promise.resolve([...this.#kept.values()]);
  }
  forget(subject: string): void {
    this.#kept.delete(subject);
  }
}

export interface TestApp extends Asker {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly store: EventStore;
  readonly database: PostgresDatabase;
  readonly databaseUrl: string;
  /** Every route, as `GET /ships/{symbol}`. */
  readonly routes: readonly string[];
  /** Closes the application and stops the projector; the log and the rows stay. */
  stop(): Promise<void>;
  /** The same, and drops everything. */
  close(): Promise<void>;
}

export interface TestAppOptions {
  readonly policy?: Partial<Policy>;
  /** Goes on with the log of an application that was stopped. */
  readonly store?: EventStore;
  readonly databaseUrl?: string;
  readonly parts?: Partial<AppParts>;
}

/** The application as it is served: a listening server, a log in memory, PostgreSQL, and a running projector. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const own = options.databaseUrl === undefined ? await createTestDatabase() : undefined;
  const log = options.store ?? new InMemoryEventStore();
  const metrics = createMetrics();
  const store = new MeasuredEventStore(log, metrics);
  const databaseUrl = options.databaseUrl ?? own?.url ?? '';
  const database = new PostgresDatabase({ url: databaseUrl, poolSize: 4 });
  await database.open();
  const projecting = new Projecting(views, { store, database, clock: systemClock, say: () => undefined });
  projecting.start();
  const lines = new PostgresContainerLines(database, systemClock);
  const parts: AppParts = {
    store,
    database,
    projections: projecting,
    heartbeats: new RememberedHeartbeats(),
    game: null,
    clock: systemClock,
    ids: uuids,
    policy: { ...testPolicy, ...options.policy },
    decisionRules: { chapterLength: 128, attempts: 20 },
    lines,
    processes,
    operations: noOperations,
    decideStep: nextStep,
    cargo: noGame,
    metrics,
    ...options.parts,
  };
  const edge = { translate };
  const adapter = createFastifyAdapter(edge);
  measureRequests(adapter.getInstance(), metrics);
  const routes: string[] = [];
  adapter.getInstance().addHook('onRoute', ({ method, url }) => {
    const path = url.replace(/:(\w+)/g, '{$1}');
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${path}`);
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(parts), adapter, {
    logger: process.env['HOLDFAST_TEST_LOG'] ? ['error', 'warn'] : false,
    abortOnError: false,
  });
  useEdge(app, edge);
  serveDocs(app);
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const stop = async () => {
    await app.close();
    await lines.close();
    await projecting.stop();
    await database.close();
  };
  return {
    ...asker(url),
    app,
    url,
    store: log,
    database,
    databaseUrl,
    routes,
    stop,
    close: async () => {
      await stop();
      await store.close();
      await own?.drop();
    },
  };
}
