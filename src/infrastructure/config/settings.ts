import { z } from 'zod';
import {
  absolutePath,
  connectionString,
  delayList,
  directory,
  flag,
  host,
  hostList,
  longestDelayMs,
  secretText,
  webAddress,
  wholeNumber,
} from './value-kinds.js';

export interface Setting {
  /** The variable's name in the environment. */
  readonly name: string;
  /** The text taken when the variable is absent or empty; none: the value is optional. */
  readonly fallback?: string;
  /** What is accepted; completes "it must be …". */
  readonly accepts: string;
  readonly meaning: string;
  readonly secret?: true;
}

export const settings = z.registry<Setting>();

const port = (name: string, fallback: string, meaning: string) =>
  wholeNumber(0, 65_535).register(settings, {
    name,
    fallback,
    accepts: 'a port from 1 to 65535, or 0 for a free one',
    meaning,
  });

const millis = (name: string, fallback: number, meaning: string, least = 1, most = longestDelayMs) =>
  wholeNumber(least, most).register(settings, {
    name,
    fallback: String(fallback),
    accepts: `a whole number of milliseconds from ${least} to ${most}`,
    meaning,
  });

const count = (name: string, fallback: number, least: number, most: number, unit: string, meaning: string) =>
  wholeNumber(least, most).register(settings, {
    name,
    fallback: String(fallback),
    accepts: `a whole number of ${unit} from ${least} to ${most}`,
    meaning,
  });

const bool = (name: string, meaning: string, fallback: 'true' | 'false' = 'false') =>
  flag().register(settings, { name, fallback, accepts: 'true or false', meaning });

const words = <const W extends readonly [string, ...string[]]>(
  name: string,
  all: W,
  fallback: W[number],
  meaning: string,
) => z.enum(all).register(settings, { name, fallback, accepts: `one of ${all.join(', ')}`, meaning });

const MiB = 1_048_576;

