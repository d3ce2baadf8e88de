import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, type AppParts } from './app.module.js';
import type { RunAttempt } from './application/runtime/attempt-run.js';
import { FleetDaemon } from './application/runtime/daemon/fleet-daemon.js';
import { GameCargo } from './application/runtime/recovery/game-cargo.js';
import { noGame } from './application/runtime/recovery/no-game.js';
import { InstanceRecord } from './application/instance/instance-record.js';
import { Liveness } from './application/liveness/liveness.js';
import type { Game } from './application/ports/game.js';
import type { LogEvent } from './application/ports/log.js';
import { GameLink } from './application/registry/game-link.js';
import { FirstTours } from './application/scouting/first-tours.js';
import { startEventStoreProcess } from './embedded/eventstore/event-store-process.js';
import { keepPostgres } from './embedded/postgres/keep-postgres.js';
import { startUniverseProcess } from './embedded/universe/universe-process.js';
import { systemClock } from './infrastructure/clock.js';
import { makeDirectory } from './infrastructure/config/make-directory.js';
import type { Config } from './infrastructure/config/settings.js';
import { connectEventStore } from './infrastructure/eventstore/connect.js';
import { connectGame } from './infrastructure/game/connect.js';
import { agentOfUniverse } from './infrastructure/game/simulated-agent.js';
import { createFastifyAdapter, type EdgeAdapter } from './infrastructure/http/edge/fastify-adapter.js';
import { useEdge } from './infrastructure/http/edge/use-edge.js';
import type { EdgeOptions } from './infrastructure/http/edge/edge-options.js';
import { serveDocs } from './infrastructure/http/openapi/serve-docs.js';
import { translate } from './infrastructure/http/problems.js';
import { isLoopback } from './infrastructure/loopback.js';
import { frameworkLog } from './infrastructure/logging/framework-log.js';
import { openLog } from './infrastructure/logging/open-log.js';
import { createMetrics } from './infrastructure/metrics/metrics.js';
import { measureRequests } from './infrastructure/metrics/measure-requests.js';
import { MeasuredEventStore } from './infrastructure/metrics/measured-event-store.js';
import { metricsAt } from './infrastructure/metrics/metrics-at.js';
import type { MetricsBeside } from './infrastructure/metrics/scrape.js';
import { watchCalls } from './infrastructure/metrics/watch-calls.js';
import { processes } from './infrastructure/processes.js';
import { uuids } from './infrastructure/ids.js';
import { PostgresDatabase } from './infrastructure/postgres/postgres-database.js';
import { PostgresContainerLines } from './infrastructure/postgres/container-lines.js';
import { PostgresHeartbeats } from './infrastructure/postgres/heartbeats.js';
import { StepThread } from './infrastructure/steps/step-thread.js';
import { decisionRulesOf, policyOf } from './policy-of.js';
import { Projecting } from './projections/project.js';
import { views } from './projections/views.js';
import { ShutdownTold } from './shutdown-told.js';
import { version } from './version.js';

export interface RunningHoldfast {
  readonly url: string;
  /** Where the log and the views are, without passwords. */
  readonly eventStore: string;
  readonly database: string;
  /** Where the game is; null without one. */
  readonly game: string | null;
  /** False while PostgreSQL is away: commands do without it, reads wait for it. */
  readonly databaseAnswers: boolean;
  /**
   * Containers are brought to a safe point, then what was opened is closed in the opposite order. Gives how many
   * containers had to be cut. Never rejects.
   */
  stop(reason: string): Promise<number>;
}

/** Work to do here instead of operations of the game. */
export interface OtherWork {
  readonly operations?: RunAttempt;
  /** Exports `nextStep`. */
  readonly stepModule?: URL;
}

type Close = () => Promise<void>;

/**
 * Opens everything in order: the log, the views' room, the application, the projector, the watch over leases, the door.
 * PostgreSQL may be away: commands do without it.
 * @throws the first part's own error; what was opened before it is closed again
 */
