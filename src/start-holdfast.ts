import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { hostname } from 'node:os';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, type AppParts } from './app.module.js';
import { InstanceRecord } from './application/instance/instance-record.js';
import type { RunAttempt } from './application/runtime/attempt-run.js';
import { Daemon } from './application/runtime/daemon/daemon.js';
import { GameCargo } from './application/runtime/recovery/game-cargo.js';
import { noGame } from './application/runtime/recovery/no-game.js';
import { systemClock } from './infrastructure/clock.js';
import type { Config } from './infrastructure/config/settings.js';
import { connectEventStore } from './infrastructure/eventstore/connect.js';
import type { EdgeOptions } from './infrastructure/http/edge/edge-options.js';
import { createFastifyAdapter, type EdgeAdapter } from './infrastructure/http/edge/fastify-adapter.js';
import { listenOnUnixSocket } from './infrastructure/http/edge/unix-socket.js';
import { useEdge } from './infrastructure/http/edge/use-edge.js';
import { serveDocs } from './infrastructure/http/openapi/serve-docs.js';
import { translate } from './infrastructure/http/problems.js';
import { uuids } from './infrastructure/ids.js';
import { frameworkLog } from './infrastructure/logging/framework-log.js';
import { openLog } from './infrastructure/logging/open-log.js';
import { isLoopback } from './infrastructure/loopback.js';
import { MeasuredEventStore } from './infrastructure/metrics/measured-event-store.js';
import { measureRequests } from './infrastructure/metrics/measure-requests.js';
import { createMetrics } from './infrastructure/metrics/metrics.js';
import { PostgresContainerLines } from './infrastructure/postgres/container-lines.js';
import { PostgresHeartbeats } from './infrastructure/postgres/heartbeats.js';
import { PostgresDatabase } from './infrastructure/postgres/postgres-database.js';
import { processes } from './infrastructure/processes.js';
import { StepThread } from './infrastructure/steps/step-thread.js';
import { Projecting } from './projections/project.js';
import { views } from './projections/views.js';
import { introduceGame, openGame } from './start/game.js';
import { Opening } from './start/opening.js';
import { decisionRulesOf, policyOf, runtimeLimitsOf } from './start/policy-of.js';
import { openServers } from './start/servers.js';
import { ShutdownTold } from './start/shutdown-told.js';
import { requireUsablePaths } from './start/usable-paths.js';
import { startWatches } from './start/watches.js';
import { version } from './version.js';

export interface RunningHoldfast {
  readonly url: string;
  /** The Unix socket that the same is served on; null without one. */
  readonly socket: string | null;
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

/**
 * Opens everything in order: the log, the views' room, the projector, the game, the application, the daemon, the
 * watches, the door. PostgreSQL may be away: commands do without it.
 * @throws ConfigError before anything is opened, where a file that is named cannot do; the first part's own error; what was opened before it is closed again
 */
export async function startHoldfast(
  config: Config,
  onGone: (error: Error) => void,
  work: OtherWork = {},
): Promise<RunningHoldfast> {
  await requireUsablePaths(config);
  const opening = new Opening(config, openLog(config), createMetrics(), onGone);
  try {
    return await started(opening, work);
  } catch (error) {
    await opening.close();
    throw error;
  }
}

async function started(opening: Opening, { operations, stepModule }: OtherWork): Promise<RunningHoldfast> {
  const began = performance.now();
  const { config, say, metrics } = opening;
  const shutdown = new ShutdownTold(say('server'), metrics);
  metrics.insecureMode.set(isLoopback(config.host) ? 0 : 1);
  let isStarting = true;

  const [eventStore, databaseUrl] = await openServers(opening);
  const store = new MeasuredEventStore(
    connectEventStore(eventStore.url, { deadlineMs: config.appendDeadlineMs }, (as) =>
      metrics.appendUnknownResolved.inc({ as }),
    ),
    metrics,
  );
  opening.opened('connection to the event store', () => store.close());
  const database = new PostgresDatabase({ url: databaseUrl, say: say('database') });
  opening.opened('database pool', () => database.close());
  const heartbeats = new PostgresHeartbeats(database);
  opening.opened('heartbeats', () => heartbeats.close());
  const lines = new PostgresContainerLines(database, systemClock);
  opening.opened('lines of containers', async () => shutdown.linesCut(await lines.close()));
  const projections = new Projecting(views, { store, database, clock: systemClock, say: say('projector') });
  projections.start();
  opening.opened('projector', () => projections.stop());
  const steps = new StepThread({
    limitMs: config.stepLimitMs,
    memoryMb: config.stepMemoryMb,
    ...(stepModule && { module: stepModule }),
    onLost: (why) => {
      metrics.stepThreadsLost.inc();
      say('daemon')(`A container has cost the thread of steps: ${why}`, { event: 'step_thread_lost', level: 'warn' });
    },
  });
  opening.opened('thread of steps', () => steps.close());
  const linked = config.game ? await openGame(opening) : undefined;

  const edge = edgeOf(opening);
  const adapter = createFastifyAdapter(edge);
  measureRequests(adapter.getInstance(), metrics);
  const game = linked?.game ?? null;
  const parts: AppParts = {
    ...{ store, database, projections, heartbeats, lines, game, operations, processes, metrics },
    metricsBeside: eventStore.metrics,
    cargo: game ? new GameCargo(game, config.gamePlayer) : noGame,
    decideStep: steps.decide,
    runtimeLimits: runtimeLimitsOf(config),
    clock: systemClock,
    ids: uuids,
    policy: policyOf(config),
    decisionRules: decisionRulesOf(config),
  };
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(parts), adapter, {
    logger: frameworkLog(say('framework'), () => isStarting),
    abortOnError: false,
    forceCloseConnections: true,
  });
  useEdge(app, edge);
  serveDocs(app);
  opening.opened('HTTP server', () => app.close());
  await app.init();

