import { claimRefusalWords } from '../../application/agent-tasks/refused-claims.js';
import { releaseReasons } from '../../domain/lease/reasons.js';

/** Every label with the values that are known beforehand: they begin at 0, so that the first rise is seen as one. */
type Labels = Readonly<Record<string, readonly string[]>>;

export interface Definition<Kind extends string, L extends Labels> {
  readonly kind: Kind;
  readonly name: string;
  readonly help: string;
  readonly labels: L;
  /** Of a histogram: upper bounds. */
  readonly buckets?: readonly number[];
}

type Define<Kind extends string, More extends readonly unknown[] = []> = <L extends Labels = Record<never, never>>(
  name: string,
  help: string,
  ...more: [...More, labels?: L]
) => Definition<Kind, L>;

const counter: Define<'counter'> = (name, help, labels) => ({ kind: 'counter', name, help, labels: labels ?? none() });
const gauge: Define<'gauge'> = (name, help, labels) => ({ kind: 'gauge', name, help, labels: labels ?? none() });
const histogram: Define<'histogram', [buckets: readonly number[]]> = (name, help, buckets, labels) => ({
  kind: 'histogram',
  name,
  help,
  buckets,
  labels: labels ?? none(),
});
const none = <L>(): L => ({}) as L;

const open = [] as const;
const kinds = ['ship', 'task', 'phase'] as const;
const quickly = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const minutes = [1, 5, 10, 30, 60, 300, 600, 1800, 3600];

/** Which writes a shutdown can cut off. */
export const cutOperations = ['task_update', 'container_run', 'container_log', 'instance_record'] as const;

/** Where a scrape asks beyond this process's memory. */
export const scrapeSources = ['views', 'event_store'] as const;
export type ScrapeSource = (typeof scrapeSources)[number];

/**
 * Every metric of this process, under the name the code knows it by. No label has the value of a ship, a container, a
 * token or a path: those are for the logs. Dashboards and rules hang on the names: add, never rename.
 */
