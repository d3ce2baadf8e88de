/** Server settings by name, as in postgresql.conf. */
export type Settings = Readonly<Record<string, string | number>>;

/**
 * For views that can be rebuilt from the log: a crash may lose the last commits (their checkpoint with them), never
 * the files' integrity. Few processes and little memory, since the server shares a small machine with the app.
 */
export const defaultSettings: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 50,
  shared_buffers: '64MB',
  work_mem: '8MB',
  fsync: 'on',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '512MB',
  io_method: 'sync',
  max_parallel_workers_per_gather: 0,
  jit: 'off',
  client_connection_check_interval: '1s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_min_error_statement: 'panic',
};

export const toArguments = (settings: Settings): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
