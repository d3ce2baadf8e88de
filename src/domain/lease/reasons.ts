/** Why a lease was given back or taken. A closed list; words that bots and scripts already use are read as the word they mean. */
export const releaseReasons = [
  'completed',
  'failed',
  'stopped',
  'cancelled',
  'interrupted',
  'daemon_restart',
  'daemon_shutdown',
  'orphaned',
  'expired',
  'dead_process',
  'task_completed',
  'handed_over',
  'preempted',
  'manual',
  'claim_rolled_back',
  'start_failed',
  'recovery_failed',
  'invalid_config',
  'stale_cleanup',
  'reassign_blocked',
  'already_complete',
  'dependency_not_met',
  'json_error',
  'claim_failed',
] as const;

/**
 * The detail of a release that tells that the game has no such ship. Stored: the word is never changed. Idle, it stands in
 * no list of ships.
 */
export const unknownShip = 'unknown_ship';

export type ReleaseReason = (typeof releaseReasons)[number];

const spokenOtherwise: Readonly<Record<string, ReleaseReason>> = {
  complete: 'completed',
  task_complete: 'completed',
  container_stopped: 'stopped',
  container_failed: 'failed',
  error: 'failed',
  canceled: 'cancelled',
  orphaned_cleanup: 'orphaned',
  orphaned_task: 'orphaned',
  timeout: 'expired',
  stale: 'expired',
  stale_timeout: 'expired',
  stale_heartbeat_timeout: 'expired',
  manual_cleanup: 'manual',
  manual_release: 'manual',
  cleanup: 'manual',
  early_release: 'manual',
  shutdown: 'daemon_shutdown',
  worker_start_failed: 'start_failed',
  script_exit: 'interrupted',
};

/** The listed reason that a word stands for, in any case and with dashes or underscores; undefined if there is none. */
export function releaseReasonOf(word: string): ReleaseReason | undefined {
  const plain = word.toLowerCase().replaceAll('-', '_');
  if (Object.hasOwn(spokenOtherwise, plain)) return spokenOtherwise[plain];
  return releaseReasons.find((reason) => reason === plain);
}
