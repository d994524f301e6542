/** Server settings by name, as on the command line of `postgres -c name=value`. */
export type ServerSettings = Readonly<Record<string, string>>;

/**
 * What differs from PostgreSQL's defaults, or must not differ from them. Given on the command line at each start, so
 * that they are the same for old and new data directories and no `ALTER SYSTEM` weakens them.
 */
export const SETTINGS: ServerSettings = {
  // Only programs of this machine, and only with a password. No socket: its folder would be shared with other users.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',

  // A commit that was answered survives a power cut. Money: never to be traded for speed.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // On macOS a plain fsync leaves the data in the drive's own cache.
  ...(process.platform === 'darwin' ? { wal_sync_method: 'fsync_writethrough' } : {}),

  // Room for the pools of some processes and a person with psql; idle connections cost little.
  max_connections: '200',
  // The hot end of every book fits, and a machine with 1 GB still has room for the service.
  shared_buffers: '256MB',

  // After a checkpoint each page's first change writes the whole page to the log: few checkpoints make commits cheap.
  // The price is a recovery of some seconds after a crash, and up to 2 GB of log on the disk.
  checkpoint_timeout: '15min',
  max_wal_size: '2GB',
  // Log files are used again instead of being made anew and filled with zeros under the commits.
  min_wal_size: '512MB',
  // Those whole pages compress well, and a commit waits for fewer bytes to reach the disk.
  wal_compression: 'on',

  // All statements are short. Compiling them, or a second process for them, costs more than it saves on two cores.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  // Flash disks: a random page costs hardly more than the next one.
  random_page_cost: '1.1',

  // The same results on every machine.
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Every checkpoint would be a line in a file that nobody rotates.
  log_checkpoints: 'off',
};

/** Tests only: a crash of the machine may lose everything, a crash of the server loses nothing. */
export const VOLATILE: ServerSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_compression: 'off',
  // Several files of tests at once, each with some processes.
  max_connections: '600',
};