export const definitions = {
  leaseGrants: counter('fleet_lease_grants_total', 'New tokens written here: grants, hand-overs, reservations', {
    kind: kinds,
  }),
  leaseReleases: counter('fleet_lease_releases_total', 'Holds that were ended here, by the reason in the log', {
    kind: kinds,
    reason: releaseReasons,
  }),
  leaseExpiries: counter('fleet_lease_expiries_total', 'Leases of silent holders that this process took', {
    kind: kinds,
  }),
  leaseActive: gauge('fleet_lease_active', 'Leases held by containers and agents, as the view has it', { kind: open }),
  leaseReserved: gauge('fleet_lease_reserved', 'Leases reserved by operators, as the view has it', { kind: open }),
  leaseOldestAge: gauge('fleet_lease_oldest_age_seconds', 'Since when the oldest active lease has its token', {
    kind: open,
  }),
  leaseStale: gauge(
    'fleet_lease_stale',
    'Held ships, tasks and phases where nothing moved for HOLDFAST_STALE_ALERT_MS, at the last sweep',
  ),
  leaseRenewMargin: histogram(
    'fleet_lease_renew_margin_seconds',
    'Time to live that was left when a holder renewed',
    [0, 1, 2.5, 5, 10, 15, 20, 30, 60, 90, 120],
  ),
  leaseRenewMarginRatio: histogram(
    'fleet_lease_renew_margin_ratio',
    'The same as a part of the whole time to live',
    [0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  ),
  staleWrites: counter(
    'fleet_lease_stale_writes_rejected_total',
    'Commands refused because their token was not the one in force',
  ),
  refusals: counter('fleet_refusals_total', 'Commands refused, by the code of the answer and what they were about', {
    code: open,
    kind: open,
  }),
  watching: gauge('fleet_lease_watching', '1: this process watches over the leases; the others stand by'),
  monitorLastRun: gauge(
    'fleet_lease_monitor_last_run_timestamp_seconds',
    'When the monitor last looked and could judge; 0: never',
  ),
  sweepLastRun: gauge(
    'fleet_lease_sweep_last_run_timestamp_seconds',
    'When the sweep last compared and could; 0: never',
  ),
  phaseLockAttempts: counter('phase_lock_attempts_total', 'Tries to execute a phase: begun, or executed already', {
    status: ['acquired', 'blocked'],
  }),
  phaseLockDuration: histogram(
    'phase_lock_duration_seconds',
    'How long phases were held, whatever ended it here; of many names the later ones are `other`',
    minutes,
    { phase: open },
  ),
  phaseLockTimeouts: counter('phase_lock_timeouts_total', 'Phases taken here from holders that fell silent'),

  agentTasks: gauge(
    'fleet_agent_tasks',
    'Tasks of agents by status, as the view has them; of many queues the shorter ones are `other`',
    { queue: open, status: open },
  ),
  taskClaimsRefused: counter(
    'fleet_agent_task_claims_refused_total',
    'Claims of tasks refused here, by the word that scripts know; `HELD`: another session has the lock',
    { word: claimRefusalWords },
  ),
  taskRetries: counter('fleet_agent_task_retries_total', 'Claims written here of tasks that had failed before'),
  tasksPoisoned: counter(
    'fleet_agent_tasks_poisoned_total',
    'Tasks that failed once too often here: nobody gets them until they are requeued',
  ),

  effectsOpen: gauge('fleet_effects_open', 'Effects declared and not observed yet'),
  inDoubt: gauge('fleet_tasks_in_doubt', 'Open effects past their deadline: nobody has learnt what became of them'),
  obligationsOpen: gauge('fleet_obligations_open', 'Cargo that ships owe'),

  appendDuration: histogram('fleet_append_duration_seconds', 'Appends to the log, by how they ended', quickly, {
    outcome: ['ok', 'conflict', 'unknown', 'error'],
  }),
  appendUnknownResolved: counter(
    'fleet_append_unknown_resolved_total',
    'Appends without an answer whose outcome reading back has settled',
    { as: ['committed', 'absent'] },
  ),
  eventsAppended: counter('fleet_events_appended_total', 'Events written here, by type', { type: open }),
  subscriptionReconnects: counter(
    'fleet_subscription_reconnects_total',
    'Subscriptions to the log that were lost and taken up again',
  ),

  projectionPosition: gauge('fleet_projection_position', 'Position in the log that the rows reflect', { name: open }),
  projectionLagEvents: gauge(
    'fleet_projection_lag_events',
    'Events not in the rows yet, counted to 256; absent while it catches up',
    { name: open },
  ),
  projectionLagSeconds: gauge('fleet_projection_lag_seconds', 'Age of the oldest event that is not in the rows', {
    name: open,
  }),
  projectionParked: gauge('fleet_projection_parked_events', 'Streams parked at an event that cannot be applied', {
    name: open,
  }),
  projectionRole: gauge('fleet_projection_role', '1 for what this process is to the view', { name: open, role: open }),
  projectionReaderAlive: gauge('fleet_projection_reader_alive', '1 while the subscription delivers; absent elsewhere', {
    name: open,
  }),
  projectionRebuild: histogram(
    'fleet_projection_rebuild_duration_seconds',
    'Rebuilds and verifications asked of this process that came to their end',
    [0.1, 0.5, 1, 5, 10, 30, 60, 300, 600],
    { name: open },
  ),

  containersRunning: gauge('spacetraders_daemon_container_running_total', 'Containers that are RUNNING', {
    player_id: open,
    container_type: open,
  }),
  containers: gauge('spacetraders_daemon_container_total', 'Containers by status', {
    player_id: open,
    container_type: open,
    status: open,
  }),
  containerRestarts: counter('spacetraders_daemon_container_restarts_total', 'Attempts begun here after the first', {
    player_id: open,
    container_type: open,
  }),
  containerIterations: counter('spacetraders_daemon_container_iterations_total', 'Iterations recorded here', {
    player_id: open,
    container_type: open,
  }),
  containerDuration: histogram(
    'spacetraders_daemon_container_duration_seconds',
    'From the start of a container to its end, where that was written here',
    minutes,
    { player_id: open, container_type: open },
  ),
  tasksRecovered: counter(
    'spacetraders_daemon_tasks_recovered_total',
    'Containers taken over here, and lost; cargo bound, and cargo unread; inherited effects whose end was learnt',
    { status: ['restarted', 'orphaned', 'cargo_recovered', 'parked', 'reconciled'] },
  ),
  recoveryDuration: gauge('fleet_recovery_duration_seconds', 'From the start of the recovery to its receipt'),
  recoveryUnsettled: gauge('fleet_recovery_unsettled', 'What the recovery found and has not settled yet'),
  shutdownDuration: histogram(
    'spacetraders_daemon_graceful_shutdown_duration_seconds',
    'Containers brought to a safe point and recorded; also in the log line shutdown_done',
    [0.1, 0.5, 1, 2.5, 5, 10, 20, 30],
  ),
  cancelled: counter('spacetraders_daemon_context_cancellation_total', 'Writes that a shutdown cut off', {
    operation: cutOperations,
  }),

  stepThreadsLost: counter(
    'fleet_step_threads_lost_total',
    'Threads that a spinning or leaking step has cost; the container fails, the others go on',
  ),

  gameRequests: counter('fleet_game_requests_total', 'Calls of the game, by the status of the answer', {
    code: ['no_connection', 'no_answer'],
  }),
  gameWait: histogram(
    'fleet_game_rate_limit_wait_seconds',
    'How long calls waited for their turn',
    [0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
  ),

  httpDuration: histogram('fleet_http_request_duration_seconds', 'Requests by route, streams excepted', quickly, {
    route: open,
    method: open,
    status: open,
  }),
  loopDelay: gauge('fleet_event_loop_delay_seconds', 'How late the event loop was since the scrape before', {
    quantile: ['0.5', '0.99', '1'],
  }),
  invariantViolations: counter('fleet_invariant_violations_total', 'What must never be, and was found', {
    id: ['receipt_unbalanced', 'view_differs'],
  }),
  insecureMode: gauge('fleet_insecure_mode', '1: the API answers other machines and asks nobody who they are'),
  scrapeErrors: counter('fleet_scrape_errors_total', 'Scrapes that had to do without one of their sources', {
    source: scrapeSources,
  }),
  buildInfo: gauge('fleet_build_info', '1', { version: open, node: open }),
  cpu: counter('process_cpu_seconds_total', 'Processor time of this process'),
  residentMemory: gauge('process_resident_memory_bytes', 'Memory of this process'),
  heapUsed: gauge('nodejs_heap_size_used_bytes', 'Heap in use'),
  startTime: gauge('process_start_time_seconds', 'When this process began'),
};