  const name = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const record = await recordStart(app, name);
  const daemon = config.daemon ? await startDaemon(opening, app, name) : undefined;
  if (!daemon || (!game && !operations)) {
    const why = config.daemon ? 'HOLDFAST_GAME=false' : 'HOLDFAST_DAEMON=false';
    say('daemon')(`No container is run here (${why}): workers of your own can`, { event: 'nothing_flown' });
  }
  const liveness = startWatches(opening, app);
  await app.listen(config.port, config.host);
  if (config.socket !== undefined) await listenOnSocket(opening, config.socket, adapter, edge);
  isStarting = false;
  introduceGame(opening, app);

  const url = (await app.getUrl()).replace('[::1]', 'localhost');
  const durationMs = Math.round(performance.now() - began);
  say('server')(`Holdfast ${version} answers at ${url}`, { event: 'server_started', durationMs });
  return {
    url,
    socket: config.socket ?? null,
    eventStore: withoutPassword(eventStore.url),
    database: withoutPassword(databaseUrl),
    game: linked?.url ?? null,
    databaseAnswers: await answers(database),
    stop: async (reason) => {
      shutdown.begun(reason);
      adapter.startDraining();
      // What is interrupted now falls silent, and must not lose its lease to the very process that interrupted it.
      void liveness.stop().catch(() => undefined);
      const manifest = await daemon?.shutDown().catch((error: unknown) => shutdown.daemonFailed(error));
      await record.stopped(reason, manifest).catch((error: unknown) => shutdown.notRecorded(error));
      shutdown.done(manifest);
      await opening.close();
      return manifest?.cut.length ?? 0;
    },
  };
}

function edgeOf({ config, say }: Opening): EdgeOptions {
  return {
    translate,
    allowedHosts: [...config.allowedHosts, config.host],
    bodyLimits: { plain: { bytes: config.bodyLimitBytes }, bulk: { bytes: config.bulkBodyLimitBytes } },
    onUnforeseen: (error, requestId) => {
      const about = { event: 'request_failed', level: 'error', requestId, error } as const;
      say('http')(`Request ${requestId} failed: ${String(error)}`, about);
    },
  };
}

/** A start that cannot be recorded is no start: without the log there is no custody. */
async function recordStart(app: NestFastifyApplication, instance: string): Promise<InstanceRecord> {
  const record = app.get(InstanceRecord);
  await record.started({ instance, version, host: hostname(), pid: process.pid, process: processes.mark() });
  return record;
}

/** Runs containers from here on; what an earlier daemon left behind is taken over while requests are served. */
async function startDaemon(opening: Opening, app: NestFastifyApplication, name: string): Promise<Daemon> {
  const daemon = app.get(Daemon);
  await daemon.start(name, opening.say('daemon'));
  opening.opened('daemon', () => daemon.shutDown().then(() => undefined));
  void daemon.recover();
  return daemon;
}

async function listenOnSocket(opening: Opening, path: string, adapter: EdgeAdapter, edge: EdgeOptions): Promise<void> {
  const server = adapter.getInstance();
  const answer: RequestListener = (request, response) => server.routing(request, response);
  const socket = await listenOnUnixSocket(path, answer, edge);
  opening.opened('Unix socket', () => socket.close());
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
