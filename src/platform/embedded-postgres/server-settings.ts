/** Server settings by name, as on the command line of `postgres -c name=value`. */
export type ServerSettings = Readonly<Record<string, string>>;

/**
 * Settings that differ from PostgreSQL's defaults, or that must not change. Given on the command line at each start, so
 * that they are the same for old and new data directories and `ALTER SYSTEM` cannot weaken them.
 */
export const SETTINGS: ServerSettings = {
  // Only programs of this machine, and only with a password. No socket: its folder would be shared with other users.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',

  // A commit that was answered survives a power cut. This is money: never trade that for speed.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // On macOS a plain fsync leaves the data in the drive's own cache.
  ...(process.platform === 'darwin' ? { wal_sync_method: 'fsync_writethrough' } : {}),

  // Room for the pools of several processes and a person with psql; idle connections cost little.
  max_connections: '200',
  // The most recent rows of every book fit, and a machine with 1 GB still has room for the service.
  shared_buffers: '256MB',

  // After a checkpoint, the first change of each page writes the whole page to the log, so few checkpoints make commits
  // cheap. The price is a recovery of some seconds after a crash, and up to 2 GB of log on the disk.
  checkpoint_timeout: '15min',
  max_wal_size: '2GB',
  // Log files are reused; creating new ones and filling them with zeros would slow commits down.
  min_wal_size: '512MB',
  // Whole pages compress well, so a commit waits for fewer bytes to reach the disk.
  wal_compression: 'on',

  // All statements are short. On two cores, compiling them or running them in parallel costs more than it saves.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  // Flash disks: random access costs hardly more than sequential access.
  random_page_cost: '1.1',

  // The same results on every machine.
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Every checkpoint would add a line to a file that nobody rotates.
  log_checkpoints: 'off',
};

/** Tests only: a crash of the machine may lose everything, a crash of the server loses nothing. */
export const VOLATILE: ServerSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_compression: 'off',
  // Several test files at once, each with several processes.
  max_connections: '600',
};
