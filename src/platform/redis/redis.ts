import { Cluster, Redis, type RedisOptions as DriverOptions } from 'ioredis';

/** One server, or a cluster, which takes the same commands as long as the keys of a command share a hash tag. */
export type RedisClient = Redis | Cluster;

/** Pauses between attempts to reach a server that is down: the first one, and the longest one. */
const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;

const CONNECT_TIMEOUT_MS = 2_000;

/**
 * A network that drops all packets reports no error: an answer that is due for so long never comes on this connection.
 */
const SILENCE_MS = 15_000;

interface RedisOptions {
  /** Names the connection in `CLIENT LIST`. */
  readonly name: string;
  /**
   * What happens to a command while the server is unreachable. True: it waits for as long as it takes, and is
   * repeated if it was interrupted. Otherwise it fails at once, and after `commandTimeoutMs` in any case.
   */
  readonly waitsForServer: boolean;
  readonly commandTimeoutMs?: number;
}

/**
 * Connects in the background, and again whenever the connection is lost. Never throws and never ends by itself.
 *
 * @param url as `REDIS_URL`: `redis://` or `rediss://` (TLS), several nodes of a cluster separated by commas
 */
export function openRedis(url: string, options: RedisOptions): RedisClient {
  const nodes = url.split(',').map((node) => new URL(node));
  const client = nodes.length === 1 ? openServer(nodes[0]!, options) : openCluster(nodes, options);
  // Every queue and every worker of the process listens.
  client.setMaxListeners(50);
  // What concerns a command is thrown by the command; whether Redis is there at all is logged by `RedisWatch`.
  client.on('error', () => undefined);
  return client;
}

function openServer(node: URL, options: RedisOptions): Redis {
  const client = new Redis({
    ...addressOf(node),
    ...optionsOf(node, options),
    enableOfflineQueue: options.waitsForServer,
    retryStrategy: pauseBefore,
  });
  return withoutStaleTimer(client);
}

/**
 * ioredis leaves the timer of `socketTimeout` behind when a connection ends under a command: for that long it keeps the
 * process alive, and then it ends the connection that has come after.
 */
export function withoutStaleTimer<Client extends RedisClient>(client: Client): Client {
  if (client instanceof Cluster) client.on('+node', withoutStaleTimer);
  const timed = client as { socketTimeoutTimer?: NodeJS.Timeout | undefined };
  client.on('close', () => {
    clearTimeout(timed.socketTimeoutTimer);
    timed.socketTimeoutTimer = undefined;
  });
  return client;
}

function openCluster(nodes: URL[], options: RedisOptions): Cluster {
  const cluster = new Cluster(nodes.map(addressOf), {
    redisOptions: optionsOf(nodes[0]!, options),
    enableOfflineQueue: options.waitsForServer,
    clusterRetryStrategy: pauseBefore,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    // With TLS the certificate names the host that was asked for, so it must not be replaced by its address.
    dnsLookup: (address, callback) => callback(null, address),
  });
  return withoutStaleTimer(cluster);
}

function addressOf({ hostname, port }: URL): { host: string; port: number } {
  // URL keeps the brackets of an IPv6 address; sockets do not take them.
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 6379 : Number(port) };
}

function optionsOf(node: URL, { name, waitsForServer, commandTimeoutMs }: RedisOptions): DriverOptions {
  const database = /^\/(\d{1,4})$/.exec(node.pathname)?.[1];
  return {
    ...(node.username === '' ? {} : { username: decodeURIComponent(node.username) }),
    ...(node.password === '' ? {} : { password: decodeURIComponent(node.password) }),
    ...(database === undefined ? {} : { db: Number(database) }),
    ...(node.protocol === 'rediss:' ? { tls: {} } : {}),
    ...(commandTimeoutMs === undefined ? {} : { commandTimeout: commandTimeoutMs }),
    connectionName: name,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: waitsForServer ? null : 0,
    ...(waitsForServer ? { socketTimeout: SILENCE_MS } : {}),
    // One write per turn of the event loop for all that was asked in it.
    enableAutoPipelining: !waitsForServer,
  };
}

function pauseBefore(attempt: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 10), MAX_RETRY_MS);
}

/** Whether commands can be sent right now. A cluster's status is `connect` until it has checked all its nodes. */
export function isReady(client: RedisClient): boolean {
  return client.status === 'ready' || (client instanceof Cluster && client.status === 'connect');
}

const UNREACHABLE_ERRNOS =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|NR_CLOSED)$/;
const UNREACHABLE_MESSAGES =
  /^(Connection is closed|Stream isn't writeable|Reached the max retries|Command timed out|None of startup nodes|Cluster isn't ready|Failed to refresh slots|CLUSTERDOWN|LOADING|MASTERDOWN|READONLY|Redis is away)/;

/**
 * Whether Redis could not be reached, or the connection broke in the middle. What was asked of it may have been done.
 */
export function isRedisUnreachable(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const known = typeof code === 'string' && UNREACHABLE_ERRNOS.test(code);
  return known || (typeof message === 'string' && UNREACHABLE_MESSAGES.test(message));
}