export async function startHoldfast(
  config: Config,
  onGone: (error: Error) => void,
  { operations, stepModule }: OtherWork = {},
): Promise<RunningHoldfast> {
  const began = performance.now();
  const say = openLog(config);
  const relay = (component: string, event: LogEvent) => (sentence: string) => say(component)(sentence, { event });
  const metrics = createMetrics();
  metrics.insecureMode.set(isLoopback(config.host) ? 0 : 1);
  let metricsBeside: MetricsBeside | undefined;
  const shutdown = new ShutdownTold(say('server'), metrics);
  let starting = true;
  const opened: { readonly name: string; readonly close: Close }[] = [];
  const open = (name: string, close: Close) => void opened.push({ name, close });

  const edge: EdgeOptions = {
    translate,
    allowedHosts: [...config.allowedHosts, config.host],
    bodyLimits: { plain: { bytes: config.bodyLimitBytes }, bulk: { bytes: config.bulkBodyLimitBytes } },
    report: (error, requestId) => {
      const about = { event: 'request_failed', level: 'error', requestId, error } as const;
      say('http')(`Request ${requestId} failed: ${String(error)}`, about);
    },
  };

  async function stop(): Promise<void> {
    for (const { name, close } of opened.splice(0).reverse()) {
      await close().catch((error: unknown) => {
        const about = { event: 'close_failed', level: 'error', error } as const;
        say('server')(`Closing the ${name} failed: ${String(error)}`, about);
      });
    }
  }

  try {
    const eventStoreUrl = config.eventStoreUrl?.reveal() ?? (await embeddedEventStore());
    const databaseUrl = config.databaseUrl?.reveal() ?? (await embeddedPostgres());
    const store = new MeasuredEventStore(
      connectEventStore(eventStoreUrl, { deadlineMs: config.appendDeadlineMs }, (as) =>
        metrics.appendUnknownResolved.inc({ as }),
      ),
      metrics,
    );
    open('connection to the event store', () => store.close());
    const database = new PostgresDatabase({ url: databaseUrl, log: relay('database', 'database_said') });
    open('database pool', () => database.close());
    const heartbeats = new PostgresHeartbeats(database);
    open('heartbeats', () => heartbeats.close());
    const lines = new PostgresContainerLines(database, systemClock);
    open('lines of containers', async () => shutdown.linesCut(await lines.close()));
    const projecting = new Projecting(views, { store, database, clock: systemClock, log: say('projector') });
    projecting.start();
    open('projector', () => projecting.stop());
    const steps = new StepThread({
      limitMs: config.stepLimitMs,
      memoryMb: config.stepMemoryMb,
      ...(stepModule && { module: stepModule }),
      onLost: (why) => {
        metrics.stepThreadsLost.inc();
        say('daemon')(`A container has cost the thread of steps: ${why}`, { event: 'step_thread_lost', level: 'warn' });
      },
    });
    open('thread of steps', () => steps.close());
    const linked = config.game ? await linkedGame() : undefined;

    const adapter = createFastifyAdapter(edge);
    measureRequests(adapter.getInstance(), metrics);
    const app = await createApp(adapter, {
      store,
      database,
      heartbeats,
      lines,
      projections: projecting,
      game: linked?.game ?? null,
      decideStep: steps.decide,
    });
    open('HTTP server', () => app.close());
    await app.init();
    const liveness = app.get(Liveness);
    const name = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
    const record = await recordStart(app, name);
    const daemon = config.daemon ? await startDaemon(app, name) : undefined;
    liveness.start();
    open('monitor and sweep', () => liveness.stop());
    await app.listen(config.port, config.host);
    starting = false;
    const introduction = introduce(app);
    open('introduction to the game', () => introduction.stop());
    const url = (await app.getUrl()).replace('[::1]', 'localhost');
    const durationMs = Math.round(performance.now() - began);
    say('server')(`Holdfast ${version} answers at ${url}`, { event: 'server_started', durationMs });
    return {
      url,
      eventStore: withoutPassword(eventStoreUrl),
      database: withoutPassword(databaseUrl),
      game: linked?.url ?? null,
      databaseAnswers: await answers(database),
      stop: async (reason) => {
        shutdown.begun(reason);
        adapter.startDraining();
        const manifest = await daemon?.shutDown().catch((error: unknown) => shutdown.daemonFailed(error));
        await record.stopped(reason, manifest).catch((error: unknown) => shutdown.notRecorded(error));
        shutdown.done(manifest);
        await stop();
        return manifest?.cut.length ?? 0;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }

  async function embeddedEventStore(): Promise<string> {
    const dataDir = await directory('eventstore');
    const log = relay('event store', 'event_store_said');
    const running = await startEventStoreProcess({ dataDir, port: config.eventStorePort, log, onGone });
    metricsBeside = metricsAt(`http://127.0.0.1:${running.port}/metrics`);
    open('event store', () => running.stop());
    return running.connectionString;
  }

  async function embeddedPostgres(): Promise<string> {
    const dataDir = await directory('postgres');
    const port = config.postgresPort === 0 ? {} : { port: config.postgresPort };
    const running = await keepPostgres({ dataDir, ...port, log: relay('postgres', 'postgres_said') });
    open('PostgreSQL', () => running.stop());
    return running.url;
  }

  async function linkedGame(): Promise<{ readonly url: string; readonly game: Game }> {
    const token = config.gameToken?.reveal();
    if (token !== undefined)
      return { url: config.gameUrl, game: connectGame(config.gameUrl, token, systemClock, watchCalls(metrics)) };
    const { universePort: port, universeFile: file, universeTimeFactor: timeFactor } = config;
    const world = await directory('universe/world');
    const universe = await startUniverseProcess({
      dataDir: world,
      port,
      file,
      timeFactor,
      log: relay('universe', 'universe_said'),
      onGone,
    });
    open('universe', () => universe.stop());
    const agent = await agentOfUniverse(universe.url, join(config.dataDirectory, 'universe', 'agent.json'));
    const url = `${universe.url}/v2`;
    return { url, game: connectGame(url, agent.token, systemClock, watchCalls(metrics)) };
  }

  /** Goes on beside everything else: nobody waits for a game that is away. */
  function introduce(app: NestFastifyApplication): { stop(): Promise<void> } {
    const link = app.get(GameLink);
    const linking = link.link(config.gamePlayer, say('game')).then(async (linked) => {
      const isOwnUniverse = config.game && config.gameToken === undefined;
      if (linked && isOwnUniverse && config.firstTours) await app.get(FirstTours).begin(config.gamePlayer, linked);
    });
    const failed = linking.catch((error: unknown) =>
      say('game')(`The first tours: ${String(error)}`, { event: 'first_tours_failed', level: 'warn', error }),
    );
    return {
      stop: () => {
        link.stop();
        return failed;
      },
    };
  }

  async function directory(name: string): Promise<string> {
    const path = join(config.dataDirectory, name);
    await makeDirectory(path);
    return path;
  }

  async function createApp(
    adapter: EdgeAdapter,
    parts: Pick<AppParts, 'store' | 'database' | 'heartbeats' | 'lines' | 'projections' | 'game' | 'decideStep'>,
  ): Promise<NestFastifyApplication> {
    const module = AppModule.of({
      ...parts,
      metrics,
      metricsBeside,
      clock: systemClock,
      ids: uuids,
      processes,
      operations,
      cargo: parts.game ? new GameCargo(parts.game, config.gamePlayer) : noGame,
      policy: policyOf(config),
      decisionRules: decisionRulesOf(config),
      livenessLog: {
        info: say('custody'),
        warn: (text, about) => say('custody')(text, { level: 'warn', ...about }),
      },
    });
    const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
      logger: frameworkLog(say('framework'), () => starting),
      abortOnError: false,
      forceCloseConnections: true,
    });
    useEdge(app, edge);
    serveDocs(app);
    return app;
  }

  /** Runs containers from here on; what an earlier daemon left behind is taken over while requests are served. */
  async function startDaemon(app: NestFastifyApplication, name: string): Promise<FleetDaemon> {
    const daemon = app.get(FleetDaemon);
    await daemon.start(name, say('daemon'));
    open('daemon', () => daemon.shutDown().then(() => undefined));
    void daemon.recover();
    return daemon;
  }

  /** A start that cannot be recorded is no start: without the log there is no custody. */
  async function recordStart(app: NestFastifyApplication, name: string): Promise<InstanceRecord> {
    const record = app.get(InstanceRecord);
    await record.started({
      instance: name,
      version,
      host: hostname(),
      pid: process.pid,
      process: processes.mark(),
    });
    return record;
  }
}

function answers(database: PostgresDatabase): Promise<boolean> {
  return database.query('SELECT 1').then(
    () => true,
    () => false,
  );
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