/** Every value the process takes from outside, under the name the code knows it by. */
export const configSchema = z.object({
  host: host().register(settings, {
    name: 'HOLDFAST_HOST',
    fallback: '127.0.0.1',
    accepts: 'an IP address or a host name',
    meaning:
      'Address the HTTP API listens on. There is no authentication yet, so any address but loopback needs `HOLDFAST_ALLOW_REMOTE=true`.',
  }),
  port: port('HOLDFAST_PORT', '4000', 'Port of the HTTP API.'),
  socket: absolutePath().optional().register(settings, {
    name: 'HOLDFAST_SOCKET',
    accepts: 'an absolute path without ".."',
    meaning:
      'Where the HTTP API is served on a Unix socket too: a file that only its owner can open, one request per connection. Absent: nowhere.',
  }),
  allowRemote: bool(
    'HOLDFAST_ALLOW_REMOTE',
    'Allow `HOLDFAST_HOST` to be reachable from other machines, unauthenticated.',
  ),
  allowedHosts: hostList().register(settings, {
    name: 'HOLDFAST_ALLOWED_HOSTS',
    fallback: '',
    accepts: 'a comma-separated list of host names or IP addresses, without ports',
    meaning: 'Names accepted in the `Host` header besides the loopback names and `HOLDFAST_HOST`.',
  }),
  bodyLimitBytes: count('HOLDFAST_BODY_LIMIT_BYTES', 65_536, 1024, 64 * MiB, 'bytes', 'Longest request body.'),
  bulkBodyLimitBytes: count(
    'HOLDFAST_BULK_BODY_LIMIT_BYTES',
    10 * MiB,
    1024,
    256 * MiB,
    'bytes',
    'Longest request body where a whole system graph is imported.',
  ),
  dataDirectory: directory().register(settings, {
    name: 'HOLDFAST_DATA',
    fallback: './data',
    accepts: 'a directory path without ".."',
    meaning: 'Where everything embedded keeps its files; made if absent.',
  }),
  eventStoreUrl: connectionString('esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover', 'kdb', 'kdb+discover')
    .optional()
    .register(settings, {
      name: 'EVENTSTORE_URL',
      accepts: 'a connection string such as esdb://host:2113?tls=true or kurrentdb://host:2113',
      meaning: 'The EventStoreDB or KurrentDB to use. Absent: the embedded event store is started.',
      secret: true,
    }),
  allowPlaintext: bool(
    'HOLDFAST_ALLOW_PLAINTEXT',
    'Allow `tls=false` or `tlsVerifyCert=false` in an `EVENTSTORE_URL` to another machine.',
  ),
  eventStorePort: port('HOLDFAST_EVENTSTORE_PORT', '0', 'Port of the embedded event store.'),
  databaseUrl: connectionString('postgres', 'postgresql').optional().register(settings, {
    name: 'DATABASE_URL',
    accepts: 'a connection string such as postgres://user:password@host:5432/holdfast',
    meaning: 'The PostgreSQL to use. Absent: the embedded one is started.',
    secret: true,
  }),
  postgresPort: port('HOLDFAST_POSTGRES_PORT', '0', 'Port of the embedded PostgreSQL.'),
  game: bool(
    'HOLDFAST_GAME',
    'Be linked to a game, so that containers can be run here. Without one, workers of your own do all the flying; what a daemon flew waits until it is linked again.',
    'true',
  ),
  gameToken: secretText().optional().register(settings, {
    name: 'SPACETRADERS_TOKEN',
    accepts: 'the token of an agent, without spaces',
    meaning: 'Whose ships are flown. Absent: a simulated universe is started, with an agent and a small fleet.',
    secret: true,
  }),
  gameUrl: webAddress().register(settings, {
    name: 'SPACETRADERS_URL',
    fallback: 'https://api.spacetraders.io/v2',
    accepts: 'an http or https address such as https://api.spacetraders.io/v2',
    meaning: 'The game that the token is for. Unused without a token.',
  }),
  gameTurnMs: millis(
    'HOLDFAST_GAME_TURN_MS',
    15_000,
    'How long a change of the game waits for its turn under the limit of calls.',
    100,
  ),
  gameTimeoutMs: millis(
    'HOLDFAST_GAME_TIMEOUT_MS',
    15_000,
    'How long to wait for an answer of the game. A change that was not answered is held for possible until its turn and this are over.',
    100,
  ),
  gamePlayer: count(
    'HOLDFAST_PLAYER',
    1,
    1,
    1_000_000_000,
    'a player',
    'The number under which the agent is known here.',
  ),
  universePort: port('HOLDFAST_UNIVERSE_PORT', '0', 'Port of the simulated universe.'),
  universeFile: directory().optional().register(settings, {
    name: 'HOLDFAST_UNIVERSE_FILE',
    accepts: 'a path without ".."',
    meaning: 'A system for a new simulated universe, as JSON. Absent: one is generated.',
  }),
  universeTimeFactor: count(
    'HOLDFAST_UNIVERSE_TIME_FACTOR',
    60,
    1,
    100_000,
    'times',
    'How much faster than the real game a simulated universe runs.',
  ),
  universeRateLimit: bool(
    'HOLDFAST_UNIVERSE_RATE_LIMIT',
    'Let a simulated universe turn calls away that the real game would turn away.',
    'true',
  ),
  firstTours: bool(
    'HOLDFAST_FIRST_TOURS',
    'Send the probes of a new simulated universe on tours of its markets, once.',
    'true',
  ),
  shipTtlMs: millis('HOLDFAST_SHIP_TTL_MS', 30_000, 'How long a ship lease lives without a renewal.', 100),
  shipRenewMs: millis('HOLDFAST_SHIP_RENEW_MS', 10_000, 'How often a holder renews; at most a third of the TTL.', 10),
  daemon: bool(
    'HOLDFAST_DAEMON',
    'Run the containers that ask for a daemon in this process. Without one, those are refused, and so are orders and the first tours.',
    'true',
  ),
  daemonTtlMs: millis(
    'HOLDFAST_DAEMON_TTL_MS',
    120_000,
    'How long a daemon may be silent before another one takes its containers over.',
    100,
  ),
  daemonRenewMs: millis(
    'HOLDFAST_DAEMON_RENEW_MS',
    10_000,
    'How often a daemon renews what it holds; at most a third of the TTL.',
    10,
  ),
  taskTtlMs: millis(
    'HOLDFAST_TASK_TTL_MS',
    1_800_000,
    'How long the lock of a task lives without a renewal by its agent.',
    100,
  ),
  phaseTtlMs: millis(
    'HOLDFAST_PHASE_TTL_MS',
    300_000,
    'How long a phase of a flow may be worked on without a renewal.',
    100,
  ),
  stepLimitMs: millis(
    'HOLDFAST_STEP_LIMIT_MS',
    5_000,
    'How long the next step of a container may be thought about before its attempt fails.',
    10,
  ),
  stepMemoryMb: count(
    'HOLDFAST_STEP_MEMORY_MB',
    128,
    16,
    65_536,
    'MiB',
    'How much memory the thread that decides steps may take before the attempt it works for fails.',
  ),
  drainMs: millis(
    'HOLDFAST_DRAIN_MS',
    30_000,
    'How long containers may take to reach a safe point at shutdown before they are cut.',
    0,
  ),
  amnestyMs: millis(
    'HOLDFAST_AMNESTY_MS',
    60_000,
    'After a start nobody is expired for this long, so that live holders can report.',
    0,
  ),
  sweepIntervalMs: millis(
    'HOLDFAST_SWEEP_INTERVAL_MS',
    60_000,
    'How often the sweep compares every lease with its holder.',
    10,
  ),
  monitorIntervalMs: millis(
    'HOLDFAST_MONITOR_INTERVAL_MS',
    5_000,
    'How often the monitor looks for silent holders; at most the TTL.',
    10,
  ),
  repairGraceMs: millis(
    'HOLDFAST_REPAIR_GRACE_MS',
    10_000,
    'How long a mismatch must stand before the sweep repairs it.',
    0,
  ),
  stopGraceMs: millis(
    'HOLDFAST_STOP_GRACE_MS',
    10_000,
    'How long a worker that was asked to stop may take before its container is stopped for it.',
    0,
  ),
  lockDelayMs: millis(
    'HOLDFAST_LOCK_DELAY_MS',
    0,
    'Least time a ship stays free after its holder was lost uncleanly.',
    0,
    60_000,
  ),
  restartDelaysMs: delayList().register(settings, {
    name: 'HOLDFAST_RESTART_DELAYS_MS',
    fallback: '5000,30000,120000',
    accepts: 'a comma-separated list of 1 to 20 whole numbers of milliseconds',
    meaning: 'Waits before the first, second, … restart of a container; the last one repeats.',
  }),
  maxRestarts: count(
    'HOLDFAST_MAX_RESTARTS',
    3,
    0,
    1000,
    'restarts',
    'Restarts of one container in a row before it is given up.',
  ),
  healthyAfterMs: millis(
    'HOLDFAST_HEALTHY_AFTER_MS',
    600_000,
    'An attempt that lives this long, or finishes an iteration, gives the restarts back.',
  ),
  recoveryBudgetMs: millis(
    'HOLDFAST_RECOVERY_BUDGET_MS',
    30_000,
    'How long the recovery tries to take over a container that stands in its own way before it is failed.',
    10,
  ),
  crashSuspectAfter: count(
    'HOLDFAST_CRASH_SUSPECT_AFTER',
    5,
    1,
    1_000,
    'ends',
    'How often in a row the daemon may end while a container runs and brings nothing about, before it is suspected.',
  ),
  crashParkAfter: count(
    'HOLDFAST_CRASH_PARK_AFTER',
    3,
    1,
    20,
    'ends',
    'How often the daemon may end while a suspected container is the only one on probation, before it is failed.',
  ),
  probationMs: millis(
    'HOLDFAST_PROBATION_MS',
    10_000,
    'How long suspected containers must run without ending the daemon, and it must have stood without them before.',
    10,
  ),
  appendDeadlineMs: millis(
    'HOLDFAST_APPEND_DEADLINE_MS',
    5_000,
    'How long to wait for the event store to acknowledge an append.',
    10,
  ),
  chapterLength: count(
    'HOLDFAST_CHAPTER_LENGTH',
    128,
    2,
    100_000,
    'events',
    'Events of one lease stream before a new chapter is begun.',
  ),
  staleAlertMs: millis(
    'HOLDFAST_STALE_ALERT_MS',
    600_000,
    'Age at which a lease without progress is reported as stale.',
  ),
  retentionDays: count(
    'HOLDFAST_RETENTION_DAYS',
    14,
    1,
    36_500,
    'days',
    'How long ended containers stay in the lists; their histories stay in the log.',
  ),
  healthIntervalMs: millis(
    'HOLDFAST_HEALTH_INTERVAL_MS',
    60_000,
    'How often the health of the fleet is looked at: loops that spin, and ships that do not arrive.',
    10,
  ),
  stuckAfterMs: millis(
    'HOLDFAST_STUCK_AFTER_MS',
    300_000,
    'A ship that is still in flight so long after its arrival is stuck.',
  ),
  stuckTries: count(
    'HOLDFAST_STUCK_TRIES',
    5,
    1,
    1_000,
    'tries',
    'How often it is tried to set a stuck ship right before its container is failed.',
  ),
  idempotencyTtlS: count(
    'HOLDFAST_IDEMPOTENCY_TTL_S',
    86_400,
    1,
    2_592_000,
    'seconds',
    'How long the answer to an idempotency key is kept.',
  ),
  shutdownMs: millis('HOLDFAST_SHUTDOWN_MS', 45_000, 'How long a shutdown may take before what is left is cut.'),
  logLevel: words(
    'HOLDFAST_LOG_LEVEL',
    ['error', 'warn', 'info', 'debug'],
    'info',
    'The least severe line that is written.',
  ),
  logFormat: words('HOLDFAST_LOG_FORMAT', ['text', 'json'], 'text', 'Lines for people, or one JSON object a line.'),
});

/** The effective configuration: parsed, checked, frozen. */
export type Config = Readonly<z.output<typeof configSchema>>;
export type ConfigKey = keyof Config;

/** The settings in the order of the schema, each with its key in `Config`. */
export function allSettings(): readonly (readonly [ConfigKey, Setting])[] {
  return Object.entries(configSchema.shape).map(([key, schema]) => {
    const setting = settings.get(schema);
    if (setting === undefined) throw new Error(`setting ${key} is not registered`);
    return [key as ConfigKey, setting];
  });
}
