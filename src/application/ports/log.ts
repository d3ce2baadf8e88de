/**
 * Everything that is ever logged, by name, with what it means. Rules and searches hang on the names: add, never rename.
 * docs/logs.md shows them.
 */
export const logEvents = {
  server_started: 'The server answers at its address',
  shutdown_begun: 'It was asked to stop: no more work is taken',
  shutdown_done: 'Containers are at a safe point and recorded; `outcome` says whether some had to be cut',
  process_ended: 'The process ends, or never came up, for the reason in the sentence',
  close_failed: 'A part could not be closed in order',
  request_failed: 'A bug behind a request; its caller has the `requestId`',
  framework_warned: 'What the web framework says',
  framework_failed: 'What the web framework could not do',

  lease_expired: '`STALE_WORKER_CLEANUP`: the leases of a silent holder were taken',
  lease_not_expired: 'A silent holder whose lease could not be taken; tried again',
  lease_stale: 'A ship is held where nothing has moved for longer than is usual',
  work_not_told: 'A lease has expired, and the work under it could not be told; the sweep tells it',
  lock_cleaned: '`CLEANUP`: the lock of a task or a phase was freed, or its work told that it is gone',
  locks_cleaned: '`Cleaned`: how many locks one look has freed',
  ship_orphaned: '`ORPHANED_SHIP`: the holder of a ship is over, and the ship was freed',
  ship_kept: '`ORPHANED_SHIP` or `Preserving ship`: the holder is over, and the ship is kept for what it owes or hides',
  container_repaired: 'A half-made pair of container and lease was put right',
  repair_failed: 'A half-made pair could not be put right; tried again',
  sweep_done: 'How much the sweep repaired',
  monitor_failed: 'Nobody was judged; said once for each new reason',
  sweep_failed: 'Nothing was compared; said once for each new reason',

  phase_lock_acquired: '`Acquired execution lock`: somebody executes the phase of a flow from now on',
  phase_lock_blocked: '`already executing`: a phase that is being executed was asked for once more',
  phase_lock_released: '`Released execution lock`: the phase is over, or was given back',
  phase_lock_timeout: '`Lock timeout`: whoever executed the phase fell silent, and its lease was taken',

  recovery_complete: '`Container recovery complete`: every lease that was found at the start is accounted for',
  recovery_failed: 'The recovery of a start could not run; tried again',
  container_lost: '`CONTAINER LOST at recovery`: it could not go on after a restart',
  container_on_probation: 'It may be what ends the daemon again and again, and runs while few others do',
  container_parked: '`CONTAINER LOST at recovery`: it ends the daemon whenever it runs, and is failed',
  container_taken_over: 'This daemon runs it from now on, under a new token',
  worker_not_restarted: '`Failed to restart worker`: a container could not be taken over, or begun again',
  step_thread_lost: 'A step took too long or too much memory, and its container fails; the others go on',
  container_crashed: 'An attempt threw what nobody foresaw; it counts as a failed attempt',
  write_retried: 'What became of an attempt could not be written yet; tried again',
  child_not_stopped: 'A child could not be stopped before its parent',
  container_not_read: 'A container was begun in this daemon’s name and could not be read',
  nothing_flown: 'No container is run here, because there is no daemon or no game; those that ask for one are refused',
  daemon_look_failed: 'The daemon could not look for what others left behind, or renew; tried again',
  log_not_heard: 'The daemon no longer hears the log',

  containers_cut: 'Containers did not reach a safe point in time and were cut',
  task_update_cut: '`context canceled: task_update`: what became of containers could not be written before the end',
  container_log_cut: 'Lines of containers could not be written before the end',
  instance_record_failed: 'The stop of this process could not be recorded',
  daemon_stop_failed: 'The daemon did not stop in order',

  fleet_warned: 'A ship or a container does not do what it should',
  fleet_critical: '`CRITICAL`: a ship is stuck although its way was completed, or was given up',
  containers_pruned: 'Ended containers were removed, because they ended long ago',
  retention_failed: 'Ended containers could not be removed; tried again',

  views_taken: 'The process that kept the views stood still, and they were taken from it',
  view_waits: 'A view does not move; said once for each new reason',
  game_not_linked: 'The game does not answer yet; tried again',
  first_tours_failed: 'The probes of a new universe could not be sent on their tours',
  database_said: 'What the connection to PostgreSQL tells',
  event_store_said: 'What the embedded event store tells',
  postgres_said: 'What the embedded PostgreSQL tells',
  universe_said: 'What the simulated universe tells',
} as const;

export type LogEvent = keyof typeof logEvents;
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** What a line is about, for machines. No secret belongs in it; `token` is the fencing token. */
export interface About {
  readonly event: LogEvent;
  /** `info` unless told. */
  readonly level?: LogLevel;
  readonly requestId?: string;
  readonly player?: number;
  readonly ship?: string;
  readonly container?: string;
  readonly flow?: string;
  readonly phase?: string;
  readonly attempt?: number;
  readonly token?: number;
  readonly durationMs?: number;
  readonly outcome?: string;
  /** Whatever was thrown. */
  readonly error?: unknown;
}

/** Says one sentence to people, and what it is about to machines. */
export type Say = (sentence: string, about: About) => void;
